# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside whatis`: what an address belongs to.

Deliberate breaks that were seen to be caught:
  the offset is the address                  live_entry"""
from puppet import LookTest

SESSIONS = ("init sessions Sess 48", "alloc sessions 100", "free sessions 60")


class Whatis(LookTest):
    def test_live_entry(self):
        puppet = self.puppet(*SESSIONS)
        entry = int(puppet.tell("entry sessions"), 16)
        text = self.look("whatis", puppet.pid, hex(entry + 0x11))
        self.assertIn('+0x11 in an entry of list "sessions"', text)
        self.assertIn(f"entry 0x{entry:x} of slab 0x", text)
        self.assertIn("live", text)
        place = self.json("whatis", puppet.pid, f"{entry + 0x11:x}")["places"][0]
        self.assertEqual((place["kind"], place["list"], place["offset"]), ("live", "sessions", 17))

    def test_freed_entry_in_a_core(self):
        puppet = self.puppet(*SESSIONS)
        entry = puppet.tell("entry sessions").strip()
        puppet.tell("free sessions 1")
        core = puppet.die()
        text = self.look("whatis", core, entry)
        self.assertIn(f"free, in a magazine of thread {puppet.pid}", text)

    def test_other_places(self):
        puppet = self.puppet(*SESSIONS)
        handle = puppet.tell("list sessions").strip()
        self.assertIn('+0x0 in the lookaside_list of list "sessions"',
                      self.look("whatis", puppet.pid, handle))
        self.assertIn("in no list", self.look("whatis", puppet.pid, "10", handle, status=3))

    def test_wrong_usage(self):
        self.complaint("whatis", status=125)
        self.complaint("whatis", "1", status=125)
        self.complaint("whatis", "1", "nowhere", status=125)
