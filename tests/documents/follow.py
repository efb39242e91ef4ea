#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Does what a tutorial says, in an empty folder, and compares what happens with what it promises.

usage: follow.py DOCUMENT BUILD_DIR EXAMPLE_DIR

Fenced blocks of the document, in their order:
  ```c NAME, ```cmake NAME    the file NAME is written
  ```diff                     fix.diff is written
  ```console                  each line behind "$ " is run by the shell; the lines up to the next "$ "
                              must appear in its output, in this order, as they stand
A command must succeed, unless its promised output says that tests failed. Blocks marked sh set up the
machine, which is done here by installing BUILD_DIR into $HOME/lookaside, where the document has it.
In the end the files must be those of EXAMPLE_DIR, which people read without the document.

Seen to fail for: a promised line that is not printed, a command that fails or passes against the
promise, a file that differs from the example's.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

BLOCK = re.compile(r"^```(\w+)(?: (\S+))?\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def fail(message):
    sys.exit(f"follow.py: {message}")


def commands(text):
    """(command, promised lines) for each "$ " of a console block."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        command, *promised = part.splitlines()
        yield command, promised


def run(command, promised, place, environment):
    print(f"$ {command}", flush=True)
    done = subprocess.run(command, shell=True, cwd=place, env=environment, text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    print(done.stdout, flush=True)
    may_fail = any("tests failed" in line for line in promised)
    if (done.returncode != 0) != may_fail:
        fail(f"`{command}` ended with {done.returncode}")
    at = 0
    for line in promised:
        found = done.stdout.find(line.strip(), at)
        if found < 0:
            fail(f"`{command}` did not print, or not here:\n{line}")
        at = found + len(line.strip())


def follow(document, place, environment):
    kinds = set()
    for kind, name, text in BLOCK.findall(document):
        kinds.add(kind)
        if kind == "console":
            for command, promised in commands(text):
                run(command, promised, place, environment)
        elif kind == "diff":
            (place / "fix.diff").write_text(text)
        elif name:
            (place / name).write_text(text)
    if not {"console", "c", "diff"} <= kinds:
        fail("the document has lost its files or commands")


def main():
    document, build, example = map(Path, sys.argv[1:])
    with tempfile.TemporaryDirectory() as home:
        environment = dict(os.environ, HOME=home, CMAKE_GENERATOR="Ninja")
        subprocess.run(["cmake", "--install", build, "--prefix", f"{home}/lookaside"], check=True,
                       stdout=subprocess.DEVNULL)
        place = Path(home, "empty")
        place.mkdir()
        follow(document.read_text(), place, environment)
        for file in sorted(example.iterdir()):
            if (place / file.name).read_text() != file.read_text():
                fail(f"{file} is not what the document says")


if __name__ == "__main__":
    main()
