#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""The pictures of the command, from a real run: python3 docs/pictures/make.py BUILD

Looks at tests/tools/lists/server.c as it works and after it has died, in a terminal of tmux's, and
writes what stood there as SVG beside this file; and a plot of half a minute. Needs tmux and
gnuplot."""
import html
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time

HERE = os.path.dirname(os.path.abspath(__file__))
SECONDS = 30  # of the plot

# The terminal: where its characters stand, in pixels, and its colours.
WIDTH, HEIGHT, MARGIN, TITLE = 8.43, 18, 14, 34
PAPER, INK, DIM = "#181a21", "#dee0e6", "#8a8fa0"
COLOURS = {31: "#f07178", 32: "#82c882", 33: "#e6be6e", 34: "#6ea0eb", 35: "#be8cdc", 36: "#6ec8d2"}


class Terminal:
    """A window of a tmux server of its own."""

    def __init__(self, folder, columns, lines):
        self.socket = os.path.join(folder, "tmux")
        self.columns = columns
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines),
                  "PS1='$ ' exec sh")
        self.tmux("set", "-g", "default-terminal", "xterm-256color")

    def tmux(self, *arguments):
        return subprocess.run(["tmux", "-S", self.socket, *arguments], stdout=subprocess.PIPE,
                              check=True).stdout.decode()

    def show(self, command, wait, lines=30):
        """What stands on the screen some time after the command was typed."""
        self.tmux("resize-window", "-x", str(self.columns), "-y", str(lines))
        self.tmux("send-keys", "clear", "Enter")
        time.sleep(0.5)
        self.tmux("clear-history")
        self.tmux("send-keys", command, "Enter")
        time.sleep(wait)
        return self.tmux("capture-pane", "-e", "-p").rstrip("\n")

    def close(self):
        self.tmux("kill-server")


def pieces(line):
    """The words of a line with their columns and styles: (column, text, {style})."""
    column, style = 0, {}
    for part in re.split("(\033\\[[0-9;]*m)", line):
        if not part.startswith("\033"):
            for run in re.finditer(r".+" if style.get(7) else r"\S+(?: \S+)*", part):
                yield column + run.start(), run.group(), dict(style)
            column += len(part)
            continue
        for code in [int(word or 0) for word in part[2:-1].split(";")]:
            if code in COLOURS or code in (1, 2, 4, 7):
                style[code] = True
            else:  # 0 ends everything; of the others, tmux uses 39 and 49 alone
                style = {} if code == 0 else {key: on for key, on in style.items() if key < 30}


LICENSE = ("<!-- SPDX-License-Identifier: MIT -->\n"
           "<!-- SPDX-FileCopyrightText: 2026 The lookaside authors -->\n")


def text_of(column, row, text, style):
    """A piece as SVG."""
    x, y = MARGIN + column * WIDTH, TITLE + MARGIN + row * HEIGHT
    ink = next((COLOURS[code] for code in style if code in COLOURS), DIM if 2 in style else INK)
    box = ""
    if 7 in style:
        box = (f'<rect x="{x:.1f}" y="{y - 13.5:.1f}" width="{len(text) * WIDTH:.1f}" '
               f'height="{HEIGHT}" fill="{ink}"/>\n')
        ink = PAPER
    looks = (' font-weight="bold"' if 1 in style else "") + (
        ' text-decoration="underline"' if 4 in style else "")
    for word in re.finditer(r"\S+", text):
        box += (f'<text x="{x + word.start() * WIDTH:.1f}" y="{y:.1f}" fill="{ink}"{looks} '
                f'textLength="{len(word.group()) * WIDTH:.1f}">{html.escape(word.group())}</text>\n')
    return box


def draw(name, title, screen, columns):
    """Each word stands where the terminal had it, whatever the reader's font."""
    lines = screen.split("\n")
    if re.sub("\033\\[[0-9;]*m", "", lines[-1]).strip() == "$":
        lines.pop()
    width = 2 * MARGIN + columns * WIDTH
    height = TITLE + 2 * MARGIN + (len(lines) - 1) * HEIGHT
    with open(os.path.join(HERE, name + ".svg"), "w", encoding="utf-8") as file:
        file.write(LICENSE +
                   f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" '
                   'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">\n'
                   f'<rect width="100%" height="100%" rx="8" fill="{PAPER}"/>\n'
                   f'<text x="{width / 2:.0f}" y="21" fill="{DIM}" text-anchor="middle">'
                   f"{html.escape(title)}</text>\n")
        for row, line in enumerate(lines):
            for piece in pieces(line):
                file.write(text_of(piece[0], row, piece[1], piece[2]))
        file.write("</svg>\n")


def plot(recording):
    """What gnuplot draws, as tidy as the other files."""
    path = os.path.join(HERE, "plot.svg")
    subprocess.run(["lookaside", "plot", recording, "-o", path], check=True)
    with open(path, encoding="utf-8") as file:
        lines = [line.rstrip() + "\n" for line in file]
    with open(path, "w", encoding="utf-8") as file:
        file.writelines([lines[0], LICENSE, *lines[1:]])


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    build = os.path.abspath(sys.argv[1])
    folder = tempfile.mkdtemp(prefix="lookaside-pictures-")
    os.symlink(os.path.join(build, "tools", "lookaside"), os.path.join(folder, "lookaside"))
    os.environ["PATH"] = folder + ":" + os.environ["PATH"]
    os.chdir(folder)
    resource.setrlimit(resource.RLIMIT_CORE, (-1, -1))
    server = subprocess.Popen([os.path.join(build, "tests", "tools", "puppets", "server"), "120"],
                              stdout=subprocess.PIPE)
    server.stdout.readline()
    recording = os.path.join(folder, "server.csv")
    recorder = subprocess.Popen(["lookaside", "record", str(server.pid), "-i", "0.1", "-o",
                                 recording, "-c", str(SECONDS * 10), "-q"])
    terminal = Terminal(folder, 104, 30)
    try:
        time.sleep(8)
        draw("top", "lookaside top", terminal.show(f"lookaside top {server.pid} -d 0.5", 9, 13), 104)
        terminal.tmux("send-keys", "q")
        recorder.wait()
        plot(recording)
        server.send_signal(signal.SIGABRT)
        server.wait()
        cores = [name for name in os.listdir(folder) if name.startswith("core")]
        if not cores:
            sys.exit("this system writes no core into the current folder")
        os.rename(cores[0], "core")
        draw("show", "a table of all lists, out of a core", terminal.show("lookaside show core", 1.5), 104)
        draw("list", "one list in full", terminal.show("lookaside show core requests", 1.5), 104)
    finally:
        terminal.close()
        server.kill()
        shutil.rmtree(folder)


main()
