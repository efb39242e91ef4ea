# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Real programs, linked in every way, alive and dead: their lists are found by memory alone.

Deliberate breaks that were seen to be caught:
  only the first module is asked                shared, plug_in_with_a_copy_of_its_own ...
  a module's bias is where it begins            position_dependent, static_position_dependent
  the magic is believed without `self`          library_that_is_mapped_as_data
  nothing is searched without ELF headers       core_without_elf_headers
  nothing is a module without a list of files   core_without_a_list_of_files
  what a core lacks reads as zero               truncated_core, core_without_anonymous_memory ...
  what is missing of a core is not added up     truncated_core
  the register is not asked for the thread      thread_of_a_core_is_known_by_its_register
  an unknown member is left out                 newer_library
  a member that is needed may be missing        poorer_library
  the format is not asked for                   library_of_another_format
  what may not be read has ended                process_of_another_user
  processes with the library have lists         each_process_counts_what_it_may_not_see"""
import glob
import os
import resource
import shutil
import signal
import struct
import subprocess
import tempfile
import time
import unittest

FOLDER = os.environ["LOOKASIDE_PROGRAMS"]

UNREADABLE, NOT_FOUND, NO_PERMISSION, NO_LISTS, TRUNCATED, UNKNOWN_FORMAT, NOT_A_CORE = range(2, 9)


def cores_come_here():
    with open("/proc/sys/kernel/core_pattern", encoding="utf-8") as file:
        return file.read() == "core\n"


needs_cores = unittest.skipUnless(cores_come_here(),
                                  "the system writes no core into the current folder")


def program(name):
    return os.path.join(FOLDER, name)


class Look:
    """What tests/inspect/look.c says, line by line."""

    def __init__(self, *arguments, look=None, **options):
        done = subprocess.run([look or program("look"), *map(str, arguments)],
                              stdout=subprocess.PIPE, check=False, timeout=60, **options)
        self.status = done.returncode
        self.text = done.stdout.decode()
        self.lines = {}
        for line in self.text.splitlines():
            kind, _, rest = line.partition(" ")
            self.lines.setdefault(kind, []).append(rest.split("|"))

    def error(self):
        return self.lines["error"][0][0]

    def lists(self):
        """Name to live, cached, free."""
        return {name: tuple(map(int, numbers)) for name, *numbers, _ in self.lines["list"]}


def look_as_nobody(*arguments):
    """Looks as a user who may see nothing of ours, from a place that this user may enter."""
    with tempfile.TemporaryDirectory(prefix="lookaside-test-") as folder:
        os.chmod(folder, 0o755)
        return Look(*arguments, look=shutil.copy(program("look"), folder), user=65534)


class ProgramTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="lookaside-test-")
        self.addCleanup(folder.cleanup)
        self.folder = folder.name

    def path(self, name):
        return os.path.join(self.folder, name)

    def start(self, name, *arguments, what="wait"):
        """A program that runs; it has said that it is ready."""
        process = subprocess.Popen([program(name), what, *arguments], stdout=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        self.assertTrue(process.stdout.readline().startswith(b"ready"))
        return process

    def core(self, name, *arguments, coredump_filter=None, what="abort"):
        """The core of a program that aborted."""
        def prepare():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
            if coredump_filter is not None:
                with open("/proc/self/coredump_filter", "w", encoding="utf-8") as file:
                    file.write(coredump_filter)
        done = subprocess.run([program(name), what, *arguments], stdout=subprocess.PIPE,
                              preexec_fn=prepare, cwd=self.folder, check=False)
        self.assertEqual(done.returncode, -signal.SIGABRT)
        pid = int(done.stdout.split()[1])
        core = self.path("core")
        return core if os.path.exists(core) else f"{core}.{pid}"

    def assert_mine(self, look, others=()):
        self.assertEqual(look.status, 0, look.text)
        self.assertEqual(look.lists()["mine"][:2], (3, 2))
        self.assertEqual(set(look.lists()), {"mine", *others})
        self.assertEqual(look.lines["faults"], [["0"]])
        self.assertNotIn("moved", look.lines)


class Linked(ProgramTest):
    """However a program is linked, alive and as a core."""

    def found(self, name, *arguments, others=()):
        process = self.start(name, *arguments)
        look = Look(process.pid)
        self.assert_mine(look, others)
        self.assertEqual(look.lines["target"], [[name[:15], str(process.pid), ""]])
        if cores_come_here():
            core = Look(self.core(name, *arguments))
            self.assert_mine(core, others)
            self.assertEqual(core.lines["target"][0][2], "SIGABRT")
        return look

    def test_shared(self):
        look = self.found("shared")
        self.assertRegex(look.lines["copy"][0][1], r"liblookaside\.so")
        self.assertRegex(look.text, r"list mine\|.*\|shared\+0x[0-9a-f]+ \(main\+0x")

    def test_stripped(self):
        look = self.found("stripped")
        self.assertRegex(look.text, r"list mine\|.*\|stripped\+0x[0-9a-f]+\n")

    def test_static_position_dependent(self):
        self.found("static")

    def test_static_position_independent(self):
        self.found("static_pie")

    def test_position_dependent(self):
        self.found("no_pie")

    def test_plug_in_with_a_copy_of_its_own(self):
        look = self.found("host", program("plug_in.so"), others={"theirs"})
        self.assertEqual(len(look.lines["copy"]), 2)
        self.assertEqual(look.lists()["theirs"][:2], (1, 0))

    def test_deleted_program(self):
        copy = self.path("copy")
        subprocess.run(["cp", program("static_pie"), copy], check=True)
        process = self.start(copy)
        os.unlink(copy)
        self.assert_mine(Look(process.pid))

    def test_thread_has_tid_and_name(self):
        process = self.start("shared")
        self.assertEqual(Look(process.pid).lines["magazine"], [[str(process.pid), "shared", "2"]])

    @needs_cores
    def test_thread_of_a_core_has_its_tid(self):
        look = Look(self.core("shared"))
        self.assertEqual(look.lines["magazine"], [[look.lines["target"][0][1], "", "2"]])

    @needs_cores
    @unittest.skipUnless(os.uname().machine == "x86_64", "only there a core tells pthread_self")
    def test_thread_of_a_core_is_known_by_its_register(self):
        """Even if the C library's own record of it is gone."""
        core = self.core("shared")
        with open(core, "r+b") as file:
            data = bytearray(file.read())
            note = data.index(struct.pack("<III", 5, 336, 1) + b"CORE\0") + 20
            tid, register = (struct.unpack_from("<I", data, note + 32)[0],
                             struct.unpack_from("<Q", data, note + 280)[0])
            at = data.index(struct.pack("<QQ", register, 0)[:8], note + 336)
            found = 0
            while (at := data.find(struct.pack("<I", tid), at + 4)) >= 0:
                data[at:at + 4] = bytes(4)
                found += 1
            self.assertGreater(found, 0)
            file.seek(0)
            file.write(data)
        self.assertEqual(Look(core).lines["magazine"], [[str(tid), "", "2"]])


