#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Whatever the engine counts in 64 bits, the field tables tell.

usage: counters_test.py SOURCE_ROOT

Reads the sources: a compiler does not tell which members nobody mentions.
"""

import re
import sys
import unittest
from pathlib import Path

ROOT = None  # the argument

# struct, header, the file of its field table, where the table finds the struct
STRUCTS = [("cache", "magazine.h", "list_fields.c", "cache."),
           ("causes", "causes.h", "list_fields.c", "cache.causes."),
           ("tuning", "magazine.h", "list_fields.c", "cache.tuned."),
           ("depot", "depot.h", "list_fields.c", "cache.depot."),
           ("depot", "depot.h", "list_fields.c", "reserve."),
           ("slab_pool", "slab.h", "list_fields.c", "slabs."),
           ("account", "magazine.h", "magazine.c", "")]


class CountersTest(unittest.TestCase):
    def source(self, name):
        return (ROOT / "src" / name).read_text()

    def test_all_are_told(self):
        for struct, header, table, place in STRUCTS:
            body = re.search(rf"^struct {struct} {{\n(.*?)^}};", self.source(header),
                             re.MULTILINE | re.DOTALL).group(1)
            counters = re.findall(r"^    uint64_t (\w+);", body, re.MULTILINE)
            self.assertTrue(counters, f"struct {struct} has nothing to count")
            told = re.findall(r'FIELD\((?:struct \w+, )?"[\w.]+", ([\w.]+),', self.source(table))
            for counter in counters:
                with self.subTest(f"struct {struct}"):
                    self.assertIn(place + counter, told)


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    ROOT = Path(sys.argv[1])
    unittest.main(argv=sys.argv[:1] + sys.argv[2:])
