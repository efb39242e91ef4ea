#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Gives headers.py headers that do not stand alone and expects it to say so."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).with_name("headers.py")


class HeadersTest(unittest.TestCase):
    def check(self, text, compiler, *options, name="header.h"):
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, name).write_text(text)
            result = subprocess.run([sys.executable, CHECKER, directory, compiler, *options],
                                    capture_output=True, text=True)
        return result.returncode, result.stdout

    def test_sound_header_passes(self):
        for compiler in ("cc", "c++"):
            self.assertEqual((0, ""), self.check("extern unsigned size;\n", compiler))

    def test_each_fault_is_found(self):
        faults = {
            "leans on another": ("cc", "extern size_t size;\n"),
            "no guard": ("cc", "struct twice { int member; };\n"),
            "C++ keyword": ("c++", "extern int class;\n"),
            "GNU C only": ("cc", "static inline int one(void) { return ({ 1; }); }\n"),
            "narrowing": ("cc", "static inline char cut(int i) { return i; }\n"),
            "old prototype": ("cc", "int old();\n"),
        }
        for name, (compiler, text) in faults.items():
            with self.subTest(name):
                status, output = self.check(text, compiler)
                self.assertEqual(1, status)
                self.assertIn("does not compile alone", output)

    def test_headers_of_cpp_are_for_cpp_alone(self):
        text = "template <typename T> T twice(T t) { return t + t; }\n"
        self.assertEqual(1, self.check(text, "c++", name="header.hpp")[0])
        guarded = f"#ifndef GUARD\n#define GUARD\n{text}#endif\n"
        self.assertEqual((0, ""), self.check(guarded, "c++", name="header.hpp"))
        self.assertEqual((0, ""), self.check(guarded, "cc", name="header.hpp"))

    def test_cpp_is_compiled_as_20_too(self):
        text = "extern int requires;\n"
        self.assertIn("as c++20", self.check(text, "c++", name="header.hpp")[1])

    def test_options_reach_the_compiler(self):
        text = "#ifndef LOOKASIDE_KERNEL\n#error\n#endif\nextern int number;\n"
        self.assertEqual(1, self.check(text, "cc")[0])
        self.assertEqual(0, self.check(text, "cc", "-DLOOKASIDE_KERNEL")[0])

    def test_no_header_is_an_error(self):
        with tempfile.TemporaryDirectory() as directory:
            result = subprocess.run([sys.executable, CHECKER, directory, "cc"], capture_output=True)
        self.assertNotEqual(0, result.returncode)


if __name__ == "__main__":
    unittest.main()
