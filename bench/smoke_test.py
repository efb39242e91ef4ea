#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Does the benchmark work? Every workload on every peer that is installed, for a millisecond.

Nothing here looks at times: what is checked is that entries keep their contents, that a peer which
breaks them is caught, and that results, report and targets come out whole.

smoke_test.py BUILD_DIR
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import report
from catalogue import CELLS, SUITES
from results import Results
from targets import TARGETS

BUILD = Path(".")

# Some peers of entries cannot run every workload; these can.
ALWAYS_ABLE = ("lookaside", "lookaside-call", "glibc")

# The workloads of each suite, with the arguments that make them small.
WORKLOADS = {
    "entries": {
        "pair": [],
        "batch": ["--count=100", "--order=random"],
        "live": ["--count=100"],
        "handover": ["--count=8", "--threads=2"],
        "larson": ["--threads=3"],
        "churn": ["--count=10"],
        "lists": ["--count=5"],
        "latency": ["--threads=2"],
        "burst": ["--count=1000"],
        "footprint": ["--count=1000"],
        "idle": ["--count=5", "--threads=3"],
    },
    "containers": {
        "queue": ["--count=100", "--threads=2"],
        "map": ["--count=100", "--threads=2"],
        "hash": ["--count=100", "--threads=2"],
    },
    "objects": {
        "object": ["--count=100"],
        "objects": ["--count=100"],
    },
}


def run(peer, workload, *arguments, milliseconds=1):
    program = BUILD / "bench" / f"lookaside-bench-{peer}"
    return subprocess.run([program, workload, f"--milliseconds={milliseconds}", *arguments],
                          capture_output=True, text=True, timeout=120, check=False)


def run_until_verified(peer, workload, arguments):
    """On a busy machine, a millisecond may end before a thread has had its turn."""
    for milliseconds in (1, 50, 1000):
        done = run(peer, workload, *arguments, milliseconds=milliseconds)
        if done.returncode != 0 or '"verified": 0,' not in done.stdout:
            break
    return done


def installed_peers():
    """The name and the suite of each."""
    peers = json.loads((BUILD / "bench" / "peers.json").read_text())["peers"]
    return [(peer["name"], peer["suite"]) for peer in peers if "program" in peer]


class Workloads(unittest.TestCase):
    def check(self, peer, workload, arguments):
        done = run_until_verified(peer, workload, arguments)
        self.assertEqual(done.returncode, 0, done.stderr)
        outcome = json.loads(done.stdout)
        self.assertEqual(outcome["peer"], peer)
        if "cannot" in outcome:
            self.assertIn(workload, WORKLOADS["entries"], outcome["cannot"])
            self.assertNotIn(peer, ALWAYS_ABLE, outcome["cannot"])
            return
        self.assertGreater(outcome["verified"], 0)
        self.assertEqual(outcome["mismatches"], 0)
        for figure, value in outcome["figures"].items():
            self.assertTrue(value is None or value >= 0, f"{figure} is {value}")

    def test_every_peer_keeps_contents_in_every_workload(self):
        for peer, suite in installed_peers():
            for workload, arguments in WORKLOADS[suite].items():
                with self.subTest(peer=peer, workload=workload):
                    self.check(peer, workload, arguments)

    def test_peers_that_break_contents_are_caught(self):
        doctored = [("broken", "batch"), ("overlapping", "queue"), ("overlapping", "map"),
                    ("overlapping", "hash"), ("twice", "objects")]
        if "rust-box" in dict(installed_peers()):
            doctored.append(("rust-twice", "objects"))
        for peer, workload in doctored:
            with self.subTest(peer=peer, workload=workload):
                done = run_until_verified(peer, workload, ["--count=100"])
                self.assertGreater(json.loads(done.stdout)["mismatches"], 0)

    def test_unknown_workloads_and_sizes_are_refused(self):
        for peer, *arguments in (("glibc", "nonsense"), ("glibc", "queue"), ("c-list", "pair"),
                                 ("glibc", "pair", "--size=8"),
                                 ("glibc", "batch", "--order=sideways"),
                                 ("c-list", "object", "--threads=2")):
            with self.subTest(peer=peer, arguments=arguments):
                done = run(peer, *arguments)
                self.assertNotEqual(done.returncode, 0)
                self.assertNotEqual(done.stderr, "")


class Reports(unittest.TestCase):
    def test_the_catalogue_knows_every_workload_and_every_target_a_cell(self):
        names = [cell.name for cell in CELLS]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual({(cell.suite, cell.workload) for cell in CELLS},
                         {(suite, workload) for suite in SUITES for workload in WORKLOADS[suite]})
        cells = {cell.name: cell for cell in CELLS}
        for target in TARGETS:
            for cell in target.cells:
                self.assertIn(target.figure, cells[cell].figures, f"{target.what}: {cell}")

    def test_a_run_leaves_results_report_and_verdicts(self):
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, Path(__file__).with_name("run.py"), BUILD, "--rounds=2",
                       "--milliseconds=20", "--only=pair-64,queue-1t,object",
                       "--peers=lookaside,limit,glibc,std-allocator,c-list,c-list-call",
                       f"--output={folder}"]
            done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
            self.assertEqual(done.returncode, 0, done.stderr)
            results = Results.load(Path(folder) / "results.json")
            self.assertEqual(len(results.summary("pair-64", "glibc", "ns")["samples"]), 2)
            runners = {name: set(cell["figures"]) for name, cell in results.cells.items()}
            self.assertEqual(runners, {"pair-64": {"lookaside", "limit", "glibc"},
                                       "queue-1t": {"std-allocator"},
                                       "object": {"c-list", "c-list-call"}})
            text = (Path(folder) / "results.md").read_text()
            for words in ("| pair, 64 B", "best malloc", "| std::list, push and pop",
                          "| an object, made and destroyed | C: lookaside_alloc"):
                self.assertIn(words, text)

    def test_verdicts(self):
        def results(ours, limit, malloc):
            figures = {peer: {"ns": {"median": value, "low": value, "high": value}}
                       for peer, value in (("lookaside", ours), ("limit", limit), ("m", malloc))}
            cells = [{"name": name, "threads": 1, "figures": figures}
                     for name in ("pair-64", "lifo-32-64", "lifo-256-64")]
            kinds = {"lookaside": "ours", "limit": "reference", "m": "malloc"}
            peers = [{"name": name, "kind": kind} for name, kind in kinds.items()]
            return Results({"cells": cells, "peers": peers})

        limit, malloc = TARGETS[0], TARGETS[1]
        for target, measured, expected in (
            (limit, results(1.1, 1.0, 9), "yes"),
            (limit, results(1.2, 1.0, 9), "**no**, but within the noise"),
            (limit, results(1.5, 1.0, 9), "**no**"),
            (malloc, results(2.0, 1.0, 9), "yes"),
            (malloc, results(3.0, 1.0, 9), "**no**"),
        ):
            with self.subTest(target=target.against, expected=expected):
                verdict = report.Verdict(target, measured)
                self.assertEqual(verdict.reached(measured), expected)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: smoke_test.py BUILD_DIR")
    BUILD = Path(sys.argv.pop())
    unittest.main()
