#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Assembles functions with one fault each and expects count_instructions.py to say so."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).with_name("count_instructions.py")
SOUND = "mov (%rdi), %rax\n je 1f\n add $1, %rax\n ret\n 1: jmp other"


class CountInstructionsTest(unittest.TestCase):
    def check(self, body, limit=3, function="f"):
        assembly = (f".text\n.globl f\n.type f,@function\nf: {body}\n.size f,.-f\nother: ret\n"
                    ".globl g3\n.type g3,@function\ng3: nop\n je other\n nop\n ret\n.size g3,.-g3\n")
        with tempfile.TemporaryDirectory() as directory:
            source, program = Path(directory, "f.s"), Path(directory, "f.o")
            source.write_text(assembly)
            subprocess.run(["cc", "-c", source, "-o", program], check=True)
            result = subprocess.run([sys.executable, CHECKER, "objdump", program,
                                     f"{function}={limit}"],
                                    capture_output=True, text=True)
        self.assertEqual("", result.stderr)
        return result.returncode, result.stdout

    def assert_complains(self, words, body, limit=9):
        status, output = self.check(body, limit)
        self.assertEqual(1, status)
        self.assertIn(words, output)

    def test_sound_function_passes_at_its_length_and_not_below(self):
        status, output = self.check(SOUND, 3)
        self.assertEqual(0, status)
        self.assertIn("f: 3 instructions, limit 3", output)
        self.assert_complains("has 3 instructions, more than 2", SOUND, 2)

    def test_jumps_are_followed(self):
        status, output = self.check("je 2f\n jmp 1f\n nop\n 1: mov %rdi, %rax\n ret\n 2: ret", 3)
        self.assertEqual(0, status)
        self.assertIn("f: 3 instructions", output)

    def test_branches(self):
        self.assert_complains("has 2 conditional jumps", "je 1f\n jne 1f\n ret\n 1: ret")
        self.assert_complains("has 0 conditional jumps", "nop\n ret")

    def test_as_many_branches_as_are_told(self):
        two = "je 1f\n jne 1f\n ret\n 1: ret"
        self.assertEqual(0, self.check(two, "2:2")[0])
        self.assert_complains("has 2 conditional jumps, not 3", two, "2:3")

    def test_another_function_as_the_measure(self):
        self.assertEqual(0, self.check(SOUND, "g3")[0])
        self.assert_complains("has 4 instructions, more than 3", "nop\n" + SOUND, "g3")
        self.assert_complains("has 0 conditional jumps", "nop\n ret", "g3")

    def test_measure_that_is_not_there(self):
        with self.assertRaises(AssertionError):
            self.check(SOUND, "nothing")

    def test_locks(self):
        self.assert_complains("locks: lock", "je 1f\n lock incq (%rdi)\n 1: ret")
        self.assert_complains("locks: xchg", "je 1f\n xchg %rax, (%rdi)\n 1: ret")

    def test_calls(self):
        self.assert_complains("calls: call", "je 1f\n call other\n 1: ret")

    def test_hit_out_of_line(self):
        self.assert_complains("leaves the function", "jne 1f\n jmp other\n 1: ret")

    def test_function_that_is_not_there(self):
        status, output = self.check(SOUND, 9, "g")
        self.assertEqual(1, status)
        self.assertIn("g is not in the program", output)


if __name__ == "__main__":
    unittest.main()
