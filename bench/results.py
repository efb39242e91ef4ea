# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""From outcomes of single processes to figures: medians, spread, and who is best.

The document is one JSON object:
    machine, compilers              on what, and built by what
    rounds, milliseconds            how it was measured
    peers                           [{name, kind}], kind: ours, malloc, pool or reference
    missing                         {peer: the Debian package that would bring it}
    cells                           [{name, title, ..., line_ns, figures, cannot, failed}]
    cells[].figures                 {peer: {figure: {median, low, high, samples}}}
low and high are the quartiles of the samples; with fewer than four samples, the extremes.
"""

import json
import statistics

# A two-thread sample counts when a cache line moved about as fast as it did for most samples.
LINE_LATENCY_TOLERANCE = 0.4


def summary(samples):
    low, high = min(samples), max(samples)
    if len(samples) >= 4:
        low, _, high = statistics.quantiles(samples, n=4, method="inclusive")
    return {
        "median": statistics.median(samples),
        "low": low,
        "high": high,
        "samples": samples,
    }


def under_like_conditions(outcomes, line):
    """The outcomes whose cache-line latency is like the cell's median; all, when none is."""
    like = [
        one
        for one in outcomes
        if abs(one["figures"].get("line_ns", line) - line) <= LINE_LATENCY_TOLERANCE * line
    ]
    return like or outcomes


def cell_results(cell, by_peer):
    """The part of the document that one cell makes of {peer: [outcome, ...]}."""
    good = {peer: [o for o in taken if "figures" in o] for peer, taken in by_peer.items()}
    lines = [o["figures"]["line_ns"] for taken in good.values() for o in taken
             if "line_ns" in o["figures"]]
    line = statistics.median(lines) if lines else 0
    result = {
        "name": cell.name,
        "title": cell.title,
        "workload": cell.workload,
        "size": cell.size,
        "count": cell.count,
        "order": cell.order,
        "threads": cell.threads,
        "figures": {},
        "cannot": {},
        "failed": [],
    }
    if line:
        result["line_ns"] = summary(lines)
    for peer, taken in by_peer.items():
        figures = {}
        counted = under_like_conditions(good[peer], line)
        for figure in cell.figures:
            samples = [o["figures"].get(figure) for o in counted]
            samples = [value for value in samples if value is not None]
            if samples:
                figures[figure] = summary(samples)
        if figures:
            result["figures"][peer] = figures
        for one in taken:
            if "cannot" in one:
                result["cannot"][peer] = one["cannot"]
            elif "failed" in one:
                result["failed"].append(f"{peer}: {one['failed']}")
            elif one["mismatches"]:
                result["failed"].append(f"{peer}: {one['mismatches']} entries with wrong contents")
    return result


class Results:
    """The document, with questions it can answer."""

    def __init__(self, document):
        self.document = document
        self.cells = {cell["name"]: cell for cell in document["cells"]}
        self.kinds = {peer["name"]: peer["kind"] for peer in document["peers"]}

    @classmethod
    def load(cls, path):
        return cls(json.loads(path.read_text()))

    def summary(self, cell, peer, figure):
        """{median, low, high, samples}, or None where there is none."""
        figures = self.cells.get(cell, {}).get("figures", {})
        return figures.get(peer, {}).get(figure)

    def median(self, cell, peer, figure):
        found = self.summary(cell, peer, figure)
        return found["median"] if found else None

    def best(self, cell, figure, kinds):
        """(peer, median) of the lowest median among the peers of these kinds, or None."""
        medians = [
            (self.median(cell, peer, figure), peer)
            for peer, kind in self.kinds.items()
            if kind in kinds and self.median(cell, peer, figure) is not None
        ]
        if not medians:
            return None
        value, peer = min(medians)
        return peer, value
