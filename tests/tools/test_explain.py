# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside explain`, and what is printed from the same table.

Deliberate breaks that were seen to be caught:
  a sentence of the table changes            document"""
import os

from puppet import SCHEMAS, LookTest


class Explain(LookTest):
    def test_document(self):
        path = os.path.join(os.path.dirname(SCHEMAS), "counters.md")
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), self.look("explain", "--markdown"),
                             "print it anew: lookaside explain --markdown >docs/counters.md")

    def test_every_figure_of_json(self):
        puppet = self.puppet("init sessions Sess 48", "alloc sessions 100", "free sessions 50")
        figures = self.figures(puppet.pid, "sessions")
        names = [name for name, value in figures.items()
                 if isinstance(value, (int, float)) and not isinstance(value, bool)
                 and name not in ("copy", "pool_type")]
        self.assertGreater(len(names), 25)
        for name in names:
            text = self.look("explain", name)
            self.assertIn(name, text.splitlines()[0])
            self.assertGreater(len(text), 60)

    def test_names_of_the_screen(self):
        for word, name in (("AllocateMisses", "allocate_misses"), ("CACHED", "current_depth"),
                           ("current depth", "current_depth"), ("~", "moved"), ("+", "growing"),
                           ("lookaside_allocations_total", "total_allocates")):
            self.assertIn(f"({name})", self.look("explain", word).splitlines()[0])

    def test_every_column_and_label(self):
        puppet = self.puppet("init sessions Sess 48", "alloc sessions 100", "flush sessions")
        table = self.look("show", puppet.pid).splitlines()[2].split()
        labels = [line[4:18].strip() for line in self.look("show", puppet.pid, "Sess").splitlines()
                  if line.startswith("    ") and line[4] != " " and line[18:21] in (" = ", " =")]
        self.assertEqual(len(table), 10)
        self.assertGreater(len(labels), 10)
        top = ["ALLOC/s", "FREE/s", "MISS/s", "CHANGE"]
        ps = ["IN USE"]
        for word in table + labels + top + ps:
            if word not in ("LIST", "exactly"):
                self.look("explain", word)

    def test_list(self):
        text = self.look("explain")
        self.assertIn("allocate_misses", text)
        self.assertIn("counter", text)

    def test_unknown(self):
        self.assertIn("did you mean: allocate_misses",
                      self.complaint("explain", "alocate_mises", status=3))
        self.assertIn("lists what there is", self.complaint("explain", "zzzzzz", status=3))
        self.complaint("explain", "one", "two", status=125)
