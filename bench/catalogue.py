# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""What is measured: one cell for each workload with its parameters, as data."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Cell:
    name: str
    title: str  # for the tables
    workload: str
    suite: str = "entries"  # whose workload it is, and whose peers run it; see suites/
    size: int = 64
    count: int = 1
    order: str = "lifo"
    threads: int = 1
    figures: tuple = ("ns",)  # the first is the one that tables and targets mean
    longer: int = 1  # how many times the usual duration it is timed
    quick: bool = False  # measured by --quick, too
    headline: bool = False  # a row of the suite's main table

    def arguments(self, milliseconds):
        """The command line of a peer's program."""
        return [
            self.workload,
            f"--size={self.size}",
            f"--count={self.count}",
            f"--order={self.order}",
            f"--threads={self.threads}",
            f"--milliseconds={milliseconds * self.longer}",
        ]


SUITES = ("entries", "containers", "objects")
SIZES = (16, 64, 256, 1024, 4096)
PERCENTILES = ("p99.9", "p50", "p99", "p99.99", "timer")


def pairs():
    for size in SIZES:
        main = size == 64
        yield Cell(f"pair-{size}", f"pair, {size} B", "pair", size=size, quick=main, headline=main)


def batches():
    quick = ("lifo-32-64", "lifo-256-64", "lifo-4096-64", "random-4096-64", "random-4096-1024")
    headline = (*quick[1:], "fifo-4096-64")
    for size in SIZES:
        for count in (32, 256, 4096):
            for order in ("lifo", "fifo", "random"):
                name = f"{order}-{count}-{size}"
                yield Cell(
                    name,
                    f"{order.upper() if order != 'random' else order} batch of {count}, {size} B",
                    "batch",
                    size=size,
                    count=count,
                    order=order,
                    quick=name in quick,
                    headline=name in headline,
                )


def live_sets():
    for size in SIZES:
        for count in (1000, 50000):
            main = size == 64
            yield Cell(
                f"live-{count}-{size}",
                f"{count} live, replace one at random, {size} B",
                "live",
                size=size,
                count=count,
                quick=main and count == 50000,
                headline=main,
            )


def two_threads():
    two = {"threads": 2, "longer": 2, "quick": True, "headline": True}
    yield Cell("pair-2t", "pair, 2 threads", "pair", **two)
    yield Cell("lifo-32-2t", "LIFO batch of 32, 2 threads", "batch", count=32, **two)
    yield Cell("lifo-256-2t", "LIFO batch of 256, 2 threads", "batch", count=256, **two)
    for count in (1, 32):
        yield Cell(f"handover-{count}", f"hand-over by {count}", "handover", count=count, **two)
        yield Cell(
            f"handover-{count}-1024",
            f"hand-over by {count}, 1024 B",
            "handover",
            size=1024,
            count=count,
            threads=2,
            longer=2,
        )


def many_threads():
    for threads in (2, 4, 8, 16):
        main = threads in (2, 16)
        yield Cell(
            f"larson-{threads}t",
            f"Larson, {threads} threads",
            "larson",
            threads=threads,
            longer=3,
            quick=main,
            headline=main,
        )
    crowd = {"threads": 64, "longer": 5, "quick": True, "headline": True}
    yield Cell("pair-64t", "pair, 64 threads", "pair", **crowd)
    yield Cell("lifo-32-64t", "LIFO batch of 32, 64 threads", "batch", count=32, **crowd)
    yield Cell("churn", "2000 short threads, µs each", "churn", count=2000,
               figures=("us", "bare_us"), quick=True, headline=True)


def many_lists():
    for count in (100, 1000):
        main = count == 1000
        yield Cell(f"lists-{count}", f"{count} lists, replace one at random", "lists", count=count,
                   quick=main, headline=True)


def latencies():
    for threads in (1, 2):
        plural = "" if threads == 1 else "s"
        yield Cell(f"latency-{threads}t", f"99.9 % latency, {threads} thread{plural}", "latency",
                   threads=threads, figures=PERCENTILES, longer=5, quick=True, headline=True)


def memory():
    yield Cell(
        "burst",
        "a million out and back, cold",
        "burst",
        count=1000000,
        figures=("cold", "warm", "out_cold", "back_cold", "out_warm", "back_warm", "peak_mb",
                 "kept_percent", "kept_trimmed_percent"),
        quick=True,
        headline=True,
    )
    yield Cell("footprint", "100 000 live 64-byte entries, overhead in %", "footprint",
               count=100000, figures=("overhead_percent",), quick=True)
    yield Cell("idle", "an idle list, a list used once, an idle thread, in bytes", "idle",
               count=1000, threads=64, figures=("used_list_bytes", "list_bytes", "thread_bytes"),
               quick=True)


def containers():
    work = {
        "queue": "std::list, push and pop",
        "map": "std::map, insert and erase at random",
        "hash": "std::unordered_map, insert and erase at random",
    }
    for threads in (1, 2):
        for workload, title in work.items():
            yield Cell(f"{workload}-{threads}t", title + (", 2 threads" if threads == 2 else ""),
                       workload, suite="containers", count=4096, threads=threads, longer=threads,
                       quick=True, headline=True)


def objects():
    main = {"suite": "objects", "quick": True, "headline": True}
    yield Cell("object", "an object, made and destroyed", "object", **main)
    yield Cell("objects-1000", "1000 objects live, replace one at random", "objects", count=1000,
               **main)


CELLS = [
    *pairs(),
    *batches(),
    *live_sets(),
    *two_threads(),
    *many_threads(),
    *many_lists(),
    *latencies(),
    *memory(),
    *containers(),
    *objects(),
]


@dataclass(frozen=True)
class Face:
    """A language's way to use lists, as peers: inline, and with every operation a call."""

    title: str
    inline: str
    call: str
    without: str  # what the language has without us


FACES = [
    Face("C: lookaside_alloc, lookaside_free", "c-list", "c-list-call", "c-malloc"),
    Face("C++: object_list::make", "object-list", "object-list-call", "make-unique"),
    Face("Rust: Lookaside::make_with", "rust-make-with", "rust-make-with-call", "rust-box"),
    Face("Rust: Lookaside::make", "rust-make", "rust-make-call", "rust-box"),
    Face("Rust: Box::try_new_in", "rust-box-in", "rust-box-in-call", "rust-box"),
    Face("C++: allocator", "allocator", "allocator-call", "std-allocator"),
    Face("C++: memory_resource", "memory-resource", "memory-resource-call", "std-pool"),
]
