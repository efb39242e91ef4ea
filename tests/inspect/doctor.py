# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The lookaside authors
"""Makes the library of tomorrow out of that of today, for a reader that knows only today's.

    doctor.py SOURCES TARGET newer|poorer|format

newer: every record has new members in front, so that all others move; lists tell a counter, a gauge in
a unit that nobody knows, and a text, but no longer when the tuner was at work; there is one more kind
of record. poorer: a member without which nothing can be read is not told. format: the same library, but
it says that its format is 2, which promises nothing to a reader of format 1.

An edit that finds nothing to edit fails: then the library has changed and this has to follow."""
import pathlib
import re
import shutil
import sys

NEWER = {
    "list.h": [
        (r"struct lookaside_state \{\n",
         "struct lookaside_state {\n    uint64_t before[5];\n    uint64_t retries;\n"
         "    uint32_t heat;\n    char mood[12];\n"),
    ],
    "list.c": [
        (r"    list->handle = handle;\n",
         "    list->handle = handle;\n    list->retries = 4711;\n    list->heat = 36;\n"),
    ],
    "list_fields.c": [
        (r"static OS_DUMPED struct inspection_field list_fields\[\] = \{\n",
         "static OS_DUMPED struct inspection_field list_fields[] = {\n"
         "    FIELD(\"retries\", retries, NUMBER, ENTRIES, COUNTER),\n"
         "    {\"heat\", offsetof(struct lookaside_state, heat), 4, 0, 32, INSPECTION_NUMBER, 9,\n"
         "     INSPECTION_GAUGE, 0},\n"
         "    FIELD(\"mood\", mood, TEXT, NO_UNIT, CONSTANT),\n"),
        (r"    FIELD\(\"tuned_at\",[^;]*?\),\n", ""),
    ],
    "magazine.h": [
        (r"struct account \{\n", "struct account {\n    uint64_t before[3];\n"),
    ],
    "slab.c": [
        (r"struct slab \{\n", "struct slab {\n    uint64_t before[7];\n"),
    ],
    "depot.h": [
        (r"struct magazine \{\n", "struct magazine {\n    uint64_t before[1];\n"),
    ],
    "thread.c": [
        (r"struct thread \{\n", "struct thread {\n    uint64_t before[2];\n"),
    ],
    "registry.c": [
        (r"static OS_DUMPED const struct inspection_record \*records\[\] = \{\n",
         "static OS_DUMPED struct inspection_field shard_fields[] = {\n"
         "    {\"weight\", 0, 8, 0, 64, INSPECTION_NUMBER, 0, INSPECTION_GAUGE, 0}};\n"
         "static OS_DUMPED struct inspection_record shard_record = {\"shard\", shard_fields, 8, 1};\n"
         "static OS_DUMPED const struct inspection_record *records[] = {\n    &shard_record,\n"),
    ],
}

POORER = {
    "list_fields.c": [(r"    FIELD\(\"depot.full\",[^;]*?\),\n", "")],
}

FORMAT = {
    "inspection.h": [(r"#define INSPECTION_FORMAT 1\n", "#define INSPECTION_FORMAT 2\n")],
}


def main(source, target, kind):
    edits = {"newer": NEWER, "poorer": POORER, "format": FORMAT}[kind]
    shutil.copytree(source, target, dirs_exist_ok=True)
    for name, changes in edits.items():
        path = pathlib.Path(target, name)
        text = path.read_text(encoding="utf-8")
        for pattern, replacement in changes:
            text, count = re.subn(pattern, replacement, text)
            if count != 1:
                sys.exit(f"doctor.py: {pattern!r} is {count} times in {name}")
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
