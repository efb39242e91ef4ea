#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""The library's note is in every kind of file that it is linked into, and leads to sane tables.

usage: note_test.py SOURCE_ROOT SHARED_LIBRARY STATIC_LIBRARY COMPILER

Programs are built here with the compiler, in each way that could lose the note, or what it leads to.
"""

import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from elf import Elf, text

ROOT = SHARED = STATIC = COMPILER = None  # the arguments

FIRST_PAGE = 4096
TYPES = NUMBER, ADDRESS, TEXT, INLINE = range(1, 5)
UNITS = range(5)
KINDS = CONSTANT, COUNTER, GAUGE, LINK, LOCK = range(1, 6)
RECORDS = {"registry", "threads", "thread", "list", "handle", "account", "magazine", "array", "slab"}


class Inspection:
    """struct inspection of a file, as src/inspection.h lays it out."""

    def __init__(self, path):
        self.elf = Elf(path)
        notes = [note for note in self.elf.loaded_notes() if note[1] == "Lookaside"]
        assert len(notes) == 1, f"{path} has {len(notes)} notes of the owner Lookaside"
        self.note_offset, _, self.note_type, at, content = notes[0]
        self.note_format, zero = self.elf.numbers("II", self.elf.offset_of(at))
        assert (len(content), zero) == (16, 0)
        self.address = at + self.elf.memory("q", at + 8)[0]
        self.magic = self.elf.string(self.address)
        self.self = self.elf.pointer(self.address + 16)
        self.format, self.size = self.elf.memory("II", self.address + 24)
        self.version = self.elf.string(self.address + 32)
        count, record_size = self.elf.memory("II", self.address + 56)
        self.field_size, = self.elf.memory("I", self.address + 64)
        self.roots = [self.elf.pointer(self.address + at) for at in (72, 80)]
        records = self.elf.pointer(self.address + 48)
        self.records = [self.record(self.elf.pointer(records + 8 * i)) for i in range(count)]
        assert record_size == 32

    def record(self, address):
        name = self.elf.string(address)
        size, count = self.elf.memory("II", address + 24)
        fields = self.elf.pointer(address + 16)
        return name, size, [self.field(fields + i * self.field_size) for i in range(count)]

    def field(self, address):
        raw = self.elf.memory("28sIHBBBBBB", address)
        return dict(zip(("name", "offset", "size", "shift", "bits", "type", "unit", "kind", "zero"),
                        (text(raw[0]), *raw[1:])))


class NoteTest(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = Path(directory.name)

    def build(self, *options, libraries=None):
        """A program, which is run once; its path."""
        program = self.directory / "program"
        sources = [Path(__file__).with_name("traced.c"), *(libraries or [STATIC])]
        subprocess.run([COMPILER, "-std=c11", "-O2", f"-I{ROOT / 'include'}",
                        f"-I{ROOT / 'src'}", *options, *sources, "-pthread", "-o", program],
                       check=True)
        subprocess.run([program], check=True, stdout=subprocess.DEVNULL)
        return program

    def expect_inspection(self, path):
        found = Inspection(path)
        self.assertEqual((1, 1), (found.note_type, found.note_format))
        self.assertLess(found.note_offset, FIRST_PAGE)
        self.assertEqual("lookaside lists", found.magic)
        self.assertEqual(found.address, found.self)
        self.assertEqual((1, 88), (found.format, found.size))
        self.assertRegex(found.version, r"^\d+\.\d+\.\d+$")
        self.assertTrue(all(found.roots))
        self.assertEqual(RECORDS, {name for name, _, _ in found.records})
        for record in found.records:
            self.expect_record(*record)

    def expect_record(self, record, size, fields):
        names = [field["name"] for field in fields]
        self.assertEqual(sorted(set(names)), sorted(names), f"a name twice in {record}")
        for field in fields:
            with self.subTest(f"{record}.{field['name']}"):
                self.expect_field(field, size)

    def expect_field(self, field, record_size):
        kind, bits = field["type"], 8 * field["size"]
        self.assertIn(kind, TYPES)
        self.assertIn(field["unit"], UNITS)
        self.assertIn(field["kind"], KINDS)
        self.assertEqual(0, field["zero"])
        if kind in (NUMBER, ADDRESS):
            self.assertIn(field["size"], (8,) if kind == ADDRESS else (1, 2, 4, 8))
            self.assertGreater(field["bits"], 0)
            self.assertLessEqual(field["shift"] + field["bits"], bits)
        if field["offset"] != record_size:  # an array without a length may begin at the end
            self.assertLessEqual(field["offset"] + field["size"], record_size)
        self.assertEqual(field["kind"] == LINK, kind == ADDRESS and field["kind"] == LINK)
        if field["kind"] in (COUNTER, LOCK):
            self.assertEqual(NUMBER, kind)

    # ---- The files ----

    def test_shared_library(self):
        self.expect_inspection(SHARED)

    def test_stripped_shared_library(self):
        stripped = self.directory / "library.so"
        subprocess.run(["strip", "-s", SHARED, "-o", stripped], check=True)
        self.expect_inspection(stripped)

    def test_programs_with_the_static_library(self):
        ways = {
            "position-independent": ["-pie", "-fPIE"],
            "not position-independent": ["-no-pie", "-fno-pie"],
            "static": ["-static"],
            "static and position-independent": ["-static-pie", "-fPIE"],
            "without unused sections": ["-ffunction-sections", "-fdata-sections",
                                        "-Wl,--gc-sections"],
            "stripped, without unused sections": ["-s", "-Wl,--gc-sections"],
            "read-only after relocation": ["-Wl,-z,relro,-z,now"],
            "debugged": ["-O0", "-g"],
        }
        for linker in ("gold", "lld"):
            if shutil.which("ld." + linker):
                ways[f"linked by {linker}"] = [f"-fuse-ld={linker}", "-Wl,--gc-sections", "-s"]
        for name, options in ways.items():
            with self.subTest(name):
                self.expect_inspection(self.build(*options))

    def test_program_optimised_as_a_whole(self):
        """The engine's sources and the user's in one, which loses names and moves data."""
        sources = [path for path in (ROOT / "src").glob("*.c") if "windows" not in path.name]
        if "clang" in COMPILER and not shutil.which("ld.lld"):
            self.skipTest("clang needs lld for it")
        lld = ["-fuse-ld=lld"] if "clang" in COMPILER else []
        self.expect_inspection(self.build("-flto", *lld, "-fexceptions", "-Wl,--gc-sections",
                                          libraries=sources))

    def test_a_program_over_the_shared_library_has_none_of_its_own(self):
        with self.assertRaisesRegex(AssertionError, "0 notes"):
            Inspection(self.build(libraries=[SHARED, f"-Wl,-rpath,{Path(SHARED).parent}"]))


if __name__ == "__main__":
    if len(sys.argv) < 5:
        sys.exit(__doc__)
    ROOT, SHARED, STATIC, COMPILER = Path(sys.argv[1]), *sys.argv[2:5]
    unittest.main(argv=sys.argv[:1] + sys.argv[5:])
