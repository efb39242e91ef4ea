# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside demo`, and the command's own options.

Seen to fail with the tag's letters the other way round: story."""
import re

from tool import TOOL, ToolTest, run

FIRST_REPORT = re.compile(
    r'\nLookaside "contexts" @ 0x[0-9a-f]{16}  Tag\(hex\): 0x61616262 "bbaa"\n'
    r"    Type           =       0001  PagedPool\n"
    r"    Current Depth  =          4  Max Depth  =          4\n"
    r"    Size           =          8  Max Alloc  =         32\n"
    r"    AllocateMisses =          4  FreeMisses =          0\n"
    r"    TotalAllocates =          4  TotalFrees =          4\n"
    r"    Hit Rate       =          0% Hit Rate   =        100%\n")


class Demo(ToolTest):
    def test_story(self):
        done = run(TOOL, "demo")
        text = done.stdout.decode()
        self.assertEqual(done.returncode, 0, done.stderr.decode())
        self.assertEqual(done.stderr, b"")
        self.assertRegex(text, FIRST_REPORT)
        traffic = re.findall(r"TotalAllocates = +(\d+)  TotalFrees = +(\d+)", text)[1]
        self.assertEqual(traffic[0], traffic[1])
        self.assertGreater(int(traffic[0]), 1000000)
        for side in ("lookaside list", "malloc"):
            found = re.search(side + r" +([0-9.]+) ns", text)
            self.assertGreater(float(found.group(1)), 0.1)
        self.assertLessEqual(max(map(len, text.splitlines())), 100)

    def test_help(self):
        for arguments, words in ((["--help"], ["demo", "advise", "--version"]),
                                 (["demo", "--help"], ["malloc"]),
                                 (["advise", "--help"], ["--replay", "--limit", "PROGRAM"])):
            done = run(TOOL, *arguments)
            self.assertEqual(done.returncode, 0)
            for word in words:
                self.assertIn(word, done.stdout.decode())

    def test_help_of_every_subcommand(self):
        names = re.findall(r"^  (\w+) ", run(TOOL, "--help").stdout.decode(), re.M)
        self.assertIn("show", names)
        self.assertGreater(len(names), 10)
        for name in names:
            done = run(TOOL, name, "--help")
            self.assertEqual((done.returncode, done.stderr), (0, b""), name)
            self.assertIn(f"lookaside {name}", done.stdout.decode())
            self.assertLessEqual(max(map(len, done.stdout.decode().splitlines())), 100)

    def test_version(self):
        done = run(TOOL, "--version")
        self.assertEqual(done.returncode, 0)
        self.assertRegex(done.stdout.decode(), r"^lookaside \d+\.\d+\.\d+\n$")

    def test_wrong_words(self):
        for arguments in ([], ["advice"], ["advise"], ["advise", "--top", "none", "true"],
                          ["advise", "--replay", "x", "true"], ["demo", "--unknown"]):
            done = run(TOOL, *arguments)
            self.assertEqual(done.returncode, 125, arguments)
            self.assertEqual(done.stdout, b"")
            self.assertIn(b"lookaside", done.stderr)
