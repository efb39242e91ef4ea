# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""What the tests of debuggers share: the server (server.c), what it knows of its lists, cores."""
import os
import re
import resource
import shutil
import subprocess
import tempfile
import time
import unittest

DEBUGGER = os.environ["LOOKASIDE_DEBUGGER"]
INSTALLED = os.environ["LOOKASIDE_INSTALLED"]
LIBRARIES = os.path.join(INSTALLED, os.environ["LOOKASIDE_LIBDIR"])
SCRIPTS = os.path.join(LIBRARIES, "lookaside")
SERVERS = os.environ["LOOKASIDE_SERVERS"]
BUILD = os.environ["LOOKASIDE_BUILD"]


class Facts:
    """What the server wrote about itself: the reports of its lists, addresses by what is there."""

    def __init__(self, path):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        self.reports = re.findall(r"\nLookaside .*\n(?:    .*\n)+", text)
        self.addresses = {name: int(address, 16)
                          for name, address in re.findall(r"^(\w+) (0x[0-9a-f]+)$", text, re.M)}

    def __getitem__(self, name):
        return self.addresses[name]


class Transcript:
    """A session in docs/debuggers.md: the fenced block of a kind, in which each line behind the
    prompt is a command, and those up to the next prompt are what it printed."""

    def __init__(self, kind, prompt):
        document = os.path.join(os.path.dirname(__file__), "..", "..", "docs", "debuggers.md")
        with open(document, encoding="utf-8") as file:
            block = re.search(rf"^```{kind}\n(.*?)^```$", file.read(), re.MULTILINE | re.DOTALL)
        parts = block[1].split(prompt)[1:]
        self.commands = [part.splitlines()[0] for part in parts]
        self.promised = [line for part in parts for line in part.splitlines()[1:]]

    @staticmethod
    def without_places(text):
        """Every run has other addresses and threads."""
        return re.sub(r"0x[0-9a-f]+|(?<=thread )\d+|(?<=process )\d+", "#", text)

    def missing(self, printed):
        """The first promised line that was not printed, or not there; None when all were."""
        printed, at = self.without_places(printed), 0
        for line in self.promised:
            found = printed.find(self.without_places(line) + "\n", at)
            if found < 0:
                return line
            at = found
        return None


class DebuggerTest(unittest.TestCase):
    """A test with a folder of its own, in which the server runs with the installed library."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lookaside-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name
        # The Python in a debugger takes its modules from where the first python3 of PATH is.
        self.environment = dict(os.environ, PATH=f"/usr/bin:{os.environ['PATH']}",
                                LD_LIBRARY_PATH=LIBRARIES, DEBUGINFOD_URLS="", HOME=self.folder,
                                LC_ALL="C.UTF-8")

    def path(self, name):
        return os.path.join(self.folder, name)

    def server(self, kind=""):
        return os.path.join(SERVERS, "server" + kind)

    def facts(self):
        return Facts(self.path("facts"))

    def run_command(self, *command):
        """Runs a debugger to its end; returns what it printed, errors too."""
        done = subprocess.run(command, cwd=self.folder, env=self.environment, text=True,
                              stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT, timeout=110, check=False)
        return done.stdout

    def skip_without_ptrace(self, printed):
        """Not every machine lets a process be debugged: containers, the Yama module."""
        if re.search(r"Operation not permitted|packet returned an error", printed):
            self.skipTest("processes may not be debugged here: ptrace is not permitted")

    def core(self, program):
        """The core of a server that aborted."""
        with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as file:
            pattern = file.read().strip()
        if pattern.startswith("|") or "/" in pattern:
            self.skipTest(f"cores do not stay where they are made: core_pattern is {pattern}")
        hard = resource.getrlimit(resource.RLIMIT_CORE)[1]
        if hard != resource.RLIM_INFINITY:
            self.skipTest("the hard limit of a core's size is not unlimited")
        subprocess.run([program, "facts", "abort"], cwd=self.folder, env=self.environment,
                       preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (hard, hard)),
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
        cores = [name for name in os.listdir(self.folder) if name != "facts"]
        self.assertEqual(len(cores), 1, "the server left no core")
        return self.path(cores[0])

    def waiting(self):
        """A server that runs until the test is over."""
        process = subprocess.Popen([self.server(), "facts", "wait"], cwd=self.folder,
                                   env=self.environment, stdin=subprocess.PIPE)
        self.addCleanup(process.communicate)
        while not os.path.exists(self.path("facts")) or not self.facts().addresses.get("nowhere"):
            self.assertIsNone(process.poll(), "the server ended too early")
            time.sleep(0.01)
        return process

    def without_reader(self):
        """The scripts as they would be where lookaside-inspect.so got lost."""
        scripts = self.path("scripts")
        shutil.copytree(SCRIPTS, scripts, ignore=shutil.ignore_patterns("*.so"))
        return scripts

    # ---- What every debugger has to print ----

    def check_transcript(self, transcript, printed):
        """What the document shows."""
        self.assertGreater(len(transcript.promised), 10)
        missing = transcript.missing(printed)
        self.assertIsNone(missing, f"docs/debuggers.md promises this line:\n{missing}\n{printed}")

    def check_table(self, printed):
        """All lists, a line each."""
        self.assertRegex(printed, r"LIST +TAG +SIZE +LIVE +CACHED")
        self.assertRegex(printed, r"(?m)^ *sessions +Sess +40 +40 ")
        self.assertRegex(printed, r"(?m)^ *buffers +Buff +20000 +1 +0 ")

    def check_list(self, printed, number, times=1):
        """One list in full: first what the library says of itself, byte for byte."""
        self.assertEqual(printed.count(self.facts().reports[number]), times, printed)
        self.assertEqual(len(re.findall(r"(?m)^    Live +=", printed)), times, printed)

    def check_place(self, printed, name, words):
        """An entry, and what became of it."""
        address = self.facts()[name]
        self.assertRegex(printed, rf"(?m)^0x{address + 3:x} is \+0x3 in an entry of list .*\n"
                                  rf"    entry 0x{address:x} of slab 0x[0-9a-f]+\n    {words}")

    def check_brief(self, printed, variable):
        """A lookaside_list in a few words, and the live entries of the report that is the same."""
        self.assertRegex(printed, rf'{variable} = "sessions" 40 B, depth \d+/256, live 40, cached ')
