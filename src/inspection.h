/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the library says about its own records, for tools that look at a process or a core dump from
 * outside; docs/inspection-format.md tells how they find it.
 *
 *     ELF note "Lookaside" --> struct inspection --> a struct inspection_record for each kind of
 *     (read-only, in the                             record --> a struct inspection_field for each
 *     file's first OS page)                          of its members worth telling
 *
 * All of it is data, written by the compiler and read by nobody in the process. It stands in
 * writable memory, which a core dump holds; a core leaves out what it could read from the file.
 *
 * Each room describes its own records, beside their structs; registry.c gathers them. A reader
 * looks members up by record and name, so they may move and more may come. What a reader must not
 * misread raises INSPECTION_FORMAT. */
#ifndef LA_INSPECTION_H
#define LA_INSPECTION_H

#include <stddef.h>
#include <stdint.h>

#include "os_inspection.h"

#define INSPECTION_FORMAT 1
#define INSPECTION_MAGIC "lookaside lists" /* 16 bytes with its 0 */

enum inspection_type {
    INSPECTION_NUMBER = 1,  /* unsigned, little-endian; `bits` of it from bit `shift` on */
    INSPECTION_ADDRESS = 2, /* of another record, of code, of an entry; 0: none */
    INSPECTION_TEXT = 3,    /* bytes, up to a 0 or the field's end */
    INSPECTION_INLINE = 4   /* something that begins here, told for its place: an array that goes on
                               beyond the record (size: of one element), or a part of the record
                               that others point at */
};

enum inspection_unit {
    INSPECTION_NO_UNIT = 0,
    INSPECTION_ENTRIES = 1,
    INSPECTION_BYTES = 2,
    INSPECTION_MILLISECONDS = 3, /* of the system's steady clock */
    INSPECTION_RECORDS = 4       /* slabs, threads, magazines */
};

enum inspection_kind {
    INSPECTION_CONSTANT = 1, /* while the record lives */
    INSPECTION_COUNTER = 2,  /* only grows */
    INSPECTION_GAUGE = 3,    /* goes up and down */
    INSPECTION_LINK = 4,     /* leads to another record */
    INSPECTION_LOCK = 5      /* bit 0: held; from bit 2 on: how often it was given back */
};

/* One member of a record. */
struct inspection_field {
    char name[28]; /* of a member in a member: "depot.entries" */
    uint32_t offset;
    uint16_t size; /* bytes */
    uint8_t shift; /* of a NUMBER that is part of a word */
    uint8_t bits;
    uint8_t type; /* enum inspection_type, _unit and _kind */
    uint8_t unit;
    uint8_t kind;
    uint8_t reserved;
};

/* One kind of record. */
struct inspection_record {
    char name[16];
    const struct inspection_field *fields;
    uint32_t size; /* bytes of a record */
    uint32_t field_count;
};

/* What the note leads to. Its first four members stand in every format. */
struct inspection {
    char magic[16];
    const struct inspection *self; /* where it stands; tells a copy from the real one */
    uint32_t format;               /* INSPECTION_FORMAT */
    uint32_t size;                 /* bytes of this struct */
    char version[16];              /* of the library */
    const struct inspection_record *const *records;
    uint32_t record_count;
    uint32_t record_size; /* bytes of a struct inspection_record, and of a field */
    uint32_t field_size;
    uint32_t reserved;
    const void *registry; /* the record "registry", from which all others are reached */
    const void *threads;  /* the record "threads" */
};

_Static_assert(sizeof(struct inspection_field) == 40 && sizeof(struct inspection_record) == 32 &&
                   sizeof(struct inspection) == 88,
               "docs/inspection-format.md draws them");

/* Fields, for the table beside a struct. INSPECT_PART is a number in some bits of a word,
 * INSPECT_ARRAY an array without a length at the record's end. */
#define INSPECT_FIELD(record, name, member, type, unit, kind)                                      \
    {                                                                                              \
        name, (uint32_t)offsetof(record, member), (uint16_t)sizeof(((record *)0)->member), 0,      \
            (uint8_t)(sizeof(((record *)0)->member) > 8 ? 0 : 8 * sizeof(((record *)0)->member)),  \
            INSPECTION_##type, INSPECTION_##unit, INSPECTION_##kind, 0                             \
    }
#define INSPECT_PART(record, name, member, first, count, unit, kind)                               \
    {                                                                                              \
        name, (uint32_t)offsetof(record, member), (uint16_t)sizeof(((record *)0)->member),         \
            (first), (count), INSPECTION_NUMBER, INSPECTION_##unit, INSPECTION_##kind, 0           \
    }
#define INSPECT_ARRAY(record, name, member)                                                        \
    {                                                                                              \
        name, (uint32_t)offsetof(record, member), (uint16_t)sizeof(((record *)0)->member[0]), 0,   \
            0, INSPECTION_INLINE, INSPECTION_NO_UNIT, INSPECTION_GAUGE, 0                          \
    }
#define INSPECT_RECORD(variable, record, record_name, its_fields)                                  \
    OS_DUMPED struct inspection_record variable = {                                                \
        record_name, its_fields, (uint32_t)sizeof(record),                                         \
        (uint32_t)(sizeof(its_fields) / sizeof((its_fields)[0]))}

#endif
