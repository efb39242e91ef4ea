# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside verify`: clean, corrupt, unreadable.

Deliberate breaks that were seen to be caught:
  corrupt ends with 0, findings are not told  entry_that_was_freed_twice"""
from puppet import LookTest

SESSIONS = ("init sessions Sess 48", "alloc sessions 100", "free sessions 60")


class Verify(LookTest):
    def test_clean(self):
        puppet = self.puppet(*SESSIONS, "init others Othr 280", "pump others 5000",
                             "thread sessions 50 helper")
        document = self.json("verify", puppet.pid)
        figures = [self.figures(puppet.pid, name) for name in ("sessions", "others")]
        self.assertEqual((document["verdict"], document["findings"]), ("clean", []))
        for name in ("live_entries", "current_depth", "slab_free"):
            self.assertEqual(document[name], sum(row[name] for row in figures))
        self.assertTrue(self.look("verify", puppet.pid).startswith("clean: 2 lists, 40 live, "))

    def test_core(self):
        puppet = self.puppet(*SESSIONS, kind="puppet_stripped")
        self.assertTrue(self.look("verify", puppet.die()).startswith("clean: 1 list, 40 live"))

    def test_entry_that_was_freed_twice(self):
        puppet = self.puppet(*SESSIONS, "twice sessions")
        text = self.look("verify", puppet.pid, status=1)
        self.assertRegex(text, r'fault: list "sessions" \(tag "Sess", 48 B\): .*twice')
        self.assertRegex(text, r"corrupt: \d+ faults? in 1 list")
        document = self.json("verify", puppet.pid, status=1)
        self.assertEqual(document["verdict"], "corrupt")
        self.assertEqual(document["faults"],
                         len([one for one in document["findings"] if one["fault"]]))

    def test_unreadable(self):
        self.complaint("verify", self.path("nothing"), status=3)
        self.complaint("verify", status=125)
