#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Keeps the order of the rooms that the README.md of each folder in FOLDERS lays down.

usage: layering.py SOURCE_ROOT [--objects FOLDER NM OBJECT...]

The order is a fenced block marked `rooms`: one room a line, from the bottom up, as
"room: file file ..."; a second block, `platform`, names the files that may ask which compiler or
system it is; without it, none may. Reported, each with its place:
  - a file of these folders that stands in no room, and a room's file that does not exist
  - an include of a room above, or of a folder that the including one may not know
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

# The folders that have rooms, and which others each may include.
FOLDERS = {"src": (), "nt": ("src",), "wdk": ("nt",), "tools/inspect": ()}
OUTSIDE = ("tools", "bench", "examples")
PUBLIC = ("include/", "wdk/include/")
SCANNED = ("include", "tests", "src", "nt", "wdk", *OUTSIDE)
# Names that begin with two underscores, or one and a capital, belong to compiler and system.
PLATFORM_NAME = re.compile(r"\b(__\w+|_[A-Z]\w*|linux|unix)\b")
# Those of the C and C++ standards, which ask what there is, not who it is.
STANDARD_NAMES = re.compile(r"__(cplusplus|STDC_VERSION__|VA_ARGS__|VA_OPT__|has_include|cpp_\w+)")
INCLUDE = re.compile(r'^\s*#\s*include\s*(["<])([^">]+)[">]')
CONDITION = re.compile(r"^\s*#\s*(?:if|ifdef|ifndef|elif)\b(.*)")
COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)


class Layering:
    def __init__(self, root):
        self.root = Path(root)
        self.complaints = []
        self.level = {}  # file -> (number of its room from the bottom, name of the room)
        self.platform_places = []  # patterns of file names

    def complain(self, place, what):
        self.complaints.append(f"{place}: {what}")

    # ---- What the README says ----

    def folders(self):
        return [folder for folder in FOLDERS if (self.root / folder).is_dir()]

    def block(self, readme, mark, needed):
        """The lines of the README's fenced block with this mark."""
        path = self.root / readme
        text = path.read_text() if path.is_file() else ""
        block = re.search(rf"^```{mark}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
        if needed and not block:
            self.complain(readme, f"has no fenced block marked `{mark}`")
        return block.group(1).splitlines() if block else []

    def read_readmes(self):
        for folder in self.folders():
            readme = f"{folder}/README.md"
            self.platform_places += self.block(readme, "platform", needed=False)
            for number, line in enumerate(self.block(readme, "rooms", needed=True)):
                room, _, files = line.partition(":")
                for name in files.split():
                    if f"{folder}/{name}" in self.level:
                        self.complain(readme, f"{name} stands in two rooms")
                    self.level[f"{folder}/{name}"] = (number, room.strip())

    def check_inventory(self):
        for folder in self.folders():
            present = {f"{folder}/{path.name}" for path in (self.root / folder).glob("*.[ch]")}
            roomed = {name for name in self.level if name.startswith(f"{folder}/")}
            for name in sorted(present - roomed):
                self.complain(name, f"stands in no room of {folder}/README.md")
            for name in sorted(name for name in roomed - present
                               if not (self.root / name).is_file()):
                self.complain(f"{folder}/README.md",
                              f"names {name.removeprefix(folder + '/')}, which does not exist")

    @staticmethod
    def folder_of(name):
        """The folder with rooms that the file lies in, or the uppermost one."""
        return next((folder for folder in FOLDERS if name.startswith(folder + "/")),
                    name.split("/")[0])

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
        places = [self.root / place for place in (top, *PUBLIC, *FOLDERS)]
        if bracket == '"':
            places.insert(0, path.parent)
        for place in places:
            candidate = (place / target).resolve()
            if candidate.is_file() and self.root.resolve() in candidate.parents:
                return candidate.relative_to(self.root.resolve()).as_posix()
        return None

    def check_include(self, place, name, target):
        top = name.split("/")[0]
        other = target.split("/")[0]
        public = target.startswith(PUBLIC)
        if top in OUTSIDE and not public and other != top:
            self.complain(place, f"{top} may include public headers only, not {target}")
        if top == "include" and not public:
            self.complain(place, f"a public header includes {target}, which is not public")
        own, others = self.folder_of(name), self.folder_of(target)
        if own in FOLDERS and not public:
            if others != own and others not in FOLDERS[own]:
                self.complain(place, f"{own} may not know {target}")
            self.check_downwards(place, name, target, "includes")

    def check_downwards(self, place, name, target, verb):
        own, other = self.level.get(name), self.level.get(target)
        if own and other and self.folder_of(name) == self.folder_of(target) and other[0] > own[0]:
            self.complain(place, f"room {own[1]} {verb} {target} of the room above, {other[1]}")

    def is_platform_place(self, name):
        return any(fnmatch.fnmatchcase(name, pattern) for pattern in self.platform_places)

    def check_condition(self, place, condition):
        for name in PLATFORM_NAME.findall(condition):
            if not STANDARD_NAMES.fullmatch(name):
                self.complain(place, f"#if on {name} outside the platform files")

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

    def check_calls(self, folder, nm, objects):
        defined, used = {}, []
        for path in objects:
            name = f"{folder}/" + re.sub(r"\.o$", "", Path(path).name)
            listing = subprocess.run([nm, "-P", path], check=True, capture_output=True, text=True)
            for line in listing.stdout.splitlines():
                symbol, kind = line.split()[:2]
                if kind == "U":
                    used.append((name, symbol))
                elif kind.isupper():
                    defined[symbol] = name
        for name, symbol in used:
            if symbol in defined:
                self.check_downwards(name, name, defined[symbol], f"uses {symbol} in")


def main(arguments):
    if not arguments:
        sys.exit(__doc__)
    layering = Layering(arguments[0])
    layering.read_readmes()
    if arguments[1:2] == ["--objects"]:
        layering.check_calls(arguments[2], arguments[3], arguments[4:])
    else:
        layering.check_inventory()
        layering.check_files()
    for complaint in layering.complaints:
        print(complaint)
    return 1 if layering.complaints else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
