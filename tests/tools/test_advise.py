# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside advise` on programs whose allocations are known: nothing about them may change, and
every count must be exact.

Deliberate breaks that were seen to be caught:
  free is not recorded                              one_site, totals_agree_with_rows, threads ...
  a forked child writes into its parent's recording fork_and_exec
  an ended thread keeps its stream                  short_threads
  the budget has no end                             many, said
  the peak is the smallest number                   one_site, peak_and_never_freed
  "alloc" in a name means nothing                   callers_of_a_wrapper
  the return address instead of the call            line, stripped and nearly all others
  only one frame is known                           cplusplus, callers_of_a_wrapper
  a replayed free does not wait for its allocation  threads
  reallocarray forgets errno                        allocation_promises
  the status of a killed program without the 128    signal
  the folder of the recording stays                 nothing_is_left
  a chunk's size is believed                        damaged"""
import os
import re
import shutil
import signal
import subprocess
import threading
import time

from tool import TOOL, ToolTest, run, victim


class PassThrough(ToolTest):
    """The program does what it does without the tool."""

    def test_output_and_status(self):
        alone = run(victim("churn"), "5000", "7")
        _, done = self.advise("--", victim("churn"), "5000", "7", status=7)
        self.assertEqual(alone.returncode, 7)
        self.assertEqual(done.stdout, alone.stdout)
        self.assertEqual(done.stderr, alone.stderr)

    def test_report_follows_output(self):
        done = run(TOOL, "advise", victim("churn"), "5000")
        self.assertTrue(done.stdout.startswith(b"5000 nodes\n"))
        self.assertIn(b"make_node", done.stdout)
        self.assertNotIn(b"\033", done.stdout)
        self.assertEqual(done.stderr, b"and a word on standard error\n")

    def test_standard_input(self):
        text = os.urandom(100000)
        done = subprocess.run([TOOL, "advise", "-o", self.path("report"), "cat"], input=text,
                              stdout=subprocess.PIPE, check=True, timeout=60)
        self.assertEqual(done.stdout, text)

    def test_signal(self):
        for number in (signal.SIGSEGV, signal.SIGKILL):
            report, _ = self.advise(victim("killed"), str(int(number)), status=128 + number)
            self.assertEqual(report["run"]["signal"], number)
            self.assertEqual(self.row(report, "make_block")["count"], 5000)
        done = run(TOOL, "advise", victim("killed"), "11")
        self.assertIn(b"died by signal 11 (Segmentation fault)", done.stdout)

    def test_cannot_run(self):
        done = run(TOOL, "advise", "--", self.path("nothing"))
        self.assertEqual(done.returncode, 127)
        self.assertIn(b"No such file", done.stderr)
        with open(self.path("text"), "w", encoding="utf-8") as file:
            file.write("no program\n")
        self.assertEqual(run(TOOL, "advise", self.path("text")).returncode, 126)

    def test_allocation_promises(self):
        alone = run(victim("kinds"))
        self.assertEqual(alone.returncode, 0, alone.stderr)
        self.advise(victim("kinds"))

    def test_file_descriptors(self):
        script = "import os; print(sorted(os.listdir('/proc/self/fd'))); x = [[] for _ in range(99999)]"
        alone = run("python3", "-c", script)
        _, done = self.advise("python3", "-c", script)
        self.assertEqual(done.stdout, alone.stdout)

    def test_nothing_is_left(self):
        environment = dict(os.environ, TMPDIR=self.folder)
        self.advise(victim("churn"), env=environment)
        self.assertEqual(os.listdir(self.folder), ["report.json"])


class SlowDown(ToolTest):
    """What recording costs is told."""

    def test_estimate(self):
        report, _ = self.advise(victim("churn"), "3000000")
        cost = report["totals"]["recorder_seconds"]
        self.assertGreater(cost, 0)
        self.assertLess(cost, 2 * report["run"]["cpu_seconds"])
        done = run(TOOL, "advise", victim("churn"), "3000000")
        self.assertRegex(done.stdout.decode(), r"slow-down +about \d+\.\d\d times: \d+ ns a call")

    def test_baseline(self):
        report, done = self.advise("--baseline", victim("churn"), "3000000")
        self.assertEqual(done.stdout, b"3000000 nodes\n" * 2)
        self.assertEqual(report["totals"]["allocations"] - 3000000, 1)
        self.assertGreater(report["run"]["baseline_cpu_seconds"], 0)
        self.assertLess(report["run"]["baseline_cpu_seconds"], report["run"]["cpu_seconds"])


