# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside record` and `plot`.

Deliberate breaks that were seen to be caught:
  any file is appended to                    never_harms_another_file
  a torn line is continued, or read          killed
  rates of another time                      points
  --list takes all lists                     points, refusals
  a time that is no number is taken          lines_that_make_no_sense
  the title has the first program's name     titles
  a mark of 1500 is called 2k                marks
  gnuplot writes to our standard output      picture_that_cannot_be_written"""
import csv
import math
import os
import re
import shutil
import signal
import subprocess
import time
import unittest
import xml.etree.ElementTree

from puppet import LookTest
from tool import TOOL, run

SESSIONS = ("init sessions Sess 48", "alloc sessions 100", "free sessions 60")


class Record(LookTest):
    def record(self, *arguments, status=0):
        done = run(TOOL, "record", *arguments)
        self.assertEqual(done.returncode, status, done.stderr.decode())
        return done

    def rows(self, path):
        with open(path, encoding="utf-8", newline="") as file:
            self.assertEqual(file.readline(), "# lookaside-record/1\n")
            return list(csv.DictReader(file))

    def wait_for_rows(self, path, count):
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if os.path.exists(path):
                with open(path, encoding="utf-8") as file:
                    if len(file.readlines()) >= count + 2:
                        return
            time.sleep(0.01)
        self.fail(f"{path} has fewer than {count} rows")

    def test_figures(self):
        puppet = self.puppet(*SESSIONS, "init others Othr 280", "alloc others 7")
        path = self.path("r.csv")
        self.record(puppet.pid, "-o", path, "-c", "3", "-i", "0.01")
        rows = self.rows(path)
        self.assertEqual([row["list"] for row in rows], ["sessions", "others"] * 3)
        seen = self.figures(puppet.pid, "sessions")
        for name, text in rows[0].items():
            if name in seen and name not in ("moved", "address", "tag"):
                self.assertEqual(int(text), seen[name], name)
        self.assertEqual(rows[0]["pid"], puppet.pid)
        times = [float(row["time"]) for row in rows]
        self.assertEqual(times, sorted(times))
        self.assertLess(abs(times[0] - time.time()), 100)

    def test_all_processes(self):
        one = self.puppet(*SESSIONS)
        two = self.puppet(*SESSIONS, kind="puppet_stripped")
        path = self.path("r.csv")
        self.record("all", "-o", path, "-c", "1")
        self.assertLessEqual({one.pid, two.pid}, {row["pid"] for row in self.rows(path)})

    def test_standard_output(self):
        puppet = self.puppet(*SESSIONS)
        text = self.record(puppet.pid, "-o", "-", "-c", "2", "-i", "0.01").stdout.decode()
        self.assertEqual(len(text.splitlines()), 4)

    def test_appends(self):
        puppet = self.puppet(*SESSIONS)
        path = self.path("r.csv")
        for _ in range(2):
            self.record(puppet.pid, "-o", path, "-c", "2", "-i", "0.01")
        self.assertEqual(len(self.rows(path)), 4)

    def test_never_harms_another_file(self):
        puppet = self.puppet(*SESSIONS)
        path = self.path("precious")
        with open(path, "w", encoding="utf-8") as file:
            file.write("a precious text\n" * 100)
        done = self.record(puppet.pid, "-o", path, "-c", "1", status=125)
        self.assertIn(b"left as it is", done.stderr)
        with open(path, encoding="utf-8") as file:
            self.assertEqual(file.read(), "a precious text\n" * 100)

    def test_killed(self):
        puppet = self.puppet(*SESSIONS)
        path = self.path("r.csv")
        recorder = subprocess.Popen([TOOL, "record", puppet.pid, "-o", path, "-i", "0.01"],
                                    stderr=subprocess.DEVNULL)
        self.wait_for_rows(path, 3)
        recorder.kill()
        recorder.wait(30)
        os.truncate(path, os.path.getsize(path) - 9)  # as if it had happened within a line
        before = len(self.rows(path))
        self.record(puppet.pid, "-o", path, "-c", "2", "-i", "0.01")
        self.assertEqual(len(self.rows(path)), before + 2)
        done = run(TOOL, "plot", path, "--script")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"1 line", done.stderr)

    def test_ends(self):
        puppet = self.puppet(*SESSIONS)
        path = self.path("r.csv")
        for end in (lambda recorder: recorder.send_signal(signal.SIGTERM),
                    lambda recorder: puppet.end()):
            if os.path.exists(path):
                os.remove(path)
            recorder = subprocess.Popen([TOOL, "record", puppet.pid, "-o", path, "-i", "0.01"],
                                        stderr=subprocess.PIPE)
            self.wait_for_rows(path, 2)
            end(recorder)
            said = recorder.communicate(timeout=60)[1].decode()
            self.assertEqual(recorder.returncode, 0, said)
            self.assertIn(f"{len(self.rows(path))} samples in {path}", said)
        self.assertIn("the process has ended", said)

    def test_wrong_usage(self):
        for arguments in ([], ["word"], ["1", "-i", "0"], ["1", "2"]):
            self.complaint("record", *arguments, status=125)
        self.complaint("record", str(os.getpid()), "-o", self.path("none"), status=5)
        self.assertFalse(os.path.exists(self.path("none")))


class Plot(LookTest):
    def recording(self, samples=4):
        """Some samples of two lists that change in between; the path."""
        puppet = self.puppet(*SESSIONS, "init others Othr 280", "alloc others 7")
        path = self.path("r.csv")
        for _ in range(samples):
            done = run(TOOL, "record", puppet.pid, "-o", path, "-c", "1")
            self.assertEqual(done.returncode, 0, done.stderr)
            puppet.tell("alloc sessions 1000", "free sessions 500")
        return path

    def points(self, *arguments):
        """The points that gnuplot would be told, without the time."""
        script = self.look("plot", *arguments, "--script")
        lines = script.split("$points << END\n")[1].split("END\n")[0].splitlines()
        return [[float(word.replace("?", "nan")) for word in line.split()[1:]]
                for line in lines if line]

    def made_up(self, *times):
        """A recording with a sample at each time, in which all figures are the time."""
        path = self.path("made.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("# lookaside-record/1\ntime,pid,list,address,new,live_bytes,total_allocates,"
                       "total_frees\n")
            for at in times:
                file.write(f"{at:.3f},1,list,0x10,what?,{at * 10:.0f},{at * 1000:.0f},"
                           f"{at * 500:.0f}\n")
        return path

    def test_gaps_and_haste(self):
        path = self.made_up(10, 11, 12, 13, 13.1, 14, 30, 31)
        points = self.points(path)
        self.assertEqual([point[0] for point in points], [100, 110, 120, 130, 131, 140, 300, 310])
        self.assertEqual([point[4] for point in points if not math.isnan(point[4])], [1000] * 5)
        lines = self.look("plot", path, "--script").split("END\n")[1].splitlines()
        self.assertEqual([line.split()[5] if line else "" for line in lines],
                         ["NaN", "1000.0", "1000.0", "1000.0", "?", "1000.0", "", "NaN", "1000.0"])

    def test_lines_that_make_no_sense(self):
        path = self.made_up(10, 11)
        with open(path, "a", encoding="utf-8") as file:
            for at in ("nan", "inf", "-1", "1e300", "", "now"):
                file.write(f"{at},1,list,0x10,what?,10,10,10\n")
        done = run(TOOL, "plot", path, "--script")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn(b"6 lines of", done.stderr)
        self.assertEqual([point[0] for point in self.points(path)], [100, 110])

    def test_marks(self):
        """Whatever is greatest, the marks of an axis are where they say."""
        units = {"k": 1e3, "M": 1e6, "G": 1e9, " B": 1, " KiB": 2**10, " MiB": 2**20, "": 1}
        for scale in (0.0001, 0.003, 0.2, 1, 2.5, 30, 777, 1e5):
            script = self.look("plot", self.made_up(*(at * scale for at in range(9))), "--script")
            axes = re.findall(r"set yrange \[0:(.*)\]\nset ytics \((.*)\)", script)
            self.assertEqual(len(axes), 3)
            for end, marks in axes:
                marks = re.findall(r"'([\d.]+)( ?[a-zA-Z]*)' (\d+)", marks)
                self.assertTrue(2 <= len(marks) <= 8, marks)
                for figure, unit, place in marks:
                    self.assertAlmostEqual(float(figure) * units[unit] / max(1, int(place)),
                                           1 if int(place) else 0, places=4)
                self.assertLessEqual(float(marks[-1][2]), float(end))

    def test_titles(self):
        path = self.path("two.csv")
        with open(path, "w", encoding="utf-8") as file:
            file.write("# lookaside-record/1\ntime,pid,command,list,address,live_bytes\n")
            for at in (10, 11):
                file.write(f"{at},1,first,a,0x10,5\n{at},2,second,b,0x20,5\n")
        self.assertIn("2 lists of several programs", self.look("plot", path, "--script"))
        self.assertIn("1 list of second", self.look("plot", path, "--script", "--pid", "2"))
        self.assertIn('list "a" of first', self.look("plot", path, "--script", "--list", "a"))

    def test_points(self):
        path = self.recording()
        points = self.points(path, "--list", "sessions")
        self.assertEqual([point[0] for point in points], [48 * (40 + 500 * i) for i in range(4)])
        with_others = self.points(path)
        for alone, together in zip(points, with_others):
            self.assertEqual(together[0] - alone[0], 7 * 288)
        self.assertTrue(math.isnan(points[0][4]))  # no rate at first
        rates = [point for point in points if not math.isnan(point[4])]
        self.assertGreater(len(rates), 0)
        for point in rates:
            self.assertAlmostEqual(point[4] / point[5], 2, places=2)

    @unittest.skipIf(shutil.which("gnuplot") is None, "gnuplot is not installed")
    def test_pictures(self):
        path = self.recording()
        self.look("plot", path)
        root = xml.etree.ElementTree.parse(self.path("r.svg")).getroot()
        self.assertTrue(root.tag.endswith("svg"))
        text = "".join(root.itertext())
        for word in ("live", "cached", "free in slabs", "allocations", "burst",
                     "2 lists of puppet"):
            self.assertIn(word, text)
        self.look("plot", path, "-o", self.path("other.png"), "-l", "Sess")
        with open(self.path("other.png"), "rb") as file:
            self.assertEqual(file.read(8), b"\x89PNG\r\n\x1a\n")

    @unittest.skipIf(shutil.which("gnuplot") is None, "gnuplot is not installed")
    def test_picture_that_cannot_be_written(self):
        done = run(TOOL, "plot", self.recording(2), "-o", self.path("no folder/x.svg"))
        self.assertEqual((done.returncode, done.stdout), (125, b""))
        self.assertIn(b"could not draw", done.stderr)

    def test_without_gnuplot(self):
        path = self.recording(2)
        done = run(TOOL, "plot", path, env={**os.environ, "PATH": self.folder})
        self.assertEqual(done.returncode, 125)
        self.assertIn(b"gnuplot-nox", done.stderr)

    def test_refusals(self):
        path = self.recording(2)
        self.assertIn("did you mean: sessions", self.complaint("plot", path, "-l", "sesions",
                                                               status=125))
        self.complaint("plot", path, "-p", "1", status=125)
        self.complaint("plot", path, "-o", self.path("x.jpg"), status=125)
        self.complaint("plot", self.path("nothing"), status=125)
        self.complaint("plot", status=125)
        for text, word in (("", "no recording"), ("# lookaside-record/2\n", "newer"),
                           ("# lookaside-record/1\n", "no sample")):
            with open(self.path("bad"), "w", encoding="utf-8") as file:
                file.write(text)
            self.assertIn(word, self.complaint("plot", self.path("bad"), "-o", self.path("x.svg"),
                                               status=125))
        one = self.path("one.csv")
        with open(path, encoding="utf-8") as whole, open(one, "w", encoding="utf-8") as file:
            file.writelines(whole.readlines()[:4])
        self.assertIn("single sample", self.complaint("plot", one, status=125))
