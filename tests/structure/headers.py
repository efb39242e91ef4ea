#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Compiles every public header alone, twice in a row, in each language it promises.

usage: headers.py INCLUDE_DIRECTORY COMPILER...

A C compiler is asked for C11 and C17, a C++ compiler (a name with ++) for C++17; every warning is
an error, and so is a header that leans on an include before it.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow",
            "-Wundef", "-Wcast-qual", "-Werror", "-pedantic-errors"]
C_WARNINGS = ["-Wstrict-prototypes", "-Wmissing-prototypes", "-Wc++-compat"]


def ways(compiler):
    if "++" in compiler:
        return [("c++", "c++17", [])]
    return [("c", "c11", C_WARNINGS), ("c", "c17", C_WARNINGS)]


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    include, compilers = Path(arguments[0]), arguments[1:]
    headers = sorted(include.rglob("*.h"))
    if not headers:
        sys.exit(f"no header under {include}")
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory, "header.c")
        for header in headers:
            line = f"#include <{header.relative_to(include).as_posix()}>\n"
            source.write_text(line + line + "extern int the_standard_wants_a_declaration;\n")
            for compiler in compilers:
                for language, standard, more in ways(compiler):
                    command = [compiler, "-x", language, f"-std={standard}", *WARNINGS, *more,
                               "-O2", f"-I{include}", "-c", source, "-o", "/dev/null"]
                    if subprocess.run(command).returncode != 0:
                        print(f"{header} does not compile alone as {standard} with {compiler}")
                        wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
