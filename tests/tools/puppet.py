# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""A program with lists on strings (lists/puppet.c), its core dumps, and JSON that obeys its
schema."""
import json
import os
import re
import resource
import signal
import subprocess
import unittest

from tool import TOOL, ToolTest, run

SCHEMAS = os.environ["LOOKASIDE_SCHEMAS"]


class Puppet:
    """A running puppet; kind is "puppet" (a shared library) or "puppet_stripped" (static)."""

    def __init__(self, kind="puppet", folder=None):
        self.process = subprocess.Popen(
            [os.path.join(os.environ["LOOKASIDE_PUPPETS"], kind)], cwd=folder,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CORE, (-1, -1)))
        self.pid = str(self.process.pid)
        self.folder = folder

    def tell(self, *lines):
        """Gives orders; returns the answers, without their last lines."""
        answers = []
        for line in lines:
            self.process.stdin.write(line + "\n")
            self.process.stdin.flush()
            answer = ""
            while (piece := self.process.stdout.readline()) not in ("ok\n", ""):
                answer += piece
            answers.append(answer)
        return answers[-1]

    def report(self, name):
        return self.tell("report " + name)[:-len(".\n")]

    def die(self):
        """Ends by a signal; returns the path of the core."""
        self.process.stdin.write("die\n")
        self.process.stdin.flush()
        assert self.process.wait(30) == -signal.SIGABRT
        cores = [name for name in os.listdir(self.folder) if name.startswith("core")]
        if not cores:
            raise unittest.SkipTest("this system writes no core into the current folder")
        return os.path.join(self.folder, cores[0])

    def end(self):
        self.process.stdin.close()
        self.process.stdout.close()
        self.process.kill()
        self.process.wait(30)


class LookTest(ToolTest):
    """A test that looks at puppets."""

    def puppet(self, *lines, kind="puppet"):
        puppet = Puppet(kind, self.folder)
        self.addCleanup(puppet.end)
        if lines:
            puppet.tell(*lines)
        return puppet

    def look(self, *arguments, status=0):
        """What the command prints, when it ends as it should."""
        done = run(TOOL, *arguments)
        self.assertEqual(done.returncode, status, done.stderr.decode() + done.stdout.decode())
        return done.stdout.decode()

    def complaint(self, *arguments, status):
        """What the command says on standard error, and nothing else."""
        done = run(TOOL, *arguments)
        self.assertEqual(done.returncode, status, done.stderr.decode())
        self.assertEqual(done.stdout, b"")
        self.assertTrue(done.stderr.startswith(b"lookaside"), done.stderr)
        return done.stderr.decode()

    def json(self, *arguments, status=0):
        """A document; whether it obeys its schema was checked if that can be."""
        document = json.loads(self.look(*arguments, "--json", status=status))
        check_schema(document)
        return document

    def figures(self, target, name):
        """What JSON says about a list."""
        return next(row for row in self.json("show", target)["lists"] if row["name"] == name)


def check_schema(document):
    name = document["schema"].replace("/", "-") + ".json"
    with open(os.path.join(SCHEMAS, name), encoding="utf-8") as file:
        schema = json.load(file)
    try:
        import jsonschema
    except ImportError as missing:
        raise unittest.SkipTest("python3-jsonschema is not installed") from missing
    jsonschema.Draft7Validator.check_schema(schema)
    jsonschema.Draft7Validator(schema).validate(document)


def table(text):
    """The rows of a printed table by the word they begin with: {column: cell}."""
    lines = text.splitlines()
    start = next(i for i, line in enumerate(lines) if re.match(r" *(LIST|PID) ", line))
    rows = {}
    for line in lines[start + 1:]:
        if not line:
            break
        cells = line.split()
        rows[cells[0]] = dict(zip(lines[start].split(), cells))
    return rows
