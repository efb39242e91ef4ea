#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Measure lookaside lists beside their peers: rounds over all cells and peers, then tables.

Every sample is a process of its own, so no peer inherits another's heap. One round measures each
cell once on each peer, one right after the other; then the next round begins. What the machine does
meanwhile hits all of them alike, and the median over the rounds is what is reported.
"""

import argparse
import json
import os
import platform
import re
import subprocess
import sys
import time
from fnmatch import fnmatch
from pathlib import Path

import plots
import report
from catalogue import CELLS
from results import Results, cell_results


def fail(sentence):
    sys.exit(f"bench: {sentence}")


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("build", type=Path, help="the build directory, for instance build/release")
    parser.add_argument("--quick", action="store_true", help="fewer cells, shorter samples")
    parser.add_argument("--only", metavar="CELL,...", help="cells to measure; * and ? match names")
    parser.add_argument("--peers", metavar="PEER,...", help="peers to measure; * and ? match names")
    parser.add_argument("--rounds", type=int, help="samples of each cell and peer")
    parser.add_argument("--milliseconds", type=int, help="how long a sample is timed")
    parser.add_argument("--list", action="store_true", help="name the cells and the peers")
    parser.add_argument("--output", type=Path, metavar="FOLDER",
                        help="where results.json, results.md and plots/ go (BUILD/bench/results)")
    return parser.parse_args()


def chosen(things, patterns, what):
    """The things whose name one of the comma-separated patterns matches."""
    if patterns is None:
        return things
    wanted = patterns.split(",")
    for pattern in wanted:
        if not any(fnmatch(thing_name(thing), pattern) for thing in things):
            fail(f"no {what} is called {pattern}; --list names them")
    return [t for t in things if any(fnmatch(thing_name(t), pattern) for pattern in wanted)]


def thing_name(thing):
    return thing["name"] if isinstance(thing, dict) else thing.name


def manifest_of(build):
    """What CMake says that was built: the compilers, and every peer."""
    manifest = build / "bench" / "peers.json"
    if not manifest.exists():
        fail(f"{manifest} is not there; build the bench first (./dev bench does)")
    return json.loads(manifest.read_text())


def sample(build, peer, cell, milliseconds):
    """Runs one process; its outcome, or an outcome that says what went wrong."""
    program = build / "bench" / peer["program"]
    command = [str(program), *cell.arguments(milliseconds)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    except subprocess.TimeoutExpired:
        return {"cannot": "took more than 120 s"}
    except OSError as error:
        fail(f"{program} cannot be started: {error.strerror}; build the bench first")
    if done.returncode != 0 or not done.stdout.startswith("{"):
        return {"failed": f"{' '.join(command)}: {done.stderr.strip() or done.returncode}"}
    return json.loads(done.stdout.splitlines()[-1])


class Progress:
    """One line on a terminal, nothing elsewhere."""

    def __init__(self, total):
        self.total = total
        self.done = 0
        self.start = time.monotonic()

    def step(self, text):
        self.done += 1
        if sys.stderr.isatty():
            spent = time.monotonic() - self.start
            left = spent / self.done * (self.total - self.done)
            line = f"[{self.done}/{self.total}, {left:.0f} s left] {text}"
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()

    def end(self):
        if sys.stderr.isatty():
            sys.stderr.write("\r\x1b[K")


def measure(build, cells, peers, rounds, milliseconds):
    """{cell: {peer: [outcome of round 1, ...]}}"""
    runners = {cell.name: [peer for peer in peers if peer["suite"] == cell.suite] for cell in cells}
    outcomes = {cell: {peer["name"]: [] for peer in those} for cell, those in runners.items()}
    progress = Progress(rounds * sum(len(those) for those in runners.values()))
    for turn in range(rounds):
        for cell in cells:
            # Each round begins with another peer, so that none always follows the same one.
            those = runners[cell.name]
            shift = turn % max(len(those), 1)
            for peer in those[shift:] + those[:shift]:
                taken = outcomes[cell.name][peer["name"]]
                progress.step(f"round {turn + 1}: {cell.name} {peer['name']}")
                if not any("cannot" in one for one in taken):
                    taken.append(sample(build, peer, cell, milliseconds))
    progress.end()
    return outcomes


def first_line(path, default="unknown"):
    try:
        return Path(path).read_text().splitlines()[0].strip()
    except (OSError, IndexError):
        return default


def machine():
    info = Path("/proc/cpuinfo").read_text()
    models = re.findall(r"^model name\s*:\s*(.*)$", info, re.MULTILINE)
    huge = first_line("/sys/kernel/mm/transparent_hugepage/enabled")
    return {
        "cpu": models[0] if models else platform.machine(),
        "cpus": len(os.sched_getaffinity(0)),
        "virtual": bool(re.search(r"^flags\s*:.*\bhypervisor\b", info, re.MULTILINE)),
        "kernel": platform.release(),
        "huge_pages": re.sub(r".*\[(.*)\].*", r"\1", huge),
        "date": time.strftime("%Y-%m-%d"),
    }


def write(folder, results):
    """results.json, results.md and the plots; returns what was written."""
    folder.mkdir(parents=True, exist_ok=True)
    document = folder / "results.json"
    document.write_text(json.dumps(results.document, indent=1) + "\n")
    text = folder / "results.md"
    text.write_text(report.markdown(results))
    return [document, text, *plots.draw(results, folder / "plots")]


def main():
    wanted = arguments()
    manifest = manifest_of(wanted.build)
    listed = manifest["peers"]
    peers = chosen([peer for peer in listed if "program" in peer], wanted.peers, "peer")
    cells = chosen(CELLS, wanted.only, "cell")
    if wanted.quick and not wanted.only:
        cells = [cell for cell in cells if cell.quick]
    missing = {peer["name"]: peer["missing"] for peer in listed if "missing" in peer}
    if wanted.list:
        list_all(cells, peers, missing)
        return
    rounds = wanted.rounds or (3 if wanted.quick else 5)
    milliseconds = wanted.milliseconds or (8 if wanted.quick else 20)
    outcomes = measure(wanted.build, cells, peers, rounds, milliseconds)
    results = Results({
        "machine": machine(),
        "compilers": manifest["compilers"],
        "rounds": rounds,
        "milliseconds": milliseconds,
        "peers": [{"name": peer["name"], "kind": peer["kind"]} for peer in peers],
        "missing": missing,
        "cells": [cell_results(cell, outcomes[cell.name]) for cell in cells],
    })
    written = write(wanted.output or wanted.build / "bench" / "results", results)
    show(results, cells)
    print("written:", *written)
    if any(cell["failed"] for cell in results.document["cells"]):
        sys.exit(1)


def list_all(cells, peers, missing):
    print("cells (--only):", *(f"  {cell.name:22} {cell.title}" for cell in cells), sep="\n")
    print("peers (--peers):", *(f"  {peer['name']}" for peer in peers), sep="\n")
    for peer, package in missing.items():
        print(f"  {peer} is missing: install {package}")


def show(results, cells):
    """What belongs on the screen: a table, or every peer when there are but a few cells."""
    few = 6
    if len(cells) > few:
        print(*filter(None, report.main_tables(results)), sep="\n\n")
    else:
        for cell in results.document["cells"]:
            show_cell(cell)
    print("", report.target_table(results), "", *report.notes(results), sep="\n")


def show_cell(cell):
    print(f"\n{cell['title']}")
    for peer, figures in cell["figures"].items():
        texts = [f"{name} {report.number(one['median'])}"
                 f" ({report.number(one['low'])}-{report.number(one['high'])})"
                 for name, one in figures.items()]
        print(f"  {peer:16} {'  '.join(texts)}")


if __name__ == "__main__":
    main()
