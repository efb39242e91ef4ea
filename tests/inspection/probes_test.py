#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""The library's probes are in its files, none of them on the hit path, and say what they should.

usage: probes_test.py SOURCE_ROOT SHARED_LIBRARY STATIC_LIBRARY COMPILER

With gdb, a program is run and stopped at each probe; without it, that test is skipped.
"""

import re
import shutil
import subprocess
import sys
import tempfile
import unittest
from collections import namedtuple
from pathlib import Path

from elf import Elf

ROOT = SHARED = STATIC = COMPILER = None  # the arguments
HERE = Path(__file__).parent

ARGUMENTS = {"alloc_miss": 3, "free_miss": 3, "refill": 3, "flush": 3, "depth": 4, "bugcheck": 3}
HIT_PATH = ("lookaside_alloc", "lookaside_free")

Probe = namedtuple("Probe", "name address semaphore arguments")


def probes_of(elf):
    for owner, kind, _, content in elf.section_notes():
        if (owner, kind) != ("stapsdt", 3):
            continue
        address, _, semaphore = elf.numbers("QQQ", elf.data.index(content))
        provider, name, arguments, _ = content[24:].split(b"\0", 3)
        if provider == b"lookaside":
            yield Probe(name.decode(), address, semaphore, arguments.decode().split())


class ProbesTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def build(self, *options, libraries=()):
        program = self.directory / "program"
        subprocess.run([COMPILER, "-std=c11", "-O2", f"-I{ROOT / 'include'}", *options,
                        HERE / "traced.c", *(libraries or [STATIC]), "-pthread", "-o", program],
                       check=True)
        return program

    def expect_probes(self, path, slow_alone=True):
        elf = Elf(path)
        probes = list(probes_of(elf))
        self.assertEqual(set(ARGUMENTS), {probe.name for probe in probes})
        functions = elf.functions()
        for probe in probes:
            self.assertEqual(ARGUMENTS[probe.name], len(probe.arguments), probe)
            self.assertEqual(0, probe.semaphore, probe)
            self.assertEqual(b"\x90", elf.data[elf.offset_of(probe.address):][:1],
                             "an instruction that does nothing")
            for function in HIT_PATH if slow_alone else ():
                start, end = functions[function]
                self.assertFalse(start <= probe.address < end, f"{probe.name} in {function}")

    def test_shared_library(self):
        self.expect_probes(SHARED)

    def test_static_programs(self):
        ways = {"not stripped": [], "stripped": ["-s"],
                "static": ["-static"], "without unused sections": ["-Wl,--gc-sections"]}
        for name, options in ways.items():
            with self.subTest(name):
                self.expect_probes(self.build(*options), slow_alone="-s" not in options)

    def test_a_program_may_have_probes_of_its_own(self):
        own = self.directory / "own.c"
        own.write_text("#include <sys/sdt.h>\n"
                       "__attribute__((constructor)) static void begin(void)\n"
                       "{\n    DTRACE_PROBE(own, begin);\n}\n")
        for linker in ("bfd", "gold", "lld"):
            if shutil.which("ld." + linker):
                with self.subTest(linker):
                    self.expect_probes(self.build(f"-fuse-ld={linker}", own))

    @staticmethod
    def entries(name, told):
        return sum(int(line.split()[-1]) for line in told if line.startswith(name + " "))

    @unittest.skipUnless(shutil.which("gdb"), "no gdb")
    def test_probes_say_what_happened(self):
        output = subprocess.run(["gdb", "-batch", "-nx", "-x", HERE / "probes.gdb",
                                 self.build("-g")],
                                check=True, capture_output=True, text=True).stdout
        handle = re.search(r"^list (0x\w+)$", output, re.MULTILINE).group(1)
        entry = re.search(r"^entry (0x\w+)$", output, re.MULTILINE).group(1)
        told = re.findall(r"^probe (.*)$", output, re.MULTILINE)
        expected = ([f"alloc_miss {handle} traced 1"] * 6 + [f"free_miss {handle} traced 1"] * 2 +
                    [f"flush {handle} traced 4", f"alloc_miss {handle} traced 1",
                     f"refill {handle} traced 1", f"bugcheck 0x1001 {handle} {entry}"])
        self.assertEqual(expected, told[:len(expected)])
        rest = told[len(expected):]
        self.assertEqual(f"depth {handle} traced 4 34",
                         next(line for line in rest if line.startswith("depth")))
        self.assertEqual(self.entries("alloc_miss", told),
                         self.entries("free_miss", told) + self.entries("flush", told))


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    ROOT, SHARED, STATIC, COMPILER = Path(sys.argv[1]), *sys.argv[2:5]
    unittest.main(argv=sys.argv[:1] + sys.argv[5:])