class Newer(ProgramTest):
    """A library of tomorrow."""

    def test_newer_library(self):
        look = Look(self.start("newer").pid)
        self.assert_mine(look)
        self.assertEqual(look.lines["unknown"],
                         [["retries", "entries", "4711"], ["heat", "unit 9", "36"]])
        for word in ("list.retries", "list.heat", "list.mood", "shard"):
            self.assertIn(word, look.lines["copy"][0][3])

    def test_poorer_library(self):
        look = Look(self.start("poorer").pid)
        self.assertEqual(look.status, UNKNOWN_FORMAT, look.text)
        self.assertIn('does not tell where "depot.full" of its record "list" is', look.error())

    def test_library_of_another_format(self):
        look = Look(self.start("format").pid)
        self.assertEqual(look.status, UNKNOWN_FORMAT, look.text)
        self.assertIn("in format 2, this tool reads up to format 1", look.error())


@needs_cores
class Cores(ProgramTest):
    """Cores that are not as they should be, and files that are none."""

    def test_core_without_elf_headers(self):
        core = self.core("host", program("plug_in.so"), coredump_filter="0x23")
        self.assert_mine(Look(core), {"theirs"})

    def test_core_without_a_list_of_files(self):
        """As emulators and other debuggers write it."""
        core = self.core("host", program("plug_in.so"))
        with open(core, "r+b") as file:
            data = file.read()
            note = data.index(struct.pack("<I", 0x46494c45) + b"CORE\0")
            file.seek(note)
            file.write(struct.pack("<I", 77))
        self.assert_mine(Look(core), {"theirs"})

    @unittest.skipUnless(os.path.exists(program("aarch64")) and shutil.which("qemu-aarch64"),
                         "no compiler or no emulator for aarch64")
    def test_core_of_another_machine(self):
        """Written by an emulator: no list of files, no pthread_self."""
        def prepare():
            resource.setrlimit(resource.RLIMIT_CORE, (resource.RLIM_INFINITY,) * 2)
        subprocess.run(["qemu-aarch64", program("aarch64"), "abort"], stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL, preexec_fn=prepare, cwd=self.folder, check=False)
        core, = glob.glob(self.path("qemu_*.core"))
        look = Look(core)
        self.assert_mine(look)
        tid = look.lines["target"][0][1]
        self.assertEqual(look.lines["magazine"], [[tid, "", "2"]])

    def test_core_without_the_storage_of_a_list(self):
        """Which is the user's, and may lie where cores leave it out: no reason for a fault."""
        self.assert_mine(Look(self.core("shared", what="apart")))

    def test_truncated_core(self):
        core = self.core("shared")
        size = os.path.getsize(core)
        statuses = set()
        for part in range(1, 64):
            os.truncate(core, size - size * part // 64)
            look = Look(core)
            statuses.add(look.status)
            self.assertIn(look.status, (0, TRUNCATED), look.text)
            if look.status == TRUNCATED:
                self.assertRegex(look.error(), r"truncated: \d+ of \d+ bytes are missing")
            else:
                self.assert_mine(look)
        self.assertEqual(statuses, {0, TRUNCATED})
        for length in (4096, 500, 64):
            os.truncate(core, length)
            self.assertEqual(Look(core).status, TRUNCATED)

    def test_core_without_anonymous_memory(self):
        core = self.core("shared", coredump_filter="0x32")
        look = Look(core)
        self.assertEqual(look.status, TRUNCATED, look.text)
        self.assertIn("coredump_filter", look.error())

    def test_core_of_ten_gigabytes(self):
        """Only what is asked for is read: a sparse core of that size, in no time of its own."""
        core = self.core("shared")
        with open(core, "r+b") as file:
            header = bytearray(file.read(64))
            at, size, count = (struct.unpack_from("<Q", header, 32)[0],
                               struct.unpack_from("<H", header, 54)[0],
                               struct.unpack_from("<H", header, 56)[0])
            file.seek(at)
            segments = file.read(size * count)
            end = os.path.getsize(core)
            huge = struct.pack("<IIQQQQQQ", 1, 6, end, 0x100000000000, 0, 10 << 30, 10 << 30, 4096)
            file.seek(end + (10 << 30))
            file.write(segments + huge)
            struct.pack_into("<Q", header, 32, end + (10 << 30))
            struct.pack_into("<H", header, 56, count + 1)
            file.seek(0)
            file.write(header)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        self.assert_mine(Look(core))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        # In blocks of 512 bytes: a few megabytes, of ten gigabytes.
        self.assertLess(after.ru_inblock - before.ru_inblock, 100 << 11)

    def test_core_of_a_program_without_lists(self):
        look = Look(self.core("nothing"))
        self.assertEqual(look.status, NO_LISTS)
        self.assertIn("does not use lookaside", look.error())


class NoCores(ProgramTest):
    def refused(self, name, content, words, status=NOT_A_CORE):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(content)
        look = Look(path)
        self.assertEqual(look.status, status, look.text)
        self.assertIn(words, look.error())
        self.assertIn(name, look.error())

    def test_text(self):
        self.refused("text", b"a text and no core\n" * 10, "does not begin as an ELF file")

    def test_empty_file(self):
        self.refused("empty", b"", "is empty")

    def test_compressed(self):
        self.refused("packed", b"\x28\xb5\x2f\xfd" + bytes(100), "unpack it first")

    def test_executable_file(self):
        with open(program("look"), "rb") as file:
            self.refused("program", file.read(), "a program or a library and no core")

    def test_another_machine(self):
        header = b"\x7fELF\x01\x01\x01" + bytes(9) + struct.pack("<HHI", 4, 40, 1) + bytes(100)
        self.refused("core32", header, "64-bit, little-endian")

    def test_folder(self):
        look = Look(self.folder)
        self.assertEqual(look.status, NOT_A_CORE)

    def test_no_such_file(self):
        look = Look(self.path("nothing"))
        self.assertEqual(look.status, NOT_FOUND)
        self.assertIn("No such file", look.error())


class Processes(ProgramTest):
    def test_process_without_lists(self):
        look = Look(self.start("nothing").pid)
        self.assertEqual(look.status, NO_LISTS)
        self.assertIn("does not use lookaside", look.error())

    def test_no_such_process(self):
        process = self.start("nothing")
        process.kill()
        process.wait()
        look = Look(process.pid)
        self.assertEqual(look.status, NOT_FOUND)
        self.assertIn(f"no process {process.pid}", look.error())

    def test_process_that_has_ended_and_is_not_reaped(self):
        process = self.start("shared")
        process.kill()
        time.sleep(0.1)
        look = Look(process.pid)
        self.assertEqual(look.status, NOT_FOUND, look.text)
        self.assertIn("has ended", look.error())

    def test_number_that_is_a_file(self):
        with open(self.path("17"), "wb"):
            pass
        look = Look("17", cwd=self.folder)
        self.assertEqual(look.status, NOT_A_CORE)

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_process_of_another_user(self):
        process = self.start("shared")
        look = look_as_nobody(process.pid)
        self.assertEqual(look.status, NO_PERMISSION, look.text)
        self.assertIn("may not be read", look.error())

    @unittest.skipUnless(os.geteuid() == 0, "only root can be somebody else")
    def test_each_process_counts_what_it_may_not_see(self):
        process = self.start("shared")
        other = self.start("nothing")
        idle = self.start("shared", what="idle")
        self.assertEqual(Look(idle.pid).status, 0)
        self.assertNotIn("list", Look(idle.pid).lines)
        seen = Look()
        self.assertNotIn([str(idle.pid), "shared"], seen.lines["found"])
        self.assertIn([str(process.pid), "shared"], seen.lines["found"])
        self.assertNotIn([str(other.pid), "nothing"], seen.lines["found"])
        hidden = look_as_nobody()
        self.assertNotIn([str(process.pid), "shared"], hidden.lines.get("found", []))
        self.assertGreaterEqual(int(hidden.lines["hidden"][0][0]), 2)

    def test_library_that_is_mapped_as_data(self):
        """A file that only lies in memory has the note and no lists."""
        process = subprocess.Popen(
            ["python3", "-c", "import mmap, sys, time\n"
             f"file = open({program('static_pie')!r}, 'rb')\n"
             "data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)\n"
             "data[0]\nprint('ready', flush=True)\ntime.sleep(100)"],
            stdout=subprocess.PIPE)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        self.addCleanup(process.stdout.close)
        process.stdout.readline()
        self.assertEqual(Look(process.pid).status, NO_LISTS)


if __name__ == "__main__":
    unittest.main()
