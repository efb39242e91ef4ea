#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Compiles every public header alone, twice in a row, in each language it promises.

usage: headers.py INCLUDE_DIRECTORY COMPILER... [-OPTION...]

A C compiler is asked for C11 and C17, a C++ compiler (a name with ++) for C++17 and C++20, of the
headers *.hpp it alone; every warning is an error, and so is a header that leans on an include before it. The options, from the first that
begins with a dash, go to the compiler. With -DLOOKASIDE_KERNEL among them it is a driver's, and what
is for user mode alone is left out; without it, what is for drivers alone.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Wconversion", "-Wsign-conversion", "-Wshadow",
            "-Wundef", "-Wcast-qual", "-Werror", "-pedantic-errors"]
FOR_DRIVERS = {"kernel_list.h"}
FOR_USER_MODE = {"hit_path.h", "lazy_list.hpp", "allocator.hpp", "memory_resource.hpp"}
A_DRIVER = "-DLOOKASIDE_KERNEL"
C_WARNINGS = ["-Wstrict-prototypes", "-Wmissing-prototypes", "-Wc++-compat"]


def ways(compiler):
    if "++" in compiler:
        return [("c++", "c++17", []), ("c++", "c++20", [])]
    return [("c", "c11", C_WARNINGS), ("c", "c17", C_WARNINGS)]


def main(arguments):
    if len(arguments) < 2:
        sys.exit(__doc__)
    options = [argument for argument in arguments if argument.startswith("-")]
    first = arguments.index(options[0]) if options else len(arguments)
    include, compilers, options = Path(arguments[0]), arguments[1:first], arguments[first:]
    left_out = FOR_USER_MODE if A_DRIVER in options else FOR_DRIVERS
    headers = sorted(path for path in include.rglob("*.h*")
                     if path.suffix in (".h", ".hpp") and path.name not in left_out)
    if not headers:
        sys.exit(f"no header under {include}")
    wrong = 0
    with tempfile.TemporaryDirectory() as directory:
        source = Path(directory, "header.c")
        for header in headers:
            line = f"#include <{header.relative_to(include).as_posix()}>\n"
            source.write_text(line + line + "extern int the_standard_wants_a_declaration;\n")
            for compiler in compilers:
                if header.suffix == ".hpp" and "++" not in compiler:
                    continue
                for language, standard, more in ways(compiler):
                    command = [compiler, "-x", language, f"-std={standard}", *WARNINGS, *more,
                               "-O2", f"-I{include}", *options, "-c", source, "-o", "/dev/null"]
                    if subprocess.run(command).returncode != 0:
                        print(f"{header} does not compile alone as {standard} with {compiler}")
                        wrong += 1
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
