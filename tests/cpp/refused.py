#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Shows the compiler a mistake that the types prevent.

usage: refused.py SOURCE COMPILER... [-OPTION...]

The source compiles as it is. With MISTAKE defined it must not, and the compiler's first error must
contain the words that the source's first comment promises: "Refused: words", those of each compiler
that says it in its own way between bars.

Seen to fail for: a list with a copy constructor.
"""

import re
import subprocess
import sys


def main(arguments):
    source, *rest = arguments
    options = [argument for argument in rest if argument.startswith("-")]
    compilers = [argument for argument in rest if not argument.startswith("-")]
    text = open(source, encoding="utf-8").read()
    promise = re.search(r"^ \* Refused: (.*?) \*/", text, re.MULTILINE | re.DOTALL)
    if not promise or not compilers:
        sys.exit(f"{source}: no 'Refused:' in its first comment, or no compiler")
    words = [part.strip() for part in re.sub(r"\n \*\s+", " ", promise.group(1)).split("|")]
    wrong = 0
    for compiler in compilers:
        command = [compiler, "-std=c++17", "-Wall", "-Wextra", "-Werror", *options,
                   "-fsyntax-only", source]
        if subprocess.run(command).returncode != 0:
            print(f"{compiler} refuses {source} without the mistake")
            wrong += 1
        mistaken = subprocess.run([*command, "-DMISTAKE"], capture_output=True, text=True)
        errors = [line for line in mistaken.stderr.splitlines() if "error:" in line]
        if mistaken.returncode == 0:
            print(f"{compiler} accepts the mistake in {source}")
            wrong += 1
        elif not any(word in errors[0] for word in words):
            print(f"{compiler} says of {source}:\n{errors[0]}\ninstead of: {' | '.join(words)}")
            wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
