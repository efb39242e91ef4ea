#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Results as Markdown: the main tables, latencies, memory, and the targets. Also a program:
report.py RESULTS.json prints the whole report."""

import sys
from pathlib import Path

from catalogue import CELLS, FACES, SUITES
from results import Results
from targets import TARGETS

PEER_KINDS = ("malloc", "pool")
NOISE_ONE_THREAD = 1.1  # what interleaved rounds repeat to
NOISE_MORE_THREADS = 1.2


def number(value):
    """Three significant digits, no exponent."""
    if value is None:
        return "-"
    if value == 0:
        return "0"
    if abs(value) >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def table(header, rows):
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]

    def line(row):
        return "| " + " | ".join(text.ljust(width) for text, width in zip(row, widths)) + " |"

    return "\n".join([line(header), "|" + "|".join("-" * (w + 2) for w in widths) + "|",
                      *(line(row) for row in rows)])


def figure_table(results, first, rows, spread=False):
    """A row for each (title, cell, figure), a column for each peer that ran one of them; the best
    peer's in bold."""
    rows = list(rows)
    peers = [name for name in results.kinds
             if any(results.summary(cell, name, figure) for _, cell, figure in rows)]
    body = []
    for title, cell, figure in rows:
        best = results.best(cell, figure, ("ours", *PEER_KINDS))
        row = [title]
        for peer in peers:
            found = results.summary(cell, peer, figure)
            text = number(found["median"]) if found else "-"
            if found and spread:
                text += f" ({number(found['low'])}-{number(found['high'])})"
            row.append(f"**{text}**" if best and best[0] == peer else text)
        if any(text != "-" for text in row[1:]):
            body.append(row)
    return table([first, *peers], body) if body else ""


def headlines(results, suite):
    return [cell for cell in CELLS
            if cell.suite == suite and cell.headline and cell.name in results.cells]


def entries_table(results):
    """Lists against the limit and the best of each kind: what fits a screen and the README."""
    named = [peer for peer in ("lookaside", "lookaside-call", "limit", "free-list", "spin-lock",
                               "dpdk") if peer in results.kinds]
    rows = []
    for cell in headlines(results, "entries"):
        figure = cell.figures[0]
        row = [cell.title]
        for peer in named:
            value = results.median(cell.name, peer, figure)
            row.append(f"**{number(value)}**" if peer == "lookaside" else number(value))
        for kinds in (("malloc",), PEER_KINDS):
            best = results.best(cell.name, figure, kinds)
            row.append(f"{number(best[1])} {best[0]}" if best else "-")
        rows.append(row)
    return table(["workload", *named, "best malloc", "best peer"], rows) if rows else ""


def containers_table(results):
    rows = main_rows(results, suite="containers")
    return figure_table(results, "containers of 4096 elements", rows)


def faces_table(results):
    """A row for each way to do a thing, so that the languages can be compared."""
    rows = []
    for cell in headlines(results, "objects") + headlines(results, "containers"):
        for face in FACES:
            inline, call, without = (results.median(cell.name, peer, cell.figures[0])
                                     for peer in (face.inline, face.call, face.without))
            if inline is not None and cell.threads == 1:
                rows.append([cell.title, face.title, f"**{number(inline)}**", number(call),
                             f"{number(without)} {face.without}"])
    header = ["workload", "by", "inline", "through the call", "without lookaside"]
    return table(header, rows) if rows else ""


def main_tables(results):
    """What fits a screen, each with its heading."""
    yield section("## Entries", entries_table(results))
    yield section("## Faces: C, C++, Rust", faces_table(results))
    yield section("## C++ containers", containers_table(results))


def main_rows(results, everything=False, suite="entries"):
    for cell in CELLS:
        if cell.suite == suite and cell.name in results.cells and (cell.headline or everything):
            yield cell.title, cell.name, cell.figures[0]


def memory_rows():
    yield "peak of a burst of a million, MB", "burst", "peak_mb"
    yield "kept after it, %", "burst", "kept_percent"
    yield "kept after it and a trim, %", "burst", "kept_trimmed_percent"
    yield "overhead of 100 000 live entries of 64 B, %", "footprint", "overhead_percent"
    yield "a list that nobody uses, bytes", "idle", "list_bytes"
    yield "a list used once, bytes", "idle", "used_list_bytes"
    yield "a thread that used a list once, bytes", "idle", "thread_bytes"


def latency_rows():
    for threads in ("1t", "2t"):
        for figure in ("p50", "p99", "p99.9", "p99.99", "timer"):
            name = "reading the clock" if figure == "timer" else f"{figure[1:]} %"
            yield f"{name}, {threads[0]} thread{'s' if threads == '2t' else ''}", \
                f"latency-{threads}", figure


def burst_rows():
    for figure, title in (("out_cold", "out, cold"), ("back_cold", "back, cold"),
                          ("out_warm", "out, warm"), ("back_warm", "back, warm")):
        yield title, "burst", figure


