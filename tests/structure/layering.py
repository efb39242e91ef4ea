#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Keeps the order of the rooms that src/README.md lays down.

usage: layering.py SOURCE_ROOT [--objects NM OBJECT...]

The order is the fenced block marked `rooms`: one room a line, from the bottom up, as
"room: file file ..."; a second block, `platform`, names the files that may ask which compiler or
system it is. Reported, each with its place:
  - a file of src that stands in no room, and a room's file that does not exist
  - an include of a room above
  - includes that lead back to the file they began in
  - tools, bench or examples reaching for a header of ours that is not public
  - an #if on the compiler or the system in any other file than those
With --objects, also a call from a room to one above, which a declaration by hand or a public header
could hide from the includes.

Seen to catch each of these by layering_test.py.
"""

import fnmatch
import re
import subprocess
import sys
from pathlib import Path

OUTSIDE = ("tools", "bench", "examples")
SCANNED = ("include", "src", "tests") + OUTSIDE
# Names that begin with two underscores, or one and a capital, belong to compiler and system.
PLATFORM_NAME = re.compile(r"\b(__\w+|_[A-Z]\w*|linux|unix)\b")
STANDARD_NAMES = {"__cplusplus", "__STDC_VERSION__", "__VA_ARGS__", "__VA_OPT__"}
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
CONDITION = re.compile(r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b(.*)")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


class Layering:
    def __init__(self, root):
        self.root = Path(root)
        self.complaints = []
        self.level = {}  # file of src -> (number of its room from the bottom, name of the room)
        self.platform_places = []  # patterns of file names

    def complain(self, place, what):
        self.complaints.append(f"{place}: {what}")

    # ---- What the README says ----

    def block(self, mark):
        """The lines of the README's fenced block with this mark."""
        text = (self.root / "src/README.md").read_text()
        block = re.search(rf"^```{mark}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        if not block:
            self.complain("src/README.md", f"has no fenced block marked `{mark}`")
        return block.group(1).splitlines() if block else []

    def read_readme(self):
        self.platform_places = self.block("platform")
        for number, line in enumerate(self.block("rooms")):
            room, _, files = line.partition(":")
            for name in files.split():
                if name in self.level:
                    self.complain("src/README.md", f"{name} stands in two rooms")
                self.level[name] = (number, room.strip())

    def check_inventory(self):
        present = {path.name for path in (self.root / "src").glob("*.[ch]")}
        for name in sorted(present - self.level.keys()):
            self.complain(f"src/{name}", "stands in no room of src/README.md")
        for name in sorted(self.level.keys() - present):
            self.complain("src/README.md", f"names {name}, which does not exist")

    # ---- What the files do ----

    def files(self):
        for top in SCANNED:
            for path in sorted((self.root / top).rglob("*")):
                if path.suffix in (".c", ".h", ".cpp", ".hpp"):
                    yield path.relative_to(self.root).as_posix(), path

    @staticmethod
    def lines(path):
        """Numbered lines without comments, continued lines joined."""
        text = COMMENT.sub(lambda comment: "\n" * comment.group().count("\n"), path.read_text())
        joined, first = "", 0
        for number, line in enumerate(text.splitlines(), 1):
            first = first or number
            if line.endswith("\\"):
                joined += line[:-1]
                continue
            yield first, joined + line
            joined, first = "", 0

    def check_files(self):
        includes = {}
        for name, path in self.files():
            includes[name] = []
            for number, line in self.lines(path):
                place = f"{name}:{number}"
                include = INCLUDE.match(line)
                if include:
                    target = self.resolve(path, *include.groups())
                    if target:
                        includes[name].append(target)
                        self.check_include(place, name, target)
                condition = CONDITION.match(line)
                if condition and not self.is_platform_place(name):
                    self.check_condition(place, condition.group(1))
        self.check_cycles(includes)

    def resolve(self, path, bracket, target):
        """The included file of this project, from its root; None for a system's."""
        top = path.relative_to(self.root).parts[0]
        places = [self.root / top, self.root / "include", self.root / "src"]
        if bracket == '"':
            places.insert(0, path.parent)
        for place in places:
            candidate = (place / target).resolve()
            if candidate.is_file() and self.root.resolve() in candidate.parents:
                return candidate.relative_to(self.root.resolve()).as_posix()
        return None

    def check_include(self, place, name, target):
        top = name.split("/")[0]
        public = target.startswith("include/")
        if top in OUTSIDE and not public and not target.startswith(top + "/"):
            self.complain(place, f"{top} may include public headers only, not {target}")
        if top == "include" and not public:
            self.complain(place, f"a public header includes {target}, which is not public")
        if top == "src" and target.startswith("src/"):
            self.check_downwards(place, name, target, "includes")

    def check_downwards(self, place, name, target, verb):
        own, other = (self.level.get(file.removeprefix("src/")) for file in (name, target))
        if own and other and other[0] > own[0]:
            self.complain(place, f"room {own[1]} {verb} {target} of the room above, {other[1]}")

    def is_platform_place(self, name):
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.platform_places)

    def check_condition(self, place, condition):
        for name in PLATFORM_NAME.findall(condition):
            if name not in STANDARD_NAMES:
                self.complain(place, f"#if on {name} outside the platform files of src/README.md")

    def check_cycles(self, includes):
        done = set()

        def visit(name, trail):
            if name in trail:
                cycle = trail[trail.index(name):] + [name]
                self.complain(name, "includes itself: " + " -> ".join(cycle))
            elif name not in done:
                for target in includes.get(name, []):
                    visit(target, trail + [name])
                done.add(name)

        for name in includes:
            visit(name, [])

    # ---- What the objects call ----

    def check_calls(self, nm, objects):
        defined, used = {}, []
        for path in objects:
            name = re.sub(r"\.o$", "", Path(path).name)
            listing = subprocess.run([nm, "-P", path], check=True, capture_output=True, text=True)
            for line in listing.stdout.splitlines():
                symbol, kind = line.split()[:2]
                if kind == "U":
                    used.append((name, symbol))
                elif kind.isupper():
                    defined[symbol] = name
        for name, symbol in used:
            if symbol in defined:
                self.check_downwards(f"src/{name}", name, defined[symbol], f"uses {symbol} in")


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    layering = Layering(arguments[0])
    layering.read_readme()
    if arguments[1:2] == ["--objects"]:
        layering.check_calls(arguments[2], arguments[3:])
    else:
        layering.check_inventory()
        layering.check_files()
    for complaint in layering.complaints:
        print(complaint)
    return 1 if layering.complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
