#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Breaks a small tree on purpose, one way at a time, and expects layering.py to say so."""

import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CHECKER = Path(__file__).with_name("layering.py")

SOUND = {
    "src/README.md": "```rooms\n"
                     "os: os.h os_linux.c\nslab: slab.h slab.c\nlist: list.h list.c\n```\n"
                     "```platform\nsrc/os*\ninclude/lookaside/platform.h\n```\n",
    "src/os.h": "",
    "src/os_linux.c": '#include "os.h"\n#ifdef __linux__\n#endif\n',
    "src/slab.h": '#include "os.h"\n',
    "src/slab.c": '#include "slab.h"\n',
    "src/list.h": '#include <lookaside/lookaside.h>\n#include "slab.h"\n',
    "src/list.c": '#include "list.h"\n#include <stdio.h>\n',
    "include/lookaside/platform.h": "#if defined(__GNUC__)\n#endif\n#ifdef __cplusplus\n#endif\n",
    "include/lookaside/lookaside.h": "#include <lookaside/platform.h>\n",
    "nt/README.md": "```rooms\nkernel: kernel.h kernel.c\n```\n```platform\nnt/ddk.h\n```\n",
    "nt/kernel.h": "",
    "nt/kernel.c": '#include "kernel.h"\n#include "../src/list.h"\n',
    "wdk/README.md": "```rooms\npool: pool.h\n```\n```platform\nwdk/compiler.h\n```\n",
    "wdk/pool.h": "#include <wdm.h>\n#include <kernel.h>\n",
    "wdk/include/wdm.h": "",
    "tools/own.h": "/* #ifdef __linux__ */\n",
    "tools/main.c": '#include "own.h"\n#include <lookaside/lookaside.h>\n#include "inspect/walk.h"\n',
    "tools/inspect/README.md": "```rooms\nmemory: memory.h\nwalk: walk.h\n```\n",
    "tools/inspect/memory.h": "",
    "tools/inspect/walk.h": '#include "memory.h"\n#include <lookaside/lookaside.h>\n',
}


class LayeringTest(unittest.TestCase):
    def check(self, changes, *more):
        """The checker's exit status and words for the sound tree with these changes."""
        with tempfile.TemporaryDirectory() as directory:
            for name, text in {**SOUND, **changes}.items():
                path = Path(directory, name)
                path.parent.mkdir(parents=True, exist_ok=True)
                if text is not None:
                    path.write_text(text)
            more = [argument.replace("TREE", directory) for argument in more]
            for source in [argument for argument in more if argument.endswith(".c.o")]:
                compile_stub(Path(source))
            result = subprocess.run([sys.executable, CHECKER, directory, *more],
                                    capture_output=True, text=True)
        self.assertEqual("", result.stderr)
        return result.returncode, result.stdout

    def assert_complains(self, changes, words, *more):
        status, output = self.check(changes, *more)
        self.assertEqual(1, status)
        self.assertIn(words, output)

    def test_sound_tree_passes(self):
        self.assertEqual((0, ""), self.check({}))

    def test_upward_include(self):
        self.assert_complains({"src/slab.c": '#include "slab.h"\n#include "list.h"\n'},
                              "src/slab.c:2: room slab includes src/list.h of the room above, list")

    def test_upward_include_through_a_path(self):
        self.assert_complains({"src/os.h": '#include "../src/list.h"\n'}, "of the room above, list")

    def test_include_cycle(self):
        self.assert_complains(
            {"include/lookaside/platform.h": "#include <lookaside/lookaside.h>\n"},
            "includes itself")

    def test_file_in_no_room(self):
        self.assert_complains({"src/stray.c": ""}, "src/stray.c: stands in no room")

    def test_room_without_file(self):
        self.assert_complains({"src/list.c": None}, "names list.c, which does not exist")

    def test_readme_without_rooms(self):
        self.assert_complains({"src/README.md": "no block\n"}, "has no fenced block")

    def test_tool_that_reaches_into_the_engine(self):
        self.assert_complains({"tools/main.c": '#include "../src/slab.h"\n'}, "public headers only")
        self.assert_complains({"bench/main.c": '#include "slab.h"\n'}, "public headers only")
        self.assert_complains({"examples/one/main.c": "#include <slab.h>\n"}, "public headers only")

    def test_public_header_that_includes_a_private_one(self):
        self.assert_complains({"include/lookaside/lookaside.h": '#include "../../src/os.h"\n'},
                              "which is not public")

    def test_folder_that_knows_one_it_must_not(self):
        self.assert_complains({"src/list.c": '#include "../nt/kernel.h"\n'},
                              "src/list.c:1: src may not know nt/kernel.h")
        self.assert_complains({"nt/kernel.c": "#include <pool.h>\n"},
                              "nt may not know wdk/pool.h")

    def test_folder_in_a_folder(self):
        self.assert_complains({"tools/inspect/memory.h": '#include "walk.h"\n'},
                              "room memory includes tools/inspect/walk.h of the room above, walk")
        self.assert_complains({"tools/inspect/walk.h": '#include "../own.h"\n'},
                              "tools/inspect/walk.h:1: tools/inspect may not know tools/own.h")
        self.assert_complains({"tools/inspect/walk.h": "#ifdef __linux__\n#endif\n"},
                              "outside the platform files")
        self.assert_complains({"tools/inspect/stray.c": ""}, "stands in no room of tools/inspect")

    def test_file_in_no_room_of_another_folder(self):
        self.assert_complains({"wdk/stray.c": ""}, "stands in no room of wdk/README.md")

    def test_platform_condition(self):
        for condition in ("#ifdef __linux__", "#if defined(_WIN32)", "# if \\\n __x86_64__",
                          "#ifndef __APPLE__", "#if 0\n#elif __GNUC__ > 4"):
            with self.subTest(condition):
                self.assert_complains({"src/list.c": condition + "\n#endif\n"},
                                      "outside the platform files")

    def test_upward_call(self):
        objects = ("--objects", "src", "nm", "TREE/slab.c.o", "TREE/list.c.o")
        self.assert_complains({"slab.c": "void list_do(void); void slab_do(void) { list_do(); }\n",
                               "list.c": "void list_do(void) {}\n"},
                              "room slab uses list_do in src/list.c of the room above, list", *objects)

    def test_downward_call_passes(self):
        objects = ("--objects", "src", "nm", "TREE/slab.c.o", "TREE/list.c.o")
        self.assertEqual((0, ""),
                         self.check({"slab.c": "void slab_do(void) {}\n",
                                     "list.c": "void slab_do(void); void f(void) { slab_do(); }\n"},
                                    *objects))


def compile_stub(target):
    subprocess.run(["cc", "-c", target.with_suffix(""), "-o", target], check=True)


if __name__ == "__main__":
    unittest.main()
