# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside top`: what stands on the screen, in a terminal of tmux's, and that a terminal is given
back as it was.

Deliberate breaks that were seen to be caught:
  rates of the process's whole life          rates
  growth needs no rise                       growth_is_marked
  lists that are gone stay                   processes_come_and_go
  the terminal is not given back             quit, signals, end_of_the_process
  SIGTERM is not caught                      signals
  a pause goes on                            pause
  each character takes one column            names_of_any_script
  the locale is taken as it is               names_of_any_script"""
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import termios
import time
import unittest

from puppet import LookTest
from tool import TOOL

SESSIONS = ("init sessions Sess 48", "alloc sessions 100", "free sessions 60")
PATIENCE = 30  # seconds


@unittest.skipIf(shutil.which("tmux") is None, "tmux is not installed")
class Screen(LookTest):
    """Runs top in a window of a tmux server of its own."""

    def top(self, *arguments, columns=120, lines=20):
        self.socket = self.path("tmux")
        self.addCleanup(self.tmux, "kill-server")
        # The locale of programs that were told of none; the terminal knows better.
        command = " ".join(["LC_ALL=C", TOOL, "top", "-d", "0.05", *arguments])
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(lines),
                  f"{command}; echo ended with $?; sleep 100")

    def tmux(self, *arguments):
        done = subprocess.run(["tmux", "-u", "-S", self.socket, *arguments], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, check=False, timeout=60)
        return done.stdout.decode()

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def screen_with(self, pattern):
        """The screen, as soon as the pattern is on it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            screen = self.tmux("capture-pane", "-p")
            if re.search(pattern, screen, re.M):
                return screen
        self.fail(f"no {pattern} on the screen:\n{screen}")

    def names(self, pattern):
        """The first words of the rows, once the pattern is there."""
        return [line.split()[0] for line in self.screen_with(pattern).splitlines()[4:-1]
                if line.strip()]

    def test_figures(self):
        puppet = self.puppet(*SESSIONS)
        self.top(puppet.pid)
        screen = self.screen_with(r"^sessions +Sess .* 40 ")
        self.assertIn("1 process, 1 list", screen)
        for word in ("ALLOC/s", "MISS/s", "LIVE", "CACHED", "DEPTH", "q quit"):
            self.assertIn(word, screen)
        puppet.tell("alloc sessions 23")
        self.screen_with(r"^sessions .* 63 ")

    def test_rates(self):
        puppet = self.puppet(*SESSIONS)
        self.top(puppet.pid)
        self.screen_with(r"^sessions +Sess +0 +0 ")
        end = time.monotonic() + PATIENCE
        seen = None
        while seen is None and time.monotonic() < end:
            puppet.tell("pump sessions 20000")
            seen = re.search(r"^sessions +Sess +[\d.]+[kM] +[\d.]+[kM] ",
                             self.tmux("capture-pane", "-p"), re.M)
        self.assertIsNotNone(seen)

    def test_growth_is_marked(self):
        puppet = self.puppet(*SESSIONS, "init steady Stea 8", "alloc steady 5")
        self.top(puppet.pid)
        end = time.monotonic() + PATIENCE
        screen = self.screen_with("steady")
        while "+\n" not in screen and time.monotonic() < end:
            puppet.tell("alloc sessions 1")
            screen = self.tmux("capture-pane", "-p")
        self.assertRegex(screen, r"(?m)^sessions .*\+$")
        self.assertNotRegex(screen, r"(?m)^steady .*\+$")
        puppet.tell("free sessions 1")
        self.screen_with(r"^sessions .*[^+]$")

    def test_sorting(self):
        puppet = self.puppet(*SESSIONS, "init many Many 8", "alloc many 500")
        self.top(puppet.pid, "--sort", "live")
        self.assertEqual(self.names(r"^sessions"), ["many", "sessions"])
        self.keys("r")
        self.screen_with(r"(?s)^sessions.*^many")
        self.keys("r")
        self.screen_with(r"(?s)^many.*^sessions")
        self.keys("c")
        self.screen_with(r"(?s)^sessions.*^many")

    def test_filter(self):
        puppet = self.puppet(*SESSIONS, "init others Othr 8")
        self.top(puppet.pid)
        self.screen_with("others")
        self.keys("/", "S", "e", "S", "s")
        self.screen_with("filter by name, tag or command: SeSs")
        self.keys("Enter")
        self.assertEqual(self.names("filter: SeSs"), ["sessions"])

    def test_pause(self):
        puppet = self.puppet(*SESSIONS)
        self.top(puppet.pid)
        self.screen_with(r"^sessions .* 40 ")
        self.keys("Space")
        self.screen_with("PAUSED")
        puppet.tell("alloc sessions 1")
        self.keys("h")
        self.screen_with("any key goes back")
        self.keys("x")
        self.screen_with(r"^sessions .* 40 ")
        self.keys("Space")
        self.screen_with(r"^sessions .* 41 ")

    def test_narrow_and_wide(self):
        puppet = self.puppet(*SESSIONS)
        self.top(puppet.pid, columns=48)
        screen = self.screen_with(r"^sessions .* 40 ")
        self.assertNotIn("DEPTH", screen)
        self.tmux("resize-window", "-x", "140", "-y", "10")
        self.screen_with("DEPTH")
        self.tmux("resize-window", "-x", "20", "-y", "3")
        self.tmux("resize-window", "-x", "140", "-y", "10")
        self.screen_with(r"DEPTH[^$]*^sessions .* 40 ")

    def test_names_of_any_script(self):
        puppet = self.puppet(*SESSIONS, "init \u65e5\u672c\u8a9e Nihn 48")
        self.top(puppet.pid)
        rows = self.screen_with("Nihn").splitlines()
        # Each of the three takes two columns of the terminal.
        self.assertEqual(next(row for row in rows if "Sess" in row).index("Sess"),
                         next(row for row in rows if "Nihn" in row).index("Nihn") + 3)

    def test_processes_come_and_go(self):
        one = self.puppet(*SESSIONS)
        self.top("--filter", "puppet", lines=40)
        self.screen_with(rf"^ *{one.pid} puppet +sessions")
        two = self.puppet("init late Late 8")
        self.screen_with(rf"^ *{two.pid} puppet +late")
        two.end()
        end = time.monotonic() + PATIENCE
        while "late" in self.tmux("capture-pane", "-p") and time.monotonic() < end:
            pass
        self.assertNotIn("late", self.screen_with(rf"^ *{one.pid} puppet +sessions"))

    def test_the_process_ends(self):
        puppet = self.puppet(*SESSIONS)
        self.top(puppet.pid)
        self.screen_with("sessions")
        puppet.end()
        self.assertIn(f"process {puppet.pid} has ended", self.screen_with("ended with 0"))

    def test_iterations(self):
        puppet = self.puppet(*SESSIONS)
        self.top(puppet.pid, "-n", "3")
        self.screen_with("ended with 0")


