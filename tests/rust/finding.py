#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""How the Rust crates find the C library, and what they say when they cannot.

usage: finding.py CRATES TARGET_DIR CARGO PREFIX_LIB NM EXPORTS_PY EXPORTS_TXT

CRATES is the workspace, PREFIX_LIB the folder that the library is installed into. The environment is
that of a cargo that finds everything; each case changes it.

Seen to fail for: a complaint that does not say what to do, a variable that is not obeyed, an archive
with a name of its own, a path that is cut at its space, a CC of two words.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path


class Cargo:
    def __init__(self, crates, target_dir, cargo):
        self.command = [cargo, "build", "--frozen", "--message-format=json", "-p", "lookaside-sys",
                        "--target-dir", target_dir]
        self.crates = crates

    def build(self, *arguments, **environment):
        """The build script's folders and libraries; or the words of its complaint."""
        done = subprocess.run(self.command + list(arguments), cwd=self.crates, text=True,
                              capture_output=True, env=dict(os.environ, **environment))
        if done.returncode != 0:
            return done.stderr
        messages = (json.loads(line) for line in done.stdout.splitlines())
        return next(message for message in messages
                    if message["reason"] == "build-script-executed")

    def built(self, *arguments, **environment):
        """The same, of a build that has to succeed."""
        found = self.build(*arguments, **environment)
        expect(f"cargo build {' '.join(arguments)} fails", isinstance(found, dict), found)
        return found


def expect(what, truth, found):
    if not truth:
        sys.exit(f"{what}; found:\n{found}")


def complaints(cargo, prefix_lib):
    """(case, what it is told, words that it must say)"""
    windows = "x86_64-pc-windows-gnu"
    with tempfile.TemporaryDirectory() as empty:
        nowhere = {"PKG_CONFIG_PATH": empty, "PKG_CONFIG_LIBDIR": empty}
        too_new = Path(empty, "newer", "lookaside.pc")
        too_new.parent.mkdir()
        own = Path(prefix_lib, "pkgconfig", "lookaside.pc").read_text()
        too_new.write_text(own.replace("Version: 0.", "Version: 1000."))
        help_for_all = ["./dev install", "PKG_CONFIG_PATH", "LOOKASIDE_LIB_DIR", '"vendored"']
        yield "not installed", cargo.build(**nowhere), help_for_all
        yield "another version", cargo.build(PKG_CONFIG_PATH=str(too_new.parent),
                                             PKG_CONFIG_LIBDIR=empty), ["1000.", *help_for_all]
        yield "another system", cargo.build("--target", windows), [windows, *help_for_all]
        msvc = "x86_64-pc-windows-msvc"
        yield "a system without the library", \
            cargo.build("--features", "vendored", "--target", msvc), [msvc, windows]
        yield "no pkg-config", cargo.build(PKG_CONFIG="no-such-program"), \
            ["cannot run no-such-program", *help_for_all]
        yield "an empty folder", cargo.build(LOOKASIDE_LIB_DIR=empty), \
            [empty, "liblookaside.so", "Set it to the folder"]
        yield "no C compiler", cargo.build("--features", "vendored", CC="no-such-compiler"), \
            ["cannot run", "no-such-compiler"]
        yield "a C compiler that fails", cargo.build("--features", "vendored", CFLAGS="-no-such-flag"), \
            ["-no-such-flag", "failed"]


def check_complaints(cargo, prefix_lib):
    for case, said, words in complaints(cargo, prefix_lib):
        for word in words:
            expect(f"{case}: the complaint does not say {word}",
                   isinstance(said, str) and word in said, said)


def check_ways(cargo, prefix_lib):
    installed = cargo.built()
    expect("pkg-config's library is not linked",
           installed["linked_libs"] == ["lookaside"], installed)
    expect("pkg-config's folder is not searched",
           any(os.path.realpath(path.removeprefix("native=")) == os.path.realpath(prefix_lib)
               for path in installed["linked_paths"]), installed)
    with tempfile.TemporaryDirectory(suffix=" with spaces") as prefix:
        folder = Path(prefix, "lib", "pkgconfig")
        shutil.copytree(Path(prefix_lib, "pkgconfig"), folder)
        spaced = cargo.built(PKG_CONFIG_PATH=str(folder))
        expect("a folder with spaces in its path is not searched",
               any(os.path.realpath(path.removeprefix("native=")) == os.path.realpath(folder.parent)
                   for path in spaced["linked_paths"]), spaced)
    named = cargo.built("--features", "vendored", LOOKASIDE_LIB_DIR=prefix_lib)
    expect("LOOKASIDE_LIB_DIR does not go before the features",
           named["linked_paths"] == [f"native={prefix_lib}"], named)
    driver = cargo.built("--features", "kernel")
    expect("a driver's crate links something", driver["linked_libs"] == [], driver)


def check_archive(cargo, nm, exports_py, exports_txt):
    vendored = cargo.built("--features", "vendored", CC=f"env {os.environ.get('CC', 'cc')}")
    expect("the library that was compiled is not linked",
           vendored["linked_libs"][:1] == ["static=lookaside"], vendored)
    archive = Path(vendored["out_dir"], "liblookaside.a")
    subprocess.run([sys.executable, "-B", exports_py, nm, exports_txt, archive], check=True)

    driver = cargo.built("--features", "kernel,vendored")
    expect("the driver's library that was compiled is not linked",
           driver["linked_libs"][:1] == ["static=lookaside_nt"], driver)
    archive = Path(driver["out_dir"], "liblookaside_nt.a")
    symbols = subprocess.run([nm, "-P", "--defined-only", "--extern-only", archive], check=True,
                             capture_output=True, text=True).stdout.splitlines()
    names = {line.split()[0] for line in symbols if len(line.split()) > 1}
    expect("the driver's library has names of its own",
           names and all(name.startswith("lookaside_") for name in names), names)


def main():
    crates, target_dir, cargo, prefix_lib, nm, exports_py, exports_txt = sys.argv[1:]
    cargo = Cargo(crates, target_dir, cargo)
    check_complaints(cargo, prefix_lib)
    check_ways(cargo, prefix_lib)
    check_archive(cargo, nm, exports_py, exports_txt)


if __name__ == "__main__":
    main()
