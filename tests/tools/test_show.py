# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside show`, of running programs and of their cores.

Deliberate breaks that were seen to be caught:
  anything before the report                 begins_as_the_report
  free entries are not summed                total
  names are printed as they are              nothing_of_a_name_reaches_the_terminal
  the depot is left out of the account       account_adds_up
  a cause of misses is left out              reasons_of_misses_add_up
  the smallest first                         sorting_and_limit
  every failure ends with 0                  by_tag_and_address and all of Refusals"""
import os
import re
import subprocess
import unittest

from puppet import LookTest, table
from tool import TOOL, run, run_as_nobody

SESSIONS = ("init sessions Sess 48", "alloc sessions 100", "free sessions 60")
OTHERS = ("init others Othr 280", "pump others 5000", "alloc others 7")


class Table(LookTest):
    def test_live_cached_and_free(self):
        puppet = self.puppet(*SESSIONS, *OTHERS)
        text = self.look("show", puppet.pid)
        self.assertTrue(text.startswith(f"puppet, process {puppet.pid}: 2 lists of lookaside "))
        rows = table(text)
        for name, live in (("sessions", 40), ("others", 7)):
            seen = self.figures(puppet.pid, name)
            self.assertEqual(seen["live_entries"], live)
            self.assertEqual(rows[name]["LIVE"], str(live))
            self.assertEqual(rows[name]["CACHED"], str(seen["current_depth"]))
            self.assertEqual(rows[name]["FREE"], str(seen["slab_free"]))
            self.assertEqual(rows[name]["HIGHEST"], str(seen["highest_entries"]))

    def test_core_of_a_stripped_program(self):
        puppet = self.puppet(*SESSIONS, *OTHERS, kind="puppet_stripped")
        living = self.look("show", puppet.pid)
        core = puppet.die()
        dead = self.look("show", core)
        self.assertIn(f"core of process {puppet.pid}, SIGABRT: 2 lists", dead)
        self.assertEqual(dead.splitlines()[1:], living.splitlines()[1:])
        self.assertEqual(table(dead)["sessions"]["LIVE"], "40")

    def test_total(self):
        puppet = self.puppet(*SESSIONS, *OTHERS)
        lists = self.json("show", puppet.pid)["lists"]
        total = [line for line in self.look("show", puppet.pid).splitlines()
                 if line.startswith("2 lists")][0].split()
        for place, figure in ((2, "live_entries"), (3, "current_depth"), (4, "slab_free")):
            self.assertEqual(int(total[place]), sum(row[figure] for row in lists))

    def test_a_hundred_lists(self):
        puppet = self.puppet(*(f"init list{i} L{i:03d} {8 * (i + 1)}" for i in range(100)))
        rows = table(self.look("show", puppet.pid))
        self.assertEqual(len(rows), 101)
        for i in range(100):
            self.assertEqual(rows[f"list{i}"]["SIZE"], str(8 * (i + 1)))

    def test_sorting_and_limit(self):
        puppet = self.puppet(*SESSIONS, *OTHERS, "init third Thrd 8", "alloc third 20")
        for key, order in (("live", ["sessions", "third", "others"]),
                           ("size", ["others", "sessions", "third"]),
                           ("total_allocates", ["others", "sessions", "third"]),
                           ("hit", ["others", "sessions", "third"]),
                           ("name", ["others", "sessions", "third"]),
                           ("tag", ["others", "sessions", "third"])):
            rows = table(self.look("show", puppet.pid, "--sort", key))
            self.assertEqual([name for name in rows if name != "3"], order, key)
        rows = table(self.look("show", puppet.pid, "-s", "live", "-n", "1"))
        self.assertEqual(list(rows), ["sessions", "3"])
        self.complaint("show", puppet.pid, "--sort", "beauty", status=125)

    def test_nothing_of_a_name_reaches_the_terminal(self):
        name = "a\x1b[31mred\x07\x9b"
        puppet = self.puppet()
        puppet.process.stdin.reconfigure(encoding="latin-1")
        puppet.tell(f"init {name} Tagg 8")
        text = self.look("show", puppet.pid)
        self.assertIn("a?[31mred??", text)
        for line in (text, self.look("show", puppet.pid, "Tagg")):
            self.assertNotIn("\x1b", line)
        self.assertEqual(self.json("show", puppet.pid)["lists"][0]["name"], "a?[31mred??")

    def test_no_colour_without_a_terminal(self):
        puppet = self.puppet(*SESSIONS)
        self.assertNotIn("\033", self.look("show", puppet.pid))

    def test_cannot_write(self):
        puppet = self.puppet(*SESSIONS)
        with open("/dev/full", "wb") as full:
            done = subprocess.run([TOOL, "show", puppet.pid], stdout=full, stderr=subprocess.PIPE,
                                  check=False, timeout=60)
        self.assertEqual(done.returncode, 125)
        self.assertIn(b"cannot write", done.stderr)


class InFull(LookTest):
    def test_begins_as_the_report(self):
        for lines in (SESSIONS, OTHERS, ("init none None 64 none", "pump none 9"),
                      ("init new News 16",)):
            puppet = self.puppet(*lines)
            name = lines[0].split()[1]
            report = puppet.report(name)
            self.assertEqual(len(report.splitlines()), 8)
            self.assertTrue(self.look("show", puppet.pid, name).startswith(report))
            self.assertIn(report, self.look("show", puppet.pid, "--full"))

    def test_by_tag_and_address(self):
        puppet = self.puppet(*SESSIONS, *OTHERS)
        by_name = self.look("show", puppet.pid, "others")
        address = puppet.tell("list others").strip()
        for word in ("Othr", address, "0x" + address[2:].upper()):
            self.assertEqual(owner_apart(self.look("show", puppet.pid, word)), owner_apart(by_name))
        self.assertIn("did you mean: others?",
                      self.complaint("show", puppet.pid, "othres", status=3))

    def test_account_adds_up(self):
        puppet = self.puppet(*SESSIONS, *OTHERS, "thread sessions 50 helper")
        for name in ("sessions", "others"):
            text = self.look("show", puppet.pid, name)
            figures = [int(figure) for figure in re.findall(
                r"^ {21} +(\d+)  (?:in live|in mag|in the depot|free in|in the l)", text, re.M)]
            mapped = int(re.search(r"Memory +=  +(\d+)  bytes", text).group(1))
            self.assertEqual(len(figures), 5)
            self.assertEqual(sum(figures), mapped)

    def test_reasons_of_misses_add_up(self):
        puppet = self.puppet(*SESSIONS, "flush sessions", "alloc sessions 30")
        text = self.look("show", puppet.pid, "sessions")
        misses = int(re.search(r"AllocateMisses = +(\d+)", text).group(1))
        causes = {word: int(count) for count, word in
                  re.findall(r"^ {21} +(\d+)  (cold|burst|trimmed|handed over):", text, re.M)}
        self.assertEqual(sum(causes.values()), misses)
        self.assertGreaterEqual(causes["trimmed"], 20)

    def test_threads(self):
        puppet = self.puppet(*SESSIONS, "thread sessions 50 helper")
        text = self.look("show", puppet.pid, "sessions")
        self.assertRegex(text, r'thread \d+ "helper": 50 allocated, 50 freed')
        self.assertRegex(text, rf'thread {puppet.pid} "puppet": 100 allocated, 60 freed')
        magazines = self.figures(puppet.pid, "sessions")["magazines"]
        self.assertEqual(sorted(one["total_allocates"] for one in magazines), [50, 100])
        self.assertEqual(sum(one["entries"] for one in magazines) * 48,
                         self.figures(puppet.pid, "sessions")["magazine_bytes"])

    def test_owner(self):
        puppet = self.puppet(*SESSIONS)
        self.assertRegex(self.look("show", puppet.pid, "sessions"),
                         r"Owner +=.*puppet\+0x[0-9a-f]+ \(make_list\+0x[0-9a-f]+\)")

    def test_what_the_tuner_did(self):
        puppet = self.puppet(*OTHERS)
        self.assertIn("has not changed the depth", self.look("show", puppet.pid, "others"))
        puppet.tell("alloc others 74")
        text = self.look("show", puppet.pid, "others")
        self.assertRegex(text, r"Tuner +=.* depth 4 -> \d+, .* ago: too shallow, \d+ of \d+ alloc")
        depth = re.search(r"depth 4 -> (\d+)", text).group(1)
        self.assertRegex(text, rf"Max Depth  = +{depth}\n")
        none = self.puppet("init none None 64 none", "pump none 9")
        self.assertIn("nothing to do", self.look("show", none.pid, "none"))

    def test_failure(self):
        puppet = self.puppet("init poor Poor 64 callback", "fail poor")
        text = self.look("show", puppet.pid, "poor")
        self.assertRegex(text, r"Failures       =          1")
        self.assertIn("LOOKASIDE_ALLOCATE_FAILED", text)
        self.assertEqual(self.figures(puppet.pid, "poor")["last_failure"],
                         "LOOKASIDE_ALLOCATE_FAILED")


class Json(LookTest):
    def test_figures(self):
        puppet = self.puppet(*SESSIONS)
        seen = self.figures(puppet.pid, "sessions")
        self.assertEqual((seen["tag"], seen["size"], seen["live_entries"]), ("Sess", 48, 40))
        self.assertEqual((seen["total_allocates"], seen["total_frees"]), (100, 60))
        self.assertEqual(seen["mapped_bytes"],
                         seen["live_bytes"] + seen["magazine_bytes"] + seen["depot_bytes"] +
                         seen["slab_free_bytes"] + seen["metadata_bytes"])
        self.assertEqual(seen["address"], puppet.tell("list sessions").strip())

    def test_only_what_was_asked_for(self):
        puppet = self.puppet(*SESSIONS, *OTHERS)
        document = self.json("show", puppet.pid, "Othr")
        self.assertEqual([row["name"] for row in document["lists"]], ["others"])
        self.assertEqual(document["target"]["pid"], int(puppet.pid))


class Refusals(LookTest):
    def test_no_such_process(self):
        puppet = self.puppet()
        puppet.end()
        self.assertIn(puppet.pid, self.complaint("show", puppet.pid, status=3))

    def test_no_lists(self):
        self.complaint("show", str(os.getpid()), status=5)

    def test_no_such_file(self):
        self.assertIn("nowhere", self.complaint("show", self.path("nowhere"), status=3))

    def test_not_a_core(self):
        with open(self.path("text"), "w", encoding="utf-8") as file:
            file.write("this is no core\n" * 100)
        self.complaint("show", self.path("text"), status=8)

    def test_truncated_core(self):
        core = self.puppet(*SESSIONS).die()
        os.truncate(core, 8192)
        self.complaint("show", core, status=6)

    @unittest.skipIf(os.geteuid() != 0, "only root can become somebody else")
    def test_no_permission(self):
        puppet = self.puppet(*SESSIONS)
        done = run_as_nobody("show", puppet.pid)
        self.assertEqual(done.returncode, 4, done.stderr)
        self.assertIn(b"may not be read", done.stderr)

    def test_wrong_usage(self):
        self.complaint("show", status=125)
        self.complaint("show", "1", "--limit", "none", status=125)


def owner_apart(text):
    """Without the line that tells how long ago something was."""
    return re.sub(r", [^,]* ago", "", text)
