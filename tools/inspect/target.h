/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What stands behind a struct inspect_target: a source, its modules, and the copies of the library
 * found in them. */
#ifndef INSPECT_TARGET_H
#define INSPECT_TARGET_H

#include "memory.h"
#include "module.h"
#include "schema.h"

/* One copy of the library in the target. */
struct copy {
    uint64_t address; /* of the struct format_inspection */
    struct format_inspection inspection;
    struct schema schema;
    char module[256];
    bool readable;
    struct inspect_error refusal; /* why it is not readable */
};

struct copies {
    struct copy *items;
    size_t count, capacity;
};

struct symbols;

struct inspect_target {
    struct source *source;
    struct memory *memory;
    struct modules modules;
    struct copies copies;
    struct symbols *symbols; /* NULL until somebody asks for a name */
    size_t tid_offset;       /* of the tid in a thread's own record, see owners.c */
};

#define TID_NOWHERE SIZE_MAX

/* Finds all copies anew. Returns false, and *error tells why, when none can be read. */
bool copies_find(struct inspect_target *target, struct inspect_error *error);
void copies_free(struct copies *copies);

/* Looks whether the target still is what it was when its copies were found, and finds them anew if
 * it is not: it may load libraries, or execute another program. */
bool target_refresh(struct inspect_target *target, struct inspect_error *error);

/* Reads a record; bytes has room for it. */
bool target_read_record(struct inspect_target *target, const struct copy *copy,
                        enum record_kind kind, uint64_t address, struct record *record,
                        uint8_t *bytes);

/* Forgets the files that names were looked up in (symbols.c). */
void symbols_forget(struct inspect_target *target);

#endif