class Counts(ToolTest):
    """What is recorded is what was done."""

    def test_one_site(self):
        report, _ = self.advise(victim("churn"), "12345")
        row = self.row(report, "make_node")
        self.assertEqual((row["size"], row["count"], row["freed"], row["peak_live"]),
                         (48, 12345, 12345, 1))
        self.assertEqual(row["median_life_allocations"], 1)
        self.assertEqual(os.path.basename(row["site"]["file"]), "churn.c")

    def test_totals_agree_with_rows(self):
        report, _ = self.advise(victim("wrapped"))
        totals = report["totals"]
        self.assertEqual(totals["allocations"], totals["recorded_allocations"])
        self.assertEqual(totals["allocations"], sum(row["count"] for row in report["rows"]))
        self.assertEqual(totals["recorded_frees"], sum(row["freed"] for row in report["rows"]))
        self.assertEqual(totals["allocations"], 12000)
        self.assertEqual(totals["recorded_frees"], 12000)
        self.assertEqual(totals["recorded_bytes"], 4000 * (64 + 160) + sum(range(4000)))

    def test_peak_and_never_freed(self):
        report, _ = self.advise(victim("keep"))
        row = self.row(report, "make_block")
        self.assertEqual((row["count"], row["freed"], row["peak_live"]), (3000, 1500, 3000))
        self.assertEqual(report["totals"]["never_freed"], 1500)
        self.assertEqual(row["saved_bytes"], 3000 * (112 - 96))

    def test_threads(self):
        report, done = self.advise(victim("hand_over"))
        self.assertEqual(done.stdout, b"199990000\n")
        message = self.row(report, "make_message")
        note = self.row(report, "make_note")
        self.assertEqual((message["count"], message["freed"], message["handed_over"]),
                         (20000, 20000, 20000))
        self.assertEqual((note["count"], note["freed"], note["handed_over"]), (40000, 40000, 0))
        self.assertLessEqual(message["peak_live"], 64 + 2)
        self.assertEqual(report["totals"]["threads"], 3)
        self.assertEqual(report["totals"]["frees_not_seen"], 0)
        self.assertIsNone(report["replay_trouble"])
        self.assertEqual(message["replay"]["allocations"], 20000)

    def test_short_threads(self):
        report, _ = self.advise(victim("short_threads"))
        row = self.row(report, "make_block")
        self.assertEqual((row["count"], row["freed"]), (5000, 5000))
        self.assertEqual(report["totals"]["threads"], 5001)
        self.assertEqual(report["totals"]["lost_threads"], 0)
        self.assertEqual(row["replay"]["allocations"], 5000)

    def test_fork_and_exec(self):
        report, _ = self.advise(victim("family"), victim("churn"), status=3)
        self.assertEqual(self.row(report, "parent_block")["count"], 1000)
        self.assertEqual(self.row(report, "child_block")["count"], 2000)
        self.assertEqual(self.row(report, "make_node")["count"], 3000)
        # The child frees what its parent allocated: that is known to nobody, and harmless.
        self.assertEqual(self.row(report, "parent_block")["freed"], 1000)
        self.assertEqual(report["totals"]["frees_of_unknown_blocks"], 1000)
        self.assertGreaterEqual(report["totals"]["processes"], 4)

    def test_whole_life(self):
        report, _ = self.advise(victim("life"))
        for function, size in (("before_main", 200), ("in_main", 300), ("at_exit", 400),
                               ("after_exit", 500)):
            row = self.row(report, function)
            self.assertEqual((row["size"], row["count"], row["freed"]), (size, 10, 10))

    def test_kinds(self):
        report, _ = self.advise(victim("kinds"))
        row = self.row(report, "zeroed")
        self.assertEqual((row["size"], row["count"], row["zeroed"]), (130, 100, 100))
        rows = self.rows(report, "aligned")
        self.assertEqual(sum(row["count"] for row in rows), 250)
        self.assertEqual(sum(row["aligned"] for row in rows), 250)
        rows = self.rows(report, "grow")
        # malloc, 99 that grow, one that fails, one by reallocarray, all freed by realloc.
        self.assertEqual(sum(row["count"] for row in rows), 102)
        self.assertEqual(sum(row["freed"] for row in rows), 102)

    def test_cplusplus(self):
        report, done = self.advise(victim("objects"))
        self.assertEqual(done.stdout, b"caught, 5000 in the map\n")
        self.assertEqual(self.row(report, "house::make_shape")["count"], 5000)
        nodes = [row for row in report["rows"] if row["count"] == 5000 and row["size"] == 40]
        self.assertEqual(len(nodes), 1)
        self.assertNotIn("libstdc++", nodes[0]["site"]["module"])


