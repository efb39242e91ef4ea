#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Compares what a library offers to the linker with the list of what it should.

usage: exports.py NM LIST LIBRARY [--but NAME]

LIBRARY is a shared library, whose dynamic symbols are compared, or an archive, whose global symbols
are: neither may leak a name of ours into the programs that link it. Of a Windows DLL it is the import
library (.dll.a). NAME stands in the list and is not of this library.
"""

import subprocess
import sys
from pathlib import Path

NOT_OURS = {"_.stapsdt.base"}  # of <sys/sdt.h>; all objects of a program with probes share it

def exported(nm, library):
    scope = "--extern-only" if library.endswith(".a") else "--dynamic"
    output = subprocess.run([nm, "-P", "--defined-only", scope, library],
                            check=True, capture_output=True, text=True).stdout
    symbols = (line.split() for line in output.splitlines() if len(line.split()) > 1)
    # Absolute symbols are the names of versions; in an import library, what is code is an export.
    wanted = (lambda kind: kind == "T") if library.endswith(".dll.a") else (lambda kind: kind != "A")
    return {fields[0].partition("@")[0] for fields in symbols if wanted(fields[1])} - NOT_OURS


def main(arguments):
    if len(arguments) not in (3, 5) or arguments[3:4] not in ([], ["--but"]):
        sys.exit(__doc__)
    nm, expected_list, library = arguments[:3]
    expected = set(Path(expected_list).read_text().split()) - set(arguments[4:])
    found = exported(nm, library)
    for symbol in sorted(found - expected):
        print(f"{library} exports {symbol}, which {expected_list} does not list")
    for symbol in sorted(expected - found):
        print(f"{library} does not export {symbol}, which {expected_list} lists")
    return 0 if found == expected else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