class Verdict:
    """One target against the results: the worst of its cells."""

    def __init__(self, target, results):
        self.target = target
        measured = [self.one(results, cell) for cell in target.cells]
        measured = [one for one in measured if one is not None]
        self.worst = min(measured, default=None)  # (margin, ratio, cell, whom)
        self.incomplete = len(measured) < len(target.cells)

    def one(self, results, cell):
        target = self.target
        ours = results.median(cell, target.ours, target.figure)
        theirs = self.theirs(results, cell)
        if ours is None or theirs is None:
            return None
        whom, value = theirs
        if target.against == "itself":
            ratio = ours
        elif target.rule == "at most":
            ratio = ours / value
        else:
            ratio = value / ours
        margin = target.factor / ratio if target.rule == "at most" and ratio > 0 else \
            float("inf") if target.rule == "at most" else ratio / target.factor
        return margin, ratio, cell, whom

    def theirs(self, results, cell):
        against = self.target.against
        figure = self.target.figure
        if against == "itself":
            return "", 1
        if against == "best peer":
            return results.best(cell, figure, PEER_KINDS)
        if against == "best malloc":
            return results.best(cell, figure, ("malloc",))
        if against.startswith("cell:"):
            whom, cell = "itself", against.removeprefix("cell:")
            value = results.median(cell, self.target.ours, figure)
        else:
            whom, value = against, results.median(cell, against, figure)
        return None if value is None else (whom, value)

    def reached(self, results):
        margin, _, cell, _ = self.worst
        threads = results.cells[cell]["threads"]
        noise = NOISE_ONE_THREAD if threads == 1 else NOISE_MORE_THREADS
        if margin >= 1:
            return "yes"
        return "**no**, but within the noise" if margin * noise >= 1 else "**no**"

    def row(self, results):
        target = self.target
        unit = "" if target.against == "itself" else " x"
        sign = "<=" if target.rule == "at most" else ">="
        against = target.against.replace("cell:", "own ")
        wanted = f"{sign} {target.factor:g}{unit} {'' if against == 'itself' else against}".strip()
        _, ratio, cell, whom = self.worst
        where = cell if whom in ("", "itself", against) else f"{cell}, {whom}"
        part = " (of those measured)" if self.incomplete else ""
        return [target.what, wanted, f"{number(ratio)}{unit}", where, self.reached(results) + part]


def target_table(results):
    verdicts = [Verdict(target, results) for target in TARGETS]
    rows = [verdict.row(results) for verdict in verdicts if verdict.worst is not None]
    if not rows:
        return "None of the targets can be judged from what was measured."
    return table(["target", "wanted", "reached", "in the worst cell", "reached?"], rows)


def notes(results):
    """What a reader must know: who is absent, who could not, what went wrong."""
    document = results.document
    for package in sorted(set(document["missing"].values())):
        peers = [peer for peer, needed in document["missing"].items() if needed == package]
        yield f"- Not measured, because {package} is not installed: {', '.join(peers)}."
    reasons = {}
    for cell in document["cells"]:
        for peer, why in cell["cannot"].items():
            reasons.setdefault((peer, why), []).append(cell["name"])
        for text in cell["failed"]:
            yield f"- **FAILED** {cell['name']}: {text}"
    for (peer, why), cells in reasons.items():
        yield f"- {peer} could not run {', '.join(cells)}: {why}."
    lines = [cell["line_ns"] for cell in document["cells"] if "line_ns" in cell]
    if lines:
        samples = [value for line in lines for value in line["samples"]]
        yield (f"- A cache line took {number(min(samples))} to {number(max(samples))} ns between"
               f" the two CPUs while this was measured, half of the time at most"
               f" {number(sorted(samples)[len(samples) // 2])} ns.")


def machine_line(document):
    machine = document["machine"]
    return (f"{machine['cpu']}, {machine['cpus']} CPUs{', virtual' if machine['virtual'] else ''},"
            f" Linux {machine['kernel']}, transparent huge pages: {machine['huge_pages']};"
            f" {document['compilers']}; {machine['date']}; median of {document['rounds']} rounds of"
            f" {document['milliseconds']} ms.")


def section(heading, *texts):
    """Nothing without a text: not everything is measured in every run."""
    return "\n\n".join([heading, *filter(None, texts)]) if any(texts) else ""


def markdown(results):
    parts = [
        "# Benchmark results",
        machine_line(results.document),
        "Nanoseconds of one CPU for one allocation with its free, of 64 bytes where no size is"
        " given, the container's or the object's own work included in the tables of those; limit,"
        " free-list, boost-pool and pmr are references without synchronisation, not peers; in the"
        " wide tables the best of the others is bold. How it is measured: `docs/benchmarks.md`.",
        *main_tables(results),
        section("## Targets", target_table(results)),
        section("## Entries, every peer", figure_table(results, "workload", main_rows(results))),
        section("## Latency of single operations, ns",
                figure_table(results, "percentile", latency_rows())),
        section("## A million entries, ns each", figure_table(results, "phase", burst_rows())),
        section("## Memory", figure_table(results, "what", memory_rows())),
        section("## Notes", "\n".join(notes(results))),
        section("## Every cell, with the quartiles",
                *(figure_table(results, suite, main_rows(results, True, suite), spread=True)
                  for suite in SUITES)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: report.py RESULTS.json")
    print(markdown(Results.load(Path(sys.argv[1]))), end="")
