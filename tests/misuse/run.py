#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Runs a misuse program and compares its end with the one its source promises.

usage: run.py SOURCE PROGRAM...

The source's first comment says either
    Dies: bugcheck ...     exactly this sentence on standard error, and the end that an
                           abort has: SIGABRT on Linux, status 2 of a Windows program under Wine
    Prints: WORD           this word on standard output, nothing on standard error, exit status 0
PROGRAM may begin with an emulator's words. LIST and ENTRY in a sentence stand for the addresses that the program prints before its mistake.

Caught: a slab that did not look at its free bit (double_free_without_cache).
"""
import re
import signal
import subprocess
import sys


# Of a Windows status, 0xC0000602 for a process that failed fast, Wine hands the last byte on.
ABORTED = {False: -signal.SIGABRT, True: 2}


def promise(source):
    """The kind ('Dies' or 'Prints') and the text that the source's comment promises."""
    text = open(source, encoding="utf-8").read()
    found = re.search(r"^ \* (Dies|Prints): (.*?) \*/", text, re.MULTILINE | re.DOTALL)
    if not found:
        sys.exit(f"{source}: no 'Dies:' or 'Prints:' in its first comment")
    return found.group(1), re.sub(r"\n \*\s+", " ", found.group(2))


def main():
    source, *program = sys.argv[1:]
    kind, wanted = promise(source)
    run = subprocess.run(program, capture_output=True, text=True, timeout=60)

    addresses = re.search(r"LIST=(\S+) ENTRY=(\S+)\n", run.stdout)
    if addresses:
        wanted = wanted.replace("LIST", addresses.group(1), 1) if kind == "Dies" else wanted
        wanted = wanted.replace("ENTRY", addresses.group(2))
    if kind == "Dies":
        expected = (ABORTED[program[-1].endswith(".exe")], f"lookaside: {wanted}\n")
        actual = (run.returncode, run.stderr)
    else:
        expected = (0, "", wanted + "\n")
        actual = (run.returncode, run.stderr, run.stdout)
    if actual != expected:
        print(f"expected: {expected}\nactual:   {actual}")
        return 1
    print(expected[1].strip() or wanted)
    return 0


if __name__ == "__main__":
    sys.exit(main())