class Terminal(LookTest):
    """Whatever ends it, the terminal is as it was."""

    def start(self, *arguments):
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        before = termios.tcgetattr(slave)
        top = subprocess.Popen([TOOL, "top", "-d", "0.05", *arguments], stdin=slave, stdout=slave,
                               stderr=slave, env={**os.environ, "TERM": "xterm"})
        self.addCleanup(top.kill)
        output = b""
        while b"sessions" not in output:
            self.assertTrue(select.select([master], [], [], PATIENCE)[0], output)
            output += os.read(master, 65536)
        self.assertNotEqual(termios.tcgetattr(slave), before)
        return top, master, slave, before

    def check_restored(self, top, master, slave, before, status):
        output = b""
        end = time.monotonic() + PATIENCE
        while top.poll() is None and time.monotonic() < end:
            if select.select([master], [], [], 0.1)[0]:
                output += os.read(master, 65536)
        while select.select([master], [], [], 0)[0]:
            output += os.read(master, 65536)
        self.assertEqual(top.poll(), status)
        self.assertEqual(termios.tcgetattr(slave), before)
        self.assertIn(b"\033[?1049l", output)  # the screen that was there before

    def test_quit(self):
        started = self.start(self.puppet(*SESSIONS).pid)
        os.write(started[1], b"q")
        self.check_restored(*started, status=0)

    def test_signals(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            started = self.start(self.puppet(*SESSIONS).pid)
            started[0].send_signal(number)
            self.check_restored(*started, status=128 + number)

    def test_end_of_the_process(self):
        puppet = self.puppet(*SESSIONS)
        started = self.start(puppet.pid)
        puppet.end()
        self.check_restored(*started, status=0)


class Refusals(LookTest):
    def test_terminals_that_will_not_do(self):
        puppet = self.puppet(*SESSIONS)
        master, slave = pty.openpty()
        self.addCleanup(os.close, master)
        self.addCleanup(os.close, slave)
        before = termios.tcgetattr(slave)
        for name, reason in (("abacus", b"is not known"), ("dumb", b"cannot move its cursor")):
            done = subprocess.run([TOOL, "top", puppet.pid], stdin=slave, stdout=slave, check=False,
                                  stderr=subprocess.PIPE, timeout=60,
                                  env={**os.environ, "TERM": name})
            self.assertEqual(done.returncode, 125)
            self.assertIn(b"'" + name.encode() + b"' " + reason, done.stderr)
            self.assertEqual(termios.tcgetattr(slave), before)

    def test_no_terminal(self):
        text = self.complaint("top", status=125)
        self.assertIn("show", text)
        self.assertIn("record", text)

    def test_wrong_usage(self):
        self.complaint("top", "--sort", "beauty", status=125)
        self.complaint("top", "-d", "0", status=125)
        self.assertIn("'word' is not a process ID", self.complaint("top", "word", status=125))
