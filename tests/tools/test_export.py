# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""`lookaside export`: what Prometheus is told.

Deliberate breaks that were seen to be caught:
  labels are not escaped                     labels, promtool_is_content
  a help text without its end, a gauge that is called a counter
                                             every_metric_has_help_and_type
  any address is served                      only_the_loopback, request
  POST is answered                           other_requests"""
import os
import re
import signal
import subprocess
import unittest
import urllib.error
import urllib.request

from puppet import LookTest
from tool import TOOL

SESSIONS = ("init sessions Sess 48", "alloc sessions 100", "free sessions 60")
PROMTOOL = os.environ.get("LOOKASIDE_PROMTOOL", "")
SAMPLE = re.compile(r'^(\w+)(?:\{(.*)\})? ([0-9.e+-]+)$')
LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


def samples(text):
    """{(metric, a label's value or ""): value} of the only list."""
    found = {}
    for line in text.splitlines():
        if not line.startswith("#"):
            name, labels, value = SAMPLE.match(line).groups()
            labels = dict(LABEL.findall(labels or ""))
            found[name, labels.get("state") or labels.get("cause") or ""] = float(value)
    return found


class Once(LookTest):
    def once(self, *puppets):
        return self.look("export", "--once", *(f"--pid={puppet.pid}" for puppet in puppets))

    def test_figures(self):
        puppet = self.puppet(*SESSIONS, "flush sessions", "alloc sessions 30")
        seen = self.figures(puppet.pid, "sessions")
        told = samples(self.once(puppet))
        for metric, label, figure in (
                ("lookaside_allocations_total", "", "total_allocates"),
                ("lookaside_frees_total", "", "total_frees"),
                ("lookaside_entries", "live", "live_entries"),
                ("lookaside_entries", "cached", "current_depth"),
                ("lookaside_entries", "free", "slab_free"),
                ("lookaside_allocate_misses_total", "trimmed", "misses_trimmed"),
                ("lookaside_depth_entries", "", "depth")):
            self.assertEqual(told[metric, label], seen[figure], metric)
        parts = [value for (metric, _), value in told.items() if metric == "lookaside_memory_bytes"]
        self.assertEqual(len(parts), 5)
        self.assertEqual(sum(parts), seen["mapped_bytes"])
        causes = [value for (metric, _), value in told.items()
                  if metric == "lookaside_allocate_misses_total"]
        self.assertEqual((len(causes), sum(causes)), (4, seen["allocate_misses"]))
        self.assertEqual(told["lookaside_processes", ""], 1)

    def test_labels(self):
        puppet = self.puppet('init a"b\\c Ta\\g 8')
        text = self.once(puppet)
        self.assertIn(r'list="a\"b\\c",tag="Ta\\g"', text)
        self.assertIn(f'pid="{puppet.pid}",command="puppet"', text)

    @unittest.skipIf(PROMTOOL == "", "promtool was not found (Debian: prometheus)")
    def test_promtool_is_content(self):
        one = self.puppet(*SESSIONS, 'init a"b\\c Ta\\g 8', "init sessions Sess 48")
        two = self.puppet(*SESSIONS)
        done = subprocess.run([PROMTOOL, "check", "metrics"], input=self.once(one, two).encode(),
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              timeout=60)
        self.assertEqual((done.returncode, done.stdout), (0, b""))

    def test_every_metric_has_help_and_type(self):
        text = self.once(self.puppet(*SESSIONS))
        names = {name for name, _ in samples(text)}
        self.assertEqual(names, set(re.findall(r"^# TYPE (\w+) (?:counter|gauge)$", text, re.M)))
        self.assertEqual(names, set(re.findall(r"^# HELP (\w+) [A-Z].*\.$", text, re.M)))
        for name in names:
            kind = re.search(rf"^# TYPE {name} (\w+)$", text, re.M).group(1)
            self.assertEqual(name.endswith("_total"), kind == "counter", name)

    def test_counters_never_fall(self):
        puppet = self.puppet(*SESSIONS)
        before = samples(self.once(puppet))
        for order in ("pump sessions 5000", "flush sessions", "thread sessions 70",
                      "alloc sessions 90"):
            puppet.tell(order)
            now = samples(self.once(puppet))
            for key, value in before.items():
                if key[0].endswith("_total"):
                    self.assertGreaterEqual(now[key], value, key)
            before = now

    def test_wrong_usage(self):
        for arguments in ([], ["--prometheus", "none"], ["--prometheus", "70000"],
                          ["--prometheus", "host.name:80"], ["--once", "4711"]):
            self.complaint("export", *arguments, status=125)
        self.complaint("export", "--once", "--pid", str(os.getpid()), status=5)


class Server(LookTest):
    def serve(self, *arguments):
        server = subprocess.Popen([TOOL, "export", *arguments], stdout=subprocess.PIPE, text=True)
        self.addCleanup(server.stdout.close)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        return server, server.stdout.readline().strip()

    def test_request(self):
        puppet = self.puppet(*SESSIONS)
        server, url = self.serve("--prometheus", "0", "--pid", puppet.pid)
        self.assertRegex(url, r"^http://127\.0\.0\.1:[1-9]\d*/metrics$")
        for live in (40, 51):
            with urllib.request.urlopen(url, timeout=30) as answer:
                self.assertEqual(answer.headers["Content-Type"],
                                 "text/plain; version=0.0.4; charset=utf-8")
                self.assertEqual(samples(answer.read().decode())["lookaside_entries", "live"], live)
            puppet.tell("alloc sessions 11")
        server.send_signal(signal.SIGTERM)
        self.assertEqual(server.wait(30), 0)

    def test_other_requests(self):
        _, url = self.serve("--prometheus", "127.0.0.1:0", "--pid", self.puppet(*SESSIONS).pid)
        with urllib.request.urlopen(url.replace("/metrics", "/"), timeout=30) as answer:
            self.assertIn(b"/metrics", answer.read())
        for request, status in ((url + "x", 404),
                                (urllib.request.Request(url, data=b"x" * 100000), 405)):
            with self.assertRaises(urllib.error.HTTPError) as refused:
                urllib.request.urlopen(request, timeout=30)
            self.assertEqual(refused.exception.code, status)
            refused.exception.close()

    def test_only_the_loopback(self):
        server, url = self.serve("--prometheus", "0", "--pid", self.puppet(*SESSIONS).pid)
        port = int(re.search(r":(\d+)/", url).group(1))
        listening = []
        for table in ("tcp", "tcp6"):
            with open(f"/proc/{server.pid}/net/{table}", encoding="ascii") as file:
                listening += [line.split()[1] for line in file if f":{port:04X} " in line
                              and line.split()[3] == "0A"]
        self.assertEqual(listening, [f"0100007F:{port:04X}"])

    def test_port_in_use(self):
        _, url = self.serve("--prometheus", "0", "--pid", self.puppet(*SESSIONS).pid)
        port = re.search(r":(\d+)/", url).group(1)
        self.assertIn("use", self.complaint("export", "--prometheus", port, status=125))

    def test_the_process_ends(self):
        puppet = self.puppet(*SESSIONS)
        _, url = self.serve("--prometheus", "0", "--pid", puppet.pid)
        puppet.end()
        with urllib.request.urlopen(url, timeout=30) as answer:
            told = samples(answer.read().decode())
        self.assertEqual(told["lookaside_processes", ""], 0)
        self.assertEqual(told["lookaside_processes_failed", ""], 1)
        self.assertNotIn(("lookaside_entries", "live"), told)
