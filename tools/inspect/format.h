/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* How a library says what its records look like, as its bytes lie in a 64-bit, little-endian target
 * of any system: docs/inspection-format.md, which the library writes down in its src/inspection.h.
 * A test compares the two. */
#ifndef INSPECT_FORMAT_H
#define INSPECT_FORMAT_H

#include <stdint.h>

#define FORMAT_KNOWN 1 /* what this reader reads */
#define FORMAT_MAGIC "lookaside lists"
#define FORMAT_NOTE_NAME "Lookaside"
#define FORMAT_NOTE_TYPE 1u
#define FORMAT_SEAL UINT64_C(0x6c6f6f6b61736964) /* handle ^ state ^ this: an initialised list's */

enum format_type { FORMAT_NUMBER = 1, FORMAT_ADDRESS = 2, FORMAT_TEXT = 3, FORMAT_INLINE = 4 };

enum format_unit {
    FORMAT_NO_UNIT = 0,
    FORMAT_ENTRIES = 1,
    FORMAT_BYTES = 2,
    FORMAT_MILLISECONDS = 3,
    FORMAT_RECORDS = 4
};

enum format_kind {
    FORMAT_CONSTANT = 1,
    FORMAT_COUNTER = 2,
    FORMAT_GAUGE = 3,
    FORMAT_LINK = 4,
    FORMAT_LOCK = 5
};

/* Of a lock: bit 0 is set while it is held; it counts how often it was given back from bit 2 on. */
#define FORMAT_LOCK_HELD 1u
#define FORMAT_LOCK_WAITERS 2u

/* In the note. */
struct format_note {
    uint32_t format;
    uint32_t zero;
    int64_t distance; /* from the beginning of these bytes to the struct format_inspection */
};

struct format_field {
    char name[28];
    uint32_t offset;
    uint16_t size;
    uint8_t shift;
    uint8_t bits;
    uint8_t type;
    uint8_t unit;
    uint8_t kind;
    uint8_t reserved;
};

struct format_record {
    char name[16];
    uint64_t fields;
    uint32_t size;
    uint32_t field_count;
};

struct format_inspection {
    char magic[16];
    uint64_t self;
    uint32_t format;
    uint32_t size;
    char version[16];
    uint64_t records; /* the address of an array of addresses */
    uint32_t record_count;
    uint32_t record_size;
    uint32_t field_size;
    uint32_t reserved;
    uint64_t registry;
    uint64_t threads;
};

#endif
