#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Writes files that break a rule and expects files.py to say so."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).with_name("files.py")
C_HEAD = "/* SPDX-License-Identifier: MIT\n * SPDX-FileCopyrightText: 2026 The lookaside authors */\n"
SHELL_HEAD = "# SPDX-License-Identifier: MIT\n# SPDX-FileCopyrightText: 2026 The lookaside authors\n"


class FilesTest(unittest.TestCase):
    def check(self, name, text):
        with tempfile.TemporaryDirectory() as directory:
            path = Path(directory, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
            result = subprocess.run([sys.executable, CHECKER, directory],
                                    capture_output=True, text=True)
        self.assertEqual("", result.stderr)
        return result.returncode, result.stdout

    def test_sound_files_pass(self):
        self.assertEqual((0, ""), self.check("src/a.c", C_HEAD + "\n" * 498))
        self.assertEqual((0, ""), self.check("dev", "#!/bin/bash\n" + SHELL_HEAD))
        self.assertEqual((0, ""), self.check("build/generated.c", ""))

    def test_missing_licence(self):
        for name, text in {"a.c": "int a;\n", "a.py": "#!python\n", "b/CMakeLists.txt": "",
                           "a.h": "\n" + C_HEAD}.items():
            with self.subTest(name):
                status, output = self.check(name, text)
                self.assertEqual((1, f"{name} does not begin with the two SPDX lines\n"),
                                 (status, output))

    def test_long_file(self):
        status, output = self.check("src/a.c", C_HEAD + "\n" * 499)
        self.assertEqual((1, "src/a.c has 501 lines, more than 500: it holds two ideas\n"),
                         (status, output))

    def test_interpreter_that_a_cross_build_would_hand_to_its_emulator(self):
        line = "add_test(NAME a COMMAND Python3::Interpreter a.py)\n"
        status, output = self.check("tests/CMakeLists.txt", SHELL_HEAD + line)
        self.assertEqual(1, status)
        self.assertIn("use ${Python3_EXECUTABLE}", output)


if __name__ == "__main__":
    unittest.main()