class Sites(ToolTest):
    """A call site has the right name."""

    def test_callers_of_a_wrapper(self):
        report, _ = self.advise(victim("wrapped"))
        self.assertEqual(self.row(report, "make_edge")["count"], 4000)
        self.assertEqual(self.row(report, "make_vertex")["count"], 4000)
        self.assertEqual(self.rows(report, "checked_alloc"), [])

    def test_line(self):
        report, _ = self.advise(victim("churn"))
        site = self.row(report, "make_node")["site"]
        with open(site["file"], encoding="utf-8") as source:
            self.assertIn("malloc(", source.read().splitlines()[site["line"] - 1])

    def test_stripped(self):
        symbols = run("nm", "-S", victim("churn")).stdout.decode()
        start, size = re.search(r"^(\w+) (\w+) t make_node$", symbols, re.MULTILINE).groups()
        stripped = self.path("stripped")
        shutil.copy(victim("churn"), stripped)
        subprocess.run(["strip", stripped], check=True)
        report, _ = self.advise(stripped, "4321")
        row = next(row for row in report["rows"] if row["count"] == 4321)
        self.assertIsNone(row["site"]["function"])
        self.assertEqual(row["site"]["module"], stripped)
        self.assertIn(row["site"]["offset"] - int(start, 16), range(int(size, 16)))
        done = run(TOOL, "advise", stripped, "4321")
        self.assertIn(f"stripped+0x{row['site']['offset']:x}".encode(), done.stdout)


class Advice(ToolTest):
    """The verdicts and the code follow the rules that --help tells."""

    def test_list(self):
        report, _ = self.advise(victim("churn"), "50000")
        row = self.row(report, "make_node")
        self.assertEqual(row["verdict"], "LIST")
        self.assertEqual(row["declaration"],
                         "static lookaside_list node_list = LOOKASIDE_LIST_INIT;")
        self.assertEqual(row["initialisation"],
                         "lookaside_init(&node_list, 48, LOOKASIDE_PAGED, NULL);")
        self.assertEqual(row["replay"]["allocations"], 50000)
        self.assertGreater(row["replay"]["hit_rate"], 0.99)
        self.assertLess(row["replay"]["list_ns"], row["replay"]["malloc_ns"])
        self.assertEqual(report["together"]["allocations"], 50000)

    def test_too_few(self):
        report, _ = self.advise("--min-count", "1001", victim("churn"), "1000")
        self.assertEqual(self.row(report, "make_node")["verdict"], "few")
        report, _ = self.advise("--min-count", "1000", victim("churn"), "1000")
        self.assertEqual(self.row(report, "make_node")["verdict"], "LIST")

    def test_kept_blocks(self):
        report, _ = self.advise(victim("keep"))
        row = self.row(report, "make_block")
        self.assertEqual(row["verdict"], "kept")
        self.assertEqual(row["replay"]["hit_rate"], 0)

    def test_large_blocks(self):
        report, _ = self.advise("--max-size", "47", victim("churn"), "5000")
        self.assertEqual(self.row(report, "make_node")["verdict"], "large")

    def test_top(self):
        for top in (1, 2):
            done = run(TOOL, "advise", "--top", str(top), victim("wrapped"))
            numbers = re.findall(r"^ +(\d+) +\d+ ", done.stdout.decode(), re.MULTILINE)
            self.assertEqual(numbers, [str(i + 1) for i in range(top)])

    def test_width(self):
        done = run(TOOL, "advise", "--top", "100", victim("objects"))
        self.assertLessEqual(max(map(len, done.stdout.decode().splitlines())), 100)


