#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Looks at every source file from outside: its licence lines, its length, and one trap.

usage: files.py SOURCE_ROOT
"""

import sys
from pathlib import Path

SUFFIXES = {".c", ".h", ".cpp", ".hpp", ".rs", ".toml", ".py", ".sh", ".cmake", ".map", ".S", ".ld",
            ".def"}
NAMES = {"CMakeLists.txt", "Makefile", "dev", "run"}
NOT_OURS = {".git", "build"}
LONGEST = 500
LICENCE = ("SPDX-License-Identifier: MIT", "SPDX-FileCopyrightText: 2026 The lookaside authors")


def sources(root):
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root)
        if name.parts[0] not in NOT_OURS and path.is_file():
            if path.suffix in SUFFIXES or path.name in NAMES:
                yield name.as_posix(), path


def faults(path):
    lines = path.read_text().splitlines()
    # The lines stand first, or right after the line that names the interpreter.
    head = lines[1:3] if lines and lines[0].startswith("#!") else lines[:2]
    if len(head) < 2 or any(words not in line for words, line in zip(LICENCE, head)):
        yield "does not begin with the two SPDX lines"
    if any("Python3::Interpreter" in line for line in lines) and path.name == "CMakeLists.txt":
        yield ("has Python3::Interpreter, which a cross build hands to its emulator, where the test "
               "passes whatever happens: use ${Python3_EXECUTABLE}")
    if len(lines) > LONGEST:
        yield f"has {len(lines)} lines, more than {LONGEST}: it holds two ideas"


def main(arguments):
    if len(arguments) != 1:
        sys.exit(__doc__)
    complaints = [f"{name} {fault}" for name, path in sources(Path(arguments[0]))
                  for fault in faults(path)]
    for complaint in complaints:
        print(complaint)
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
