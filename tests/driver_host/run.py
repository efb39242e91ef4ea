#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Runs nt/wine/driver_host.py with a driver and compares what it says with what the source promises.

usage: run.py DRIVER_HOST SOURCE DRIVER.sys PREFIX

The source's first comment says either
    Prints: TEXT    these lines on standard output, nothing on standard error, exit status 0
    Fails: TEXT     this sentence of the host on standard error, exit status 99
"""

import re
import subprocess
import sys

SECONDS = 60  # on a busy machine
SECONDS_OF_AN_END = 8  # where the time is to be up; Wine itself would give up after ten
HOST_FAILED = 99


def promise(source):
    """The kind ('Prints' or 'Fails') and the text that the source's comment promises."""
    with open(source, encoding="utf-8") as file:
        found = re.search(r"^ \* (Prints|Fails): (.*?) \*/", file.read(), re.MULTILINE | re.DOTALL)
    if not found:
        sys.exit(f"{source}: no 'Prints:' or 'Fails:' in its first comment")
    between = "\n" if found[1] == "Prints" else " "
    return found[1], re.sub(r"\n \*\s+", between, found[2])


def main():
    host, source, driver, prefix = sys.argv[1:]
    kind, text = promise(source)
    seconds = SECONDS_OF_AN_END if "the time is up" in text else SECONDS
    run = subprocess.run([sys.executable, host, "--prefix", prefix, "--debug-print", "--timeout",
                          str(seconds), driver], capture_output=True, text=True, check=False)
    actual = (run.returncode, run.stdout, run.stderr)
    if kind == "Prints":
        expected = (0, text + "\n", "")
    else:
        expected = (HOST_FAILED, "", f"driver_host: {text}\n")
    if actual != expected:
        print(f"expected: {expected}\nactual:   {actual}")
        return 1
    print(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