class Files(ToolTest):
    """Recordings that are kept."""

    STABLE = ("site", "size", "count", "freed", "peak_live", "median_life_ns",
              "median_life_allocations", "saved_bytes", "zeroed", "handed_over")

    def stable(self, report):
        rows = [{name: row[name] for name in self.STABLE} for row in report["rows"]]
        return report["totals"]["allocations"], sorted(rows, key=str)

    def test_save_and_replay(self):
        copy = self.path("copy")
        shutil.copy(victim("wrapped"), copy)
        first, _ = self.advise("--save", self.path("saved"), copy)
        os.remove(copy)  # the names are in the file
        second, done = self.advise("--replay", self.path("saved"))
        self.assertEqual(done.stdout, b"")
        self.assertEqual(self.stable(first), self.stable(second))
        self.assertEqual(first["run"], second["run"])
        self.assertIn("make_edge", [row["site"]["function"] for row in second["rows"]])

    def test_damaged(self):
        saved = self.path("saved")
        self.advise("--save", saved, victim("churn"), "5000")
        with open(saved, "rb") as file:
            good = file.read()

        def complaint(content):
            with open(saved, "wb") as file:
                file.write(content)
            done = run(TOOL, "advise", "--replay", saved)
            self.assertEqual(done.returncode, 125, done.stderr)
            self.assertEqual(done.stdout, b"")
            self.assertIn(saved.encode(), done.stderr)
            return done.stderr.decode()

        self.assertIn("empty", complaint(b""))
        self.assertIn("not a recording", complaint(b"\x7fELF" + bytes(8192)))
        self.assertIn("damaged", complaint(good[:-4096]))
        self.assertIn("another version", complaint(good[:8] + b"\x63" + good[9:]))
        self.assertIn("description", complaint(good[:4096] + b"[" + good[4097:]))
        process = good.index(b"LASDREC1")
        chunk = process + 4096
        self.assertIn("does not begin", complaint(good[:process] + b"X" + good[process + 1:]))
        for place in (0, 5):  # no multiple of 4096; beyond the file's end
            bad = good[:chunk + place] + b"\1" + good[chunk + place + 1:]
            self.assertIn("chunk is cut off", complaint(bad))

    def test_any_damage_is_harmless(self):
        saved = self.path("saved")
        self.advise("--save", saved, victim("hand_over"))
        with open(saved, "rb") as file:
            good = bytearray(file.read())
        step = len(good) // 24 | 1
        for place in range(8, len(good), step):
            bad = bytearray(good)
            bad[place:place + 8] = bytes(b ^ 0xa5 for b in bad[place:place + 8])
            with open(saved, "wb") as file:
                file.write(bad)
            done = run(TOOL, "advise", "--replay", saved, "--min-count", "1000000")
            self.assertIn(done.returncode, (0, 125), f"byte {place}: {done.stderr}")

    def test_missing(self):
        done = run(TOOL, "advise", "--replay", self.path("nothing"))
        self.assertEqual(done.returncode, 125)
        self.assertIn(b"No such file", done.stderr)


class Limit(ToolTest):
    """Ten million allocations, in a few megabytes."""

    COUNT = 10000000
    LIMIT = 8

    def folder_size(self):
        size = 0
        for folder, _, files in os.walk(self.folder):
            for name in files:
                try:
                    size += os.stat(os.path.join(folder, name)).st_blocks * 512
                except FileNotFoundError:
                    pass
        return size

    def watch(self, stop):
        while not stop.is_set():
            self.largest = max(self.largest, self.folder_size())
            time.sleep(0.02)

    def test_many(self):
        self.largest = 0
        stop = threading.Event()
        watcher = threading.Thread(target=self.watch, args=(stop,))
        watcher.start()
        report, done = self.advise("--limit", str(self.LIMIT), victim("churn"), str(self.COUNT),
                                   env=dict(os.environ, TMPDIR=self.folder))
        stop.set()
        watcher.join()
        self.assertEqual(done.stdout, f"{self.COUNT} nodes\n".encode())
        self.assertGreater(self.largest, 1 << 20, "the watcher saw no recording")
        # The limit, and the table of the counts after it.
        self.assertLess(self.largest, (self.LIMIT + 2) << 20)
        recorded = report["totals"]["recorded_allocations"]
        self.assertGreater(recorded, 100000)
        self.assertLess(recorded, self.LIMIT << 20 >> 5)
        self.assertIn(report["totals"]["allocations"] - self.COUNT, range(5))
        row = self.row(report, "make_node")
        self.assertLessEqual(row["count"], recorded)
        self.assertEqual(row["verdict"], "LIST")

    def test_said(self):
        done = run(TOOL, "advise", "--limit", "1", victim("churn"), "1000000")
        self.assertRegex(done.stdout.decode(),
                         r"the first [0-9 ]+ of 1 000 00\d allocations .*the limit of 1 MiB")
