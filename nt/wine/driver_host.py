#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Loads a Windows driver into Wine's driver host, runs a program against it, unloads it.

usage: driver_host.py [--prefix DIRECTORY] [--timeout SECONDS] [--debug-print]
                      DRIVER.sys [CLIENT.exe ARGUMENT...]

--prefix DIRECTORY  Wine's folder for this run; made when it is not there (8 seconds), kept for the
                    next run (then 2 seconds). Runs in different folders do not see each other; a
                    second run in the same one waits. Nobody else may use it: every Wine process in
                    it is ended. Default: a new one that is removed at the end.
--timeout SECONDS   for everything but making the prefix; then all is ended. Default 60.
--debug-print       show what the driver writes with DbgPrint, as "DbgPrint: text"

Works without a display. The exit status is the program's; 99, with a sentence on standard error, when
the driver could not be loaded or unloaded, died, or the time was up.
"""

import argparse
import contextlib
import fcntl
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

HOST_FAILED = 99
MAKING_A_PREFIX = 300  # seconds, on a busy machine
PATIENCE_OF_WINE = 9.5  # seconds; after ten it gives a service up that does not start
TO_END_AFTER_A_DEATH = 3  # seconds that a program has when its driver has died

# Neither Mono nor Gecko is asked for, no menu entries are made, a crash opens no window.
OVERRIDES = "mscoree=;mshtml=;winemenubuilder.exe=;winedbg.exe="
CHANNELS = "-all,+debugstr,err+ntoskrnl,err+module"

DEBUG_PRINT = re.compile(r"^[0-9a-f]{4}:\w+:debugstr:\w+ [0-9a-f]{8}:[0-9a-f]{8}: ?(.*)$")
WINES_OWN = re.compile(r"^[0-9a-f]{4}:(err|fixme|warn|trace):|^wine: |^it looks like wine32 is|"
                       r"^multiarch needs to be|^execute \"dpkg ")

# What Wine says when a driver dies, and what it means.
CAUSES = (
    (re.compile(r"unimplemented function ([\w.]+?)\.(\w+) called|to unimplemented function "
                r"([\w.]+?)\.(\w+),"),
     lambda m: f"the driver called {m[2] or m[4]}, which this Wine's {m[1] or m[3]} does not have"),
    (re.compile(r"Unhandled (page fault on \w+ access to \w+|[\w ]+?) (?:at address|in|\(thread)"),
     lambda m: f"the driver died of an exception: {m[1]}"),
    (re.compile(r"Unhandled exception (code \w+|0x\w+)"),
     lambda m: f"the driver died of an exception: {m[1]}"),
    (re.compile(r"KeBugCheckEx (\w+) (\w+) (\w+) (\w+) (\w+)"),
     lambda m: f"bugcheck 0x{m[1]} (0x{m[2]}, 0x{m[3]}, 0x{m[4]}, 0x{m[5]})"),
    (re.compile(r"failed to create driver .*: ([0-9a-f]{8})"),
     lambda m: f"DriverEntry returned status 0x{m[1]}"),
    (re.compile(r"Library (\S+) \(which is needed by .*\) not found"),
     lambda m: f"the driver imports {m[1]}, which there is not: a driver has ntoskrnl.exe alone"),
)


def without_randomisation():
    """What goes before a Wine command where it can be had. On newer kernels the heap of a Wine without
    a preloader (Debian's) may begin where Windows has a page at a fixed address, and a process in
    some thousands dies at its start."""
    steady = ["setarch", "-R"]
    with contextlib.suppress(OSError):
        if subprocess.run([*steady, "true"], stderr=subprocess.DEVNULL, check=False).returncode == 0:
            return steady
    return []


STEADY = without_randomisation()
WINE = [*STEADY, "wine"]
WINESERVER = [*STEADY, "wineserver"]


class HostFailure(Exception):
    """The run cannot go on; the text says why and what to do."""


class Listener(threading.Thread):
    """Reads what every process of the run writes to standard error.

    The drivers' processes are Wine's own children and inherit the stream of the first program that
    ran in the prefix, so that all share one pipe. It ends when the last of them does.
    """

    def __init__(self, show_debug_print):
        super().__init__(daemon=True)
        self.show_debug_print = show_debug_print
        self.cause = None  # the first thing that explains why a driver died
        read_end, self.write_end = os.pipe()
        self.lines = os.fdopen(read_end, errors="replace")

    def run(self):
        for line in self.lines:
            self.hear(line.rstrip("\r\n"))

    def hear(self, line):
        print_of_driver = DEBUG_PRINT.match(line)
        if print_of_driver:
            if self.show_debug_print and print_of_driver[1]:
                print(f"DbgPrint: {print_of_driver[1]}", flush=True)
        elif WINES_OWN.match(line):
            self.look_for_cause(line)
        elif line:
            print(line, file=sys.stderr, flush=True)

    def look_for_cause(self, line):
        for pattern, sentence in CAUSES:
            match = pattern.search(line)
            if match and not self.cause:
                self.cause = sentence(match)

    def finish(self):
        """All writers have ended, or soon will."""
        os.close(self.write_end)
        self.join(5)


class Prefix:
    """One folder of Wine's, with the processes that run in it. Used by one run at a time."""

    def __init__(self, directory, listener):
        self.directory = directory
        self.listener = listener
        self.deadline = None
        self.environment = {
            **os.environ, "WINEPREFIX": str(directory), "WINEDLLOVERRIDES": OVERRIDES,
            "WINEDEBUG": CHANNELS, "WINEARCH": "win64"}
        self.environment.pop("DISPLAY", None)

    def make(self):
        ready = self.directory / ".ready"
        if ready.exists():
            self.end()  # what a run that was killed has left
            return
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir(parents=True)
        self.deadline = time.monotonic() + MAKING_A_PREFIX
        status, _ = self.run("wineboot", "--init")
        if status != 0:
            raise HostFailure(f"wineboot could not make {self.directory} (status {status})")
        self.end()
        ready.touch()

    def keep(self):
        """Keeps the drivers between two programs: left alone, Wine ends them three seconds after the
        last program, which is less than the next one may take to start on a busy machine. A minute
        is enough, and an end, should this run be killed."""
        subprocess.run([*WINESERVER, "-p60"], env=self.environment, timeout=20,
                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(self, *command, capture=True):
        """Runs one Windows program; its exit status, and what it wrote if that is captured."""
        process = subprocess.Popen(
            [*WINE, *command], env=self.environment, text=True, errors="replace",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE if capture else None,
            stderr=self.listener.write_end, start_new_session=True)
        try:
            output = self.wait(process, command)
            return process.returncode, output
        finally:
            if process.poll() is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    def wait(self, process, command):
        """What the process wrote. It may wait forever for the answer of a driver that has died."""
        death = None
        while True:
            try:
                output, _ = process.communicate(timeout=0.1)
                return output or ""
            except subprocess.TimeoutExpired:
                now = time.monotonic()
                death = death or (now if self.listener.cause else None)
                if now > self.deadline:
                    raise HostFailure(f"the time is up, in: {' '.join(command)}") from None
                if death and now > death + TO_END_AFTER_A_DEATH:
                    raise HostFailure(f"{self.listener.cause}; {Path(command[0]).name} still waits "
                                      f"for its answer") from None

    def end(self):
        """Ends everything that runs in the prefix, and waits for it."""
        for option in ("-k", "-w"):
            with contextlib.suppress(subprocess.TimeoutExpired):
                subprocess.run(["wineserver", option], env=self.environment, timeout=20,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class Driver:
    """A driver as a service of Wine's."""

    def __init__(self, prefix, image):
        self.prefix = prefix
        self.image = image
        self.service = re.sub(r"\W", "_", image.stem)

    def sc(self, verb, *arguments):
        return self.prefix.run("sc", verb, self.service, *arguments)

    def is_running(self):
        _, output = self.sc("query")
        return re.search(r"STATE\s*:\s*4\b", output) is not None

    def fail(self, what, answer=""):
        cause = self.prefix.listener.cause
        if not cause:
            time.sleep(0.3)  # the explanation may still be on its way
            cause = self.prefix.listener.cause
        raise HostFailure(f"{self.image.name} {what}: {cause or 'Wine does not say why'}"
                          + (f" ({' '.join(answer.split())})" if not cause and answer else ""))

    def load(self):
        self.sc("delete")  # what a run that was killed has left
        path = "Z:" + str(self.image.resolve()).replace("/", "\\")
        status, output = self.sc("create", "type=", "kernel", "start=", "demand",
                                 "binPath=", path)
        if status != 0:
            raise HostFailure(f"Wine cannot register {self.image}: {output.strip()}")
        begin = time.monotonic()
        _, answer = self.sc("start")
        if not self.is_running():
            if time.monotonic() > begin + PATIENCE_OF_WINE and not self.prefix.listener.cause:
                raise HostFailure(f"{self.image.name} cannot be loaded: its DriverEntry does not "
                                  f"return")
            self.fail("cannot be loaded", answer)

    def check_alive(self):
        if not self.is_running() or self.prefix.listener.cause:
            self.fail("died while it ran")

    def unload(self):
        status, _ = self.sc("stop")
        if status != 0:
            self.fail("cannot be unloaded")
        if self.is_running():
            raise HostFailure(f"{self.image.name} is still loaded after it was stopped: does it "
                              f"set DriverUnload?")
        if self.prefix.listener.cause:
            self.fail("died while it was unloaded")
        self.sc("delete")


def drive(prefix, image, client, timeout):
    """Load, run, unload; the client's exit status."""
    prefix.make()
    prefix.keep()
    prefix.deadline = time.monotonic() + timeout
    driver = Driver(prefix, image)
    driver.load()
    status = 0
    if client:
        status, _ = prefix.run(str(client[0]), *client[1:], capture=False)
    driver.check_alive()
    driver.unload()
    return status


@contextlib.contextmanager
def only_user(directory):
    """A temporary prefix if none is given; otherwise this one, for this run alone."""
    if directory is None:
        with tempfile.TemporaryDirectory(prefix="lookaside-wine-") as temporary:
            yield Path(temporary) / "prefix"
        return
    directory.parent.mkdir(parents=True, exist_ok=True)
    with open(f"{directory}.lock", "w", encoding="utf-8") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield directory


def arguments_of(command_line):
    parser = argparse.ArgumentParser(
        usage=__doc__.partition("usage: ")[2].partition("\n\n")[0],
        description="Loads a driver into Wine, runs a program against it, unloads it.")
    parser.add_argument("--prefix", type=Path)
    parser.add_argument("--timeout", type=float, default=60)
    parser.add_argument("--debug-print", action="store_true")
    parser.add_argument("driver", type=Path)
    parser.add_argument("client", nargs=argparse.REMAINDER)
    return parser.parse_args(command_line)


def check(arguments):
    missing = [program for program in ("wine", "wineserver") if not shutil.which(program)]
    if missing:
        raise HostFailure(f"{' and '.join(missing)} missing: install Debian's wine and wine64")
    for path in [arguments.driver, *map(Path, arguments.client[:1])]:
        if not path.is_file():
            raise HostFailure(f"there is no {path}: build it first (cmake --build --preset mingw)")


def main(command_line):
    arguments = arguments_of(command_line)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(HOST_FAILED))
    listener = Listener(arguments.debug_print)
    listener.start()
    try:
        check(arguments)
        with only_user(arguments.prefix and arguments.prefix.absolute()) as directory:
            prefix = Prefix(directory, listener)
            try:
                status = drive(prefix, arguments.driver, arguments.client, arguments.timeout)
            finally:
                prefix.end()
    except HostFailure as failure:
        print(f"driver_host: {failure}", file=sys.stderr)
        status = HOST_FAILED
    listener.finish()
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
