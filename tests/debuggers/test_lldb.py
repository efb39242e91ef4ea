# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""lldb with the installed script, on a process and a core.

Seen to fail for: a pointer summed up as a list, a struct's content taken for its address, an
error without its reason.
"""
import glob
import os
import subprocess
import unittest

from debugger import DEBUGGER, SCRIPTS, DebuggerTest, Transcript


def python_path():
    """Where lldb's own Python modules are, if lldb does not know it: Debian 12's does not."""
    told = subprocess.run([DEBUGGER, "-P"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                          text=True, check=False).stdout.strip()
    if os.path.isdir(told):
        return ""
    found = glob.glob("/usr/lib/llvm-*/lib/python3*/dist-packages/lldb/embedded_interpreter.py")
    return os.path.dirname(os.path.dirname(found[0])) if found else ""


class LldbTest(DebuggerTest):
    """lldb, told to load the installed script."""

    def lldb(self, commands, *arguments, script=f"{SCRIPTS}/lookaside_lldb.py"):
        self.environment["PYTHONPATH"] = python_path()
        all_commands = [f"command script import {script}", *commands]
        printed = self.run_command(DEBUGGER, "--no-lldbinit", "--batch", *arguments[:-1],
                                   *[part for one in all_commands for part in ("-o", one)],
                                   arguments[-1])
        if "No module named 'lldb" in printed:
            self.skipTest("lldb has no Python (Debian: python3-lldb-14)")
        return printed

    def at_breakpoint(self, *commands, kind=""):
        """The server, stopped when its lists are ready."""
        printed = self.lldb(["breakpoint set -n server_is_ready",
                             f"process launch -- {self.path('facts')}", *commands],
                            self.server(kind))
        self.skip_without_ptrace(printed)
        return printed

    def test_shows_all_lists_of_a_process(self):
        self.check_table(self.at_breakpoint("lookaside"))

    def test_shows_a_list_by_name_tag_and_expression(self):
        names = ("buffers", "Buff", '"buffers"', "&service.buffers", "service.buffers")
        printed = self.at_breakpoint(*[f"lookaside {name}" for name in names])
        self.check_list(printed, 1, times=5)

    def test_finds_what_is_at_an_address(self):
        printed = self.at_breakpoint("lookaside whatis (char *)live + 3",
                                     "lookaside whatis (char *)buffer_in_slab + 3")
        self.check_place(printed, "live", "live: it is out")
        self.check_place(printed, "slab", "free, in its slab")

    def test_proves_the_laws(self):
        self.assertRegex(self.at_breakpoint("lookaside verify"), r"(?m)^clean: 3 lists, 41 live")

    def test_prints_a_list_in_a_few_words(self):
        printed = self.at_breakpoint("expression session_list", "expression never_initialized")
        self.assertRegex(printed, r"server_is_ready\(list=0x")
        self.check_brief(printed, r"\$0")
        self.assertIn("$1 = no initialised list", printed)

    def test_shows_the_lists_of_a_static_program(self):
        self.check_table(self.at_breakpoint("lookaside", kind="_static"))

    def test_reads_a_core(self):
        core = self.core(self.server())
        printed = self.lldb(["lookaside", "lookaside sessions", "lookaside verify"],
                            "--core", core, self.server())
        self.check_table(printed)
        self.check_list(printed, 0)
        self.assertRegex(printed, r"(?m)^clean: 3 lists")

    def test_says_what_is_wrong_in_a_sentence(self):
        printed = self.at_breakpoint("lookaside nobody")
        self.assertIn("lookaside: no list is called nobody; 'lookaside' shows all", printed)
        printed = self.at_breakpoint("lookaside whatis nonsense")
        self.assertRegex(printed, "error: lookaside: nonsense: .*undeclared identifier")
        printed = self.lldb(["lookaside"], self.server())
        self.assertIn("lookaside: there is no process and no core", printed)

    def test_says_that_the_reader_is_missing(self):
        printed = self.lldb(["breakpoint set -n server_is_ready", "process launch -- facts",
                             "lookaside"], self.server(),
                            script=f"{self.without_reader()}/lookaside_lldb.py")
        self.skip_without_ptrace(printed)
        self.assertIn("lookaside-inspect.so, which belongs to this script, cannot be loaded",
                      printed)
        self.assertNotIn("Traceback", printed)

    def test_does_what_the_document_shows(self):
        session = Transcript("lldb", "(lldb) ")
        self.check_transcript(session, self.at_breakpoint(*session.commands))

    def test_explains_itself(self):
        printed = self.lldb(["help lookaside"], self.server())
        self.assertIn("lookaside whatis EXPRESSION", printed)


if __name__ == "__main__":
    unittest.main()
