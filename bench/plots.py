# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Results as SVG plots, drawn by gnuplot. Without gnuplot nothing is drawn, and that is said."""

import shutil
import subprocess
import sys

from catalogue import SIZES

STYLE = """set terminal svg size 900,{height} font "sans-serif,13" background "#ffffff" dynamic
set output "{output}"
set title "{title}"
set grid ytics lc rgb "#dddddd"
set border 3 lc rgb "#888888"
set tics nomirror
"""

# lookaside stands out; what is not a peer is grey; the others keep their colour in every plot.
COLOURS = {
    "lookaside": "#d62728",
    "lookaside-call": "#ff9896",
    "limit": "#555555",
    "free-list": "#aaaaaa",
    "dpdk": "#1f77b4",
    "tcmalloc": "#2ca02c",
    "mimalloc": "#9467bd",
    "jemalloc": "#8c564b",
    "tbb": "#e377c2",
    "glibc": "#bcbd22",
    "gslice": "#17becf",
    "spin-lock": "#ff7f0e",
}


def gnuplot(script):
    subprocess.run(["gnuplot"], input=script, text=True, check=True)


def blocks(results, peers, cells, figure, labels):
    """One inline data block for each peer: position, label, median, low, high. And who has data."""
    text, present = "", []
    for peer in peers:
        lines = []
        for position, (cell, label) in enumerate(zip(cells, labels)):
            one = results.summary(cell, peer, figure)
            if one:
                lines.append(f'{position} "{label}" {one["median"]} {one["low"]} {one["high"]}')
        if lines:
            present.append(peer)
            text += f"${identifier(peer)} << EOD\n" + "\n".join(lines) + "\nEOD\n"
    return text, present


def identifier(peer):
    return "d_" + peer.replace("-", "_")


def lines_plot(results, output, title, peers, cells, labels, xlabel, figure="ns"):
    """Medians over some order of cells, with the quartiles as whiskers. False without data."""
    data, present = blocks(results, peers, cells, figure, labels)
    if not present:
        return False
    curves = []
    for peer in present:
        width = 3 if peer == "lookaside" else 1.5
        curves.append(f'${identifier(peer)} using 1:3:4:5 with yerrorlines lw {width} pt 7 ps 0.5 '
                      f'lc rgb "{COLOURS[peer]}" title "{peer}"')
    ticks = ", ".join(f'"{label}" {position}' for position, label in enumerate(labels))
    gnuplot(STYLE.format(height=480, output=output, title=title) + data + f"""
set logscale y
set xrange [-0.3:{len(labels) - 0.7}]
set xtics ({ticks})
set xlabel "{xlabel}"
set ylabel "ns for one allocation with its free (logarithmic)"
set key outside right noenhanced
plot {", ".join(curves)}
""")
    return True


def bars_plot(results, output, title, peers, cells, labels, figure="ns"):
    """Groups of bars, one group for each cell. False without data."""
    present = [peer for peer in peers
               if any(results.summary(cell, peer, figure) for cell in cells)]
    if not present:
        return False
    rows = []
    for cell, label in zip(cells, labels):
        values = [results.median(cell, peer, figure) for peer in present]
        rows.append(f'"{label}" ' + " ".join("NaN" if v is None else str(v) for v in values))
    bars = [f'$bars using {i + 2}:xtic(1) lc rgb "{COLOURS[peer]}" title "{peer}"'
            for i, peer in enumerate(present)]
    gnuplot(STYLE.format(height=420, output=output, title=title) + f"""
$bars << EOD
{chr(10).join(rows)}
EOD
set style data histogram
set style histogram clustered gap 1.5
set style fill solid 0.9
set boxwidth 0.9
set logscale y
set yrange [0.5:*]
set ylabel "ns for one allocation with its free (logarithmic)"
set key outside right noenhanced
plot {", ".join(bars)}
""")
    return True


def latency_plot(results, output, cell, title, peers):
    """Percentiles of single operations."""
    steps = ("p50", "p99", "p99.9", "p99.99")
    text, curves = "", []
    for peer in peers:
        values = [results.median(cell, peer, step) for step in steps]
        if None in values:
            continue
        points = "\n".join(f"{i} {value}" for i, value in enumerate(values))
        text += f"${identifier(peer)} << EOD\n{points}\nEOD\n"
        width = 3 if peer == "lookaside" else 1.5
        curves.append(f'${identifier(peer)} with linespoints lw {width} pt 7 ps 0.5 '
                      f'lc rgb "{COLOURS[peer]}" title "{peer}"')
    if not curves:
        return False
    gnuplot(STYLE.format(height=420, output=output, title=title) + text + f"""
set logscale y
set xrange [-0.2:3.2]
set xtics ("50 %%" 0, "99 %%" 1, "99.9 %%" 2, "99.99 %%" 3)
set ylabel "ns, reading the clock included (logarithmic)"
set key outside right noenhanced
plot {", ".join(curves)}
""")
    return True


def draw(results, folder):
    """Draws what the results have data for; returns the files."""
    if shutil.which("gnuplot") is None:
        print("bench: gnuplot is missing (package gnuplot-nox), so there are no plots",
              file=sys.stderr)
        return []
    folder.mkdir(parents=True, exist_ok=True)
    peers = [peer for peer in COLOURS if peer in results.kinds]
    synchronised = [peer for peer in peers if results.kinds[peer] != "reference"]

    def path(name):
        return folder / f"{name}.svg"

    drawn = {
        path("one-thread"): bars_plot(
            results, path("one-thread"), "One thread, 64 bytes", peers,
            ["pair-64", "lifo-256-64", "lifo-4096-64", "random-4096-64", "live-50000-64"],
            ["pair", "LIFO 256", "LIFO 4096", "random 4096", "50 000 live"]),
        path("sizes"): lines_plot(
            results, path("sizes"), "Random-order free of 4096 entries, by their size", peers,
            [f"random-4096-{size}" for size in SIZES], SIZES, "bytes of an entry"),
        path("two-threads"): bars_plot(
            results, path("two-threads"), "Two threads, 64 bytes", peers,
            ["pair-2t", "lifo-256-2t", "handover-1", "handover-32", "larson-2t"],
            ["pair", "LIFO 256", "hand-over by 1", "hand-over by 32", "Larson"]),
        path("larson"): lines_plot(
            results, path("larson"), "Larson: entries replaced at random, sets change threads",
            synchronised, [f"larson-{threads}t" for threads in (2, 4, 8, 16)], (2, 4, 8, 16),
            "threads"),
        path("latency"): latency_plot(
            results, path("latency"), "latency-2t", "Latency of single operations, two threads",
            peers),
    }
    return [file for file, done in drawn.items() if done]
