#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Runs a program that has to die, and looks for words in what it says on standard error.

usage: dies.py --says=PATTERN... PROGRAM ARGUMENT...
"""

import re
import subprocess
import sys


def main(arguments):
    patterns = [argument[len("--says="):] for argument in arguments
                if argument.startswith("--says=")]
    command = arguments[len(patterns):]
    if not patterns or not command:
        sys.exit(__doc__)
    result = subprocess.run(command, capture_output=True, text=True, timeout=100)
    missing = [pattern for pattern in patterns if not re.search(pattern, result.stderr)]
    if result.returncode == 0:
        print(f"{command[0]} did not die")
    for pattern in missing:
        print(f"its words lack: {pattern}")
    if result.returncode == 0 or missing:
        print(result.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
