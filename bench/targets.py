# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""The figures this project wants to reach, as data. All but a few are ratios of figures that were
measured side by side.

A peer is a synchronised one: references without synchronisation are limits, not peers.
"""

from dataclasses import dataclass

SIZES = (16, 64, 256, 1024, 4096)


@dataclass(frozen=True)
class Target:
    what: str
    cells: tuple  # each must reach it; the worst is shown
    against: str  # a peer, "best peer", "best malloc", our own cell as "cell:NAME", or "itself"
    rule: str  # "at most": ours <= factor x theirs; "faster": theirs >= factor x ours
    factor: float
    figure: str = "ns"
    ours: str = "lookaside"


MAGAZINE = ("pair-64", "lifo-32-64", "lifo-256-64")
BATCHES = tuple(f"{order}-4096-{size}" for order in ("lifo", "fifo", "random") for size in SIZES)
LIVE = tuple(f"live-50000-{size}" for size in SIZES)
LIVE_SMALL = LIVE[:3]
HANDOVER = ("handover-1", "handover-32")
LARSON = tuple(f"larson-{threads}t" for threads in (2, 4, 8, 16))
LATENCY = ("latency-1t", "latency-2t")
CONTAINERS = tuple(f"{work}-{threads}t" for threads in (1, 2) for work in ("queue", "map", "hash"))
OBJECTS = ("object", "objects-1000")

TARGETS = [
    Target("pairs, LIFO batches within a magazine", MAGAZINE, "limit", "at most", 1.15),
    Target("pairs, LIFO batches within a magazine", MAGAZINE, "best malloc", "faster", 4),
    Target("pairs, LIFO batches within a magazine", MAGAZINE, "dpdk", "faster", 2.5),
    Target("the same through a call", MAGAZINE, "best peer", "faster", 1.5, ours="lookaside-call"),
    Target("batches of 4096, any order and size", BATCHES, "limit", "at most", 1.5),
    Target("batches of 4096, any order and size", BATCHES, "best peer", "faster", 2),
    Target("50 000 live, any size", LIVE, "limit", "at most", 1.25),
    Target("50 000 live, 16 to 256 B", LIVE_SMALL, "best peer", "faster", 1.5),
    Target("50 000 live, any size", LIVE, "best peer", "faster", 1),
    Target("alloc in one thread, free in another", HANDOVER, "dpdk", "faster", 1),
    Target("alloc in one thread, free in another", HANDOVER, "best malloc", "faster", 3),
    Target("Larson, 2 to 16 threads", LARSON, "best peer", "faster", 2),
    Target("64 threads", ("pair-64t", "lifo-32-64t"), "best peer", "faster", 2),
    Target("64 threads, pair", ("pair-64t",), "cell:pair-2t", "at most", 1.25),
    Target("64 threads, batch of 32", ("lifo-32-64t",), "cell:lifo-32-2t", "at most", 1.25),
    Target("a million out and back, cold", ("burst",), "best peer", "faster", 1, "cold"),
    Target("a million out and back, warm", ("burst",), "best peer", "faster", 1, "warm"),
    Target("2000 short threads", ("churn",), "best peer", "faster", 1, "us"),
    Target("99.9 % latency", LATENCY, "best peer", "faster", 1, "p99.9"),
    Target("99.99 % latency", LATENCY, "best peer", "faster", 1, "p99.99"),
    Target("kept after a burst and trim, %", ("burst",), "itself", "at most", 5,
           "kept_trimmed_percent"),
    Target("overhead of live 64-byte entries, %", ("footprint",), "itself", "at most", 2,
           "overhead_percent"),
    Target("an idle list, bytes", ("idle",), "itself", "at most", 8192, "used_list_bytes"),
    Target("C++ containers, allocator", CONTAINERS, "best peer", "faster", 1, ours="allocator"),
    Target("C++ containers, memory_resource", CONTAINERS, "best peer", "faster", 1,
           ours="memory-resource"),
    Target("objects, C++ object_list", OBJECTS, "c-list", "at most", 1.25, ours="object-list"),
    Target("objects, C++ object_list", OBJECTS, "make-unique", "faster", 2, ours="object-list"),
    Target("objects, Rust make_with", OBJECTS, "c-list", "at most", 1.25, ours="rust-make-with"),
    Target("objects, Rust Box::try_new_in", OBJECTS, "rust-box", "faster", 2, ours="rust-box-in"),
]
