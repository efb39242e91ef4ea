# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""gdb with the installed scripts, on a process, a core, and from afar.

Seen to fail for: an expression taken for a name, a struct's content for its address, an exception
that passed through C, a fault that was not told.
"""
import os
import re
import shutil
import subprocess
import unittest

from debugger import BUILD, DEBUGGER, LIBRARIES, SCRIPTS, DebuggerTest, Transcript

SOURCE = ("-ex", f"source {SCRIPTS}/lookaside_gdb.py")


class GdbTest(DebuggerTest):
    """gdb, told to trust the installed library's folder."""

    def gdb(self, *arguments):
        return self.run_command(DEBUGGER, "-nx", "-batch", "-iex",
                                f"set auto-load safe-path {LIBRARIES}", *arguments)

    def commands(self, *commands):
        return [part for command in commands for part in ("-ex", command)]

    def at_breakpoint(self, *commands, kind=""):
        """The server, stopped when its lists are ready."""
        printed = self.gdb(*(SOURCE if kind else ()),
                           *self.commands("break server_is_ready", "run", *commands),
                           "--args", self.server(kind), "facts")
        self.skip_without_ptrace(printed)
        return printed

    def test_shows_all_lists_of_a_process(self):
        self.check_table(self.at_breakpoint("lookaside"))

    def test_shows_a_list_by_name_tag_address_and_expression(self):
        names = ("buffers", "Buff", '"buffers"', "&service.buffers", "service.buffers")
        printed = self.at_breakpoint(*[f"lookaside {name}" for name in names],
                                     'eval "lookaside %p", &service.buffers')
        self.check_list(printed, 1, times=6)

    def test_finds_what_is_at_an_address(self):
        printed = self.at_breakpoint("lookaside whatis (char *)live + 3",
                                     "lookaside whatis (char *)in_magazine + 3",
                                     "lookaside whatis (char *)in_depot + 3",
                                     "lookaside whatis &in_depot")
        self.check_place(printed, "live", "live: it is out")
        self.check_place(printed, "magazine", "free, in a magazine")
        self.check_place(printed, "depot", "free, in the depot")
        self.assertIn(f"0x{self.facts()['nowhere']:x} is in no list", printed)

    def test_proves_the_laws(self):
        self.assertRegex(self.at_breakpoint("lookaside verify"), r"(?m)^clean: 3 lists, 41 live")
        printed = self.at_breakpoint("set var service.buffers.seal = 0", "lookaside verify")
        self.assertRegex(printed, r'(?m)^fault: list "buffers"')
        self.assertRegex(printed, r"(?m)^corrupt: ")

    def test_prints_a_list_in_a_few_words(self):
        printed = self.at_breakpoint("print session_list", "print *list", "print service",
                                     "print never_initialized")
        self.check_brief(printed, r"\$1")
        self.check_brief(printed, r"\$2")
        self.assertIn('$3 = {buffers = "buffers" 20000 B, depth 64/256, live 1, cached 0', printed)
        self.assertIn("$4 = no initialised list", printed)

    def test_prints_the_faces_of_cpp(self):
        printed = self.gdb(*self.commands("break server_is_ready", "run", "print list",
                                          "print objects"), "--args", self.server("_cpp"))
        self.skip_without_ptrace(printed)
        self.assertRegex(printed, r'list_ = "buffers" 20000 B, depth 4/256, live 0')
        self.assertRegex(printed, r'list_ = "sessions" \d+ B, depth 4/256, live 1')

    def test_attaches_to_a_process(self):
        printed = self.gdb(*self.commands("lookaside", "lookaside sessions"),
                           "-p", str(self.waiting().pid))
        self.skip_without_ptrace(printed)
        self.check_table(printed)
        self.check_list(printed, 0)

    def test_reads_a_core(self):
        core = self.core(self.server())
        printed = self.gdb(*self.commands("lookaside", "lookaside sessions", "print session_list",
                                          "lookaside verify"), self.server(), core)
        self.check_table(printed)
        self.check_list(printed, 0)
        self.check_brief(printed, r"\$1")
        self.assertRegex(printed, r"(?m)^clean: 3 lists")

    def test_reads_a_core_of_a_stripped_static_program(self):
        program = self.server("_stripped")
        core = self.core(program)
        facts = self.facts()
        printed = self.gdb(*SOURCE, *self.commands(
            "lookaside", "lookaside buffers", f"lookaside whatis {facts['slab'] + 3:#x}"),
            program, core)
        self.check_table(printed)
        self.check_list(printed, 1)
        self.check_place(printed, "slab", "free, in its slab")

    def test_reads_from_afar(self):
        if shutil.which("gdbserver") is None:
            self.skipTest("needs gdbserver (Debian: gdbserver)")
        self.at_breakpoint()  # which skips where gdbserver would wait for ever
        server = subprocess.Popen(["gdbserver", "--once", "127.0.0.1:0", self.server(), "facts"],
                                  cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL,
                                  stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.addCleanup(server.communicate)
        port = None
        for line in server.stderr:
            port = re.match(r"Listening on port (\d+)", line)
            if port:
                break
        self.assertIsNotNone(port, "gdbserver does not listen")
        printed = self.gdb(*self.commands("set sysroot /", f"target remote 127.0.0.1:{port[1]}",
                                          "break server_is_ready", "continue",
                                          "lookaside sessions", "kill"), self.server())
        self.check_list(printed, 0)

    def test_says_what_is_wrong_in_a_sentence(self):
        printed = self.at_breakpoint("lookaside nobody")
        self.assertIn("lookaside: no list is called nobody; 'lookaside' shows all", printed)
        printed = self.at_breakpoint("lookaside whatis nonsense")
        self.assertIn('lookaside: nonsense: No symbol "nonsense" in current context.', printed)
        self.assertIn("lookaside: whatis needs an address", self.at_breakpoint("lookaside whatis"))
        printed = self.gdb(*SOURCE, "-ex", "lookaside", self.server())
        self.assertIn("lookaside: there is no process and no core", printed)
        printed = self.gdb(*SOURCE, *self.commands("starti", "lookaside"), "/bin/true")
        self.skip_without_ptrace(printed)
        self.assertRegex(printed, r"(?m)^lookaside: .*\blookaside\b.*$")

    def test_loads_what_a_package_installs_in_gdbs_own_folder(self):
        root = self.path("root")
        subprocess.run(["cmake", "--install", BUILD, "--prefix", "/usr"], check=True,
                       env=dict(os.environ, DESTDIR=root), stdout=subprocess.DEVNULL)
        trusted = f"{root}/usr/share/gdb/auto-load"
        library_folder = os.path.join("/usr", os.environ["LOOKASIDE_LIBDIR"])
        # The library would be at the root of the system; gdb is told that it is where it is.
        shutil.move(trusted + library_folder, trusted + root + library_folder)
        self.environment["LD_LIBRARY_PATH"] = root + library_folder
        printed = self.gdb("-iex", f"set auto-load safe-path {trusted}",
                           "-iex", f"set auto-load scripts-directory {trusted}",
                           *self.commands("break server_is_ready", "run", "lookaside"),
                           "--args", self.server(), "facts")
        self.skip_without_ptrace(printed)
        self.check_table(printed)

    def test_says_that_the_scripts_are_missing(self):
        libraries = self.path("libraries")
        shutil.copytree(LIBRARIES, libraries, symlinks=True,
                        ignore=shutil.ignore_patterns("lookaside"))
        self.environment["LD_LIBRARY_PATH"] = libraries
        printed = self.gdb("-iex", f"set auto-load safe-path {libraries}",
                           *self.commands("break server_is_ready", "run"),
                           "--args", self.server(), "facts")
        self.skip_without_ptrace(printed)
        self.assertIn(f"lookaside: there are no scripts for gdb in {libraries}/lookaside", printed)
        self.assertNotIn("Traceback", printed)

    def test_says_that_the_reader_is_missing(self):
        printed = self.gdb("-ex", f"source {self.without_reader()}/lookaside_gdb.py",
                           *self.commands("starti", "lookaside"), self.server())
        self.skip_without_ptrace(printed)
        self.assertIn("lookaside-inspect.so, which belongs to this script, cannot be loaded",
                      printed)
        self.assertNotIn("Traceback", printed)

    def test_does_what_the_document_shows(self):
        session = Transcript("gdb", "(gdb) ")
        self.check_transcript(session, self.at_breakpoint(*session.commands))

    def test_explains_itself(self):
        printed = self.gdb(*SOURCE, "-ex", "help lookaside")
        self.assertIn("lookaside whatis EXPRESSION", printed)
        self.assertIn("lookaside verify", printed)


if __name__ == "__main__":
    unittest.main()
