#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Takes document and checks out of step in every way and expects document.py to say so."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).with_name("document.py")
CHECKS = '''CHECK(one, "1.1 A rule")
{
}
CHECK_BOTH(two,
           "1.2 Another rule")
{
}
API_CHECK(promise, "A.1 A promise")
{
}
'''
DIFFERENCES = '''#define WHY "it is so"
    {"Wine", "paged_two", FAILS, WHY},
'''
DOCUMENT = '''
| 1.1 | A rule | header | `one` |
| 1.2 | Another rule | observed | `{npaged,paged}_two` |
| 1.3 | An unproved rule | observed | none: nobody can |

<!-- rules of the API -->
| rule | | check |
|---|---|---|
| A.1 | A promise | `promise` |
<!-- end of rules of the API -->
<!-- differences -->
| world | check | there it | because |
|---|---|---|---|
| Wine | `paged_two` | runs, and must fail | it is so |
<!-- end of differences -->
'''


class DocumentTest(unittest.TestCase):
    def run_with(self, document=DOCUMENT, checks=CHECKS, differences=DIFFERENCES, write=False):
        """What document.py prints, and the document afterwards."""
        with tempfile.TemporaryDirectory() as directory:
            texts = {"docs/windows-contract.md": document,
                     "tests/conformance/checks/some.c": checks,
                     "tests/conformance/differences.c": differences}
            for name, text in texts.items():
                path = Path(directory, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text)
            command = [sys.executable, "-B", CHECKER, directory] + ["--write"] * write
            result = subprocess.run(command, capture_output=True, text=True, check=False)
            self.assertEqual("", result.stderr)
            self.assertEqual(result.returncode, 1 if result.stdout else 0)
            return result.stdout, Path(directory, "docs/windows-contract.md").read_text()

    def assert_complains(self, about, **texts):
        self.assertIn(about, self.run_with(**texts)[0])

    def test_all_in_step(self):
        self.assertEqual("", self.run_with()[0])

    def test_rule_that_the_document_lacks(self):
        self.assert_complains('the document has no rule "1.1 A rule"',
                              document=DOCUMENT.replace("A rule", "A rule in other words"))
        self.assert_complains('the document has no rule "1.9 A rule"',
                              checks=CHECKS.replace("1.1", "1.9"))

    def test_rule_without_a_check(self):
        self.assert_complains('rule "1.3 An unproved rule" has no check',
                              document=DOCUMENT.replace("none: nobody can", ""))

    def test_other_names(self):
        for change in (("`one`", "`three`"), ("{npaged,paged}_two", "npaged_two"),
                       ("`promise`", "`threat`"), ("it is so", "it was so")):
            with self.subTest(change):
                self.assert_complains("--write", document=DOCUMENT.replace(*change))

    def test_difference_of_no_check(self):
        self.assert_complains("differences.c names two, which is no check",
                              differences=DIFFERENCES.replace("paged_two", "two"))

    def test_write_fills_in_what_follows(self):
        empty = DOCUMENT.replace("`one`", "").replace("| A.1 | A promise | `promise` |\n", "")
        self.assertEqual(("", DOCUMENT), self.run_with(document=empty, write=True))


if __name__ == "__main__":
    unittest.main()
