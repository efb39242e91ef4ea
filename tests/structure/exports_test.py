#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Builds libraries that offer a symbol too many or too few and expects exports.py to say so."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).with_name("exports.py")


class ExportsTest(unittest.TestCase):
    def check(self, kind, listed):
        """The checker's exit status and words for a library that defines ours and leak."""
        with tempfile.TemporaryDirectory() as directory:
            source, library = Path(directory, "a.c"), Path(directory, "lib" + kind)
            names = Path(directory, "list")
            source.write_text("void ours(void) {}\nvoid leak(void) {}\nstatic void own(void) {}\n"
                              "void (*keep)(void) = own;\n")
            names.write_text("\n".join(listed))
            if kind == ".so":
                subprocess.run(["cc", "-shared", "-fPIC", source, "-o", library], check=True)
            else:
                subprocess.run(["cc", "-c", source, "-o", directory + "/a.o"], check=True)
                subprocess.run(["ar", "rc", library, directory + "/a.o"], check=True)
            result = subprocess.run([sys.executable, CHECKER, "nm", names, library],
                                    capture_output=True, text=True)
        self.assertEqual("", result.stderr)
        return result.returncode, result.stdout

    def test_exact_list_passes(self):
        for kind in (".so", ".a"):
            self.assertEqual((0, ""), self.check(kind, ["ours", "leak", "keep"]))

    def test_symbol_too_many(self):
        for kind in (".so", ".a"):
            status, output = self.check(kind, ["ours", "keep"])
            self.assertEqual(1, status)
            self.assertIn("exports leak, which", output)

    def test_symbol_too_few(self):
        for kind in (".so", ".a"):
            status, output = self.check(kind, ["ours", "leak", "keep", "gone"])
            self.assertEqual(1, status)
            self.assertIn("does not export gone, which", output)


if __name__ == "__main__":
    unittest.main()
