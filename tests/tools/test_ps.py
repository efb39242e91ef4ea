# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside ps`: every process with lists, and no other.

Deliberate breaks that were seen to be caught:
  lists are counted twice                    totals"""
import json
import os
import unittest

from puppet import LookTest, table
from tool import TOOL, run, run_as_nobody

SESSIONS = ("init sessions Sess 48", "alloc sessions 100", "free sessions 60")


class Ps(LookTest):
    def test_totals(self):
        one = self.puppet(*SESSIONS, "init others Othr 280", "alloc others 7")
        two = self.puppet("init alone Alon 64", "alloc alone 9", kind="puppet_stripped")
        rows = table(self.look("ps"))
        self.assertEqual((rows[one.pid]["LISTS"], rows[one.pid]["LIVE"]), ("2", "47"))
        self.assertEqual((rows[two.pid]["LISTS"], rows[two.pid]["LIVE"]), ("1", "9"))
        processes = {row["pid"]: row for row in self.json("ps")["processes"]}
        lists = self.json("show", one.pid)["lists"]
        for figure in ("live_entries", "current_depth", "slab_free", "mapped_bytes"):
            self.assertEqual(processes[int(one.pid)][figure], sum(row[figure] for row in lists))
        self.assertEqual(processes[int(two.pid)]["command"], "puppet_stripped"[:15])

    def test_process_that_ended(self):
        puppet = self.puppet(*SESSIONS)
        self.assertIn(puppet.pid, table(self.look("ps")))
        puppet.end()
        done = run(TOOL, "ps")
        self.assertIn(done.returncode, (0, 5))
        self.assertNotRegex(done.stdout.decode(), rf"(?m)^ *{puppet.pid} ")

    @unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
    def test_hidden(self):
        puppet = self.puppet(*SESSIONS)
        done = run_as_nobody("ps", "--json")
        document = json.loads(done.stdout)
        self.assertGreater(document["hidden"], 0)
        self.assertNotIn(int(puppet.pid), [row["pid"] for row in document["processes"]])
        done = run_as_nobody("ps")
        self.assertRegex(done.stdout.decode(), r"\d+ process(es are| is) hidden: no permission")

    def test_wrong_usage(self):
        self.assertIn("show", self.complaint("ps", "4711", status=125))
