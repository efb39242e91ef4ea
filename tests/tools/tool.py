# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""What the tests of the lookaside command share: to run it, and to read its reports."""
import json
import os
import re
import shutil
import subprocess
import tempfile
import unittest

TOOL = os.environ["LOOKASIDE_TOOL"]
VICTIMS = os.environ["LOOKASIDE_VICTIMS"]


def victim(name):
    return os.path.join(VICTIMS, name)


def run(*arguments, **options):
    """Runs a command to its end; its output is bytes."""
    return subprocess.run(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, timeout=110, check=False, **options)


def run_as_nobody(*arguments):
    """Runs the command as a user who may see nothing of ours, from a place that this user may enter."""
    with tempfile.TemporaryDirectory(prefix="lookaside-test-") as folder:
        os.chmod(folder, 0o755)
        for library in re.findall(r"=> (/\S*/liblookaside\.so\S*)", run("ldd", TOOL).stdout.decode()):
            shutil.copy(library, folder)
        return run(shutil.copy(TOOL, folder), *arguments, user=65534, group=65534, extra_groups=[],
                   env={**os.environ, "LD_LIBRARY_PATH": folder})


class ToolTest(unittest.TestCase):
    """A test with a folder of its own."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lookaside-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def advise(self, *arguments, status=0, **options):
        """Runs `lookaside advise` with a JSON report; returns the report and the process."""
        output = self.path("report.json")
        done = run(TOOL, "advise", "--json", "--output", output, *arguments, **options)
        self.assertEqual(done.returncode, status, done.stderr.decode(errors="replace"))
        with open(output, encoding="utf-8") as file:
            return json.load(file), done

    def rows(self, report, function, size=None):
        return [row for row in report["rows"]
                if row["site"]["function"] == function and size in (None, row["size"])]

    def row(self, report, function, size=None):
        """The only row of a function."""
        found = self.rows(report, function, size)
        known = sorted({str(row["site"]["function"]) for row in report["rows"]})
        self.assertEqual(len(found), 1, f"rows of {function} {size}; there are {known}")
        return found[0]
