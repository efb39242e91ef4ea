#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Holds the code in a document to the code that is compiled.

usage: quotes.py SOURCE_ROOT DOCUMENT

A fenced block that names a file, as "```cpp examples/tour-cpp/tour.cpp", quotes it: its lines stand
there side by side, as they are. A line "..." stands for any lines between two such pieces.

Seen to fail for: a changed line, a file that is not there, pieces in another order, no quote at all.
"""

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^```\w+ (\S+/\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def pieces(text):
    return [piece.strip("\n") for piece in re.split(r"^\s*\.\.\.\n", text, flags=re.MULTILINE)]


def faults(root, name, text):
    file = root / name
    if not file.is_file():
        yield f"quotes {name}, which does not exist"
        return
    source, at = "\n" + file.read_text(), 0
    for piece in pieces(text):
        found = source.find(f"\n{piece}\n", at)
        if found < 0:
            yield f"quotes of {name} what does not stand there, or not in this order:\n{piece}"
            return
        at = found + len(piece)


def main(arguments):
    if len(arguments) != 2:
        sys.exit(__doc__)
    root, document = Path(arguments[0]), Path(arguments[1])
    quotes = BLOCK.findall(document.read_text())
    complaints = [fault for name, text in quotes for fault in faults(root, name, text)]
    if not quotes:
        complaints.append("quotes no file")
    for complaint in complaints:
        print(f"{document.name} {complaint}")
    print(f"{document.name}: {len(quotes)} quotes")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
