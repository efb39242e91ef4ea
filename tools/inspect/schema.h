/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Where the members of a library's records are: looked up once by name, then by number. */
#ifndef INSPECT_SCHEMA_H
#define INSPECT_SCHEMA_H

#include "format.h"
#include "memory.h"

/* The kinds of records that this reader knows, and their members. The names stand in schema.c. */
enum record_kind {
    REGISTRY,
    THREADS,
    THREAD,
    LIST,
    HANDLE,
    ACCOUNT,
    MAGAZINE,
    ARRAY,
    SLAB,
    RECORD_KINDS
};

enum registry_field { REGISTRY_LOCK, REGISTRY_FIRST };
enum threads_field { THREADS_LOCK, THREADS_RUNNING };
enum thread_field { THREAD_TABLE, THREAD_IDENTITY, THREAD_NEXT };
enum handle_field { HANDLE_MAGAZINE, HANDLE_STATE, HANDLE_SEAL };
enum account_field {
    ACCOUNT_CACHE,
    ACCOUNT_MAGAZINE,
    ACCOUNT_NEXT,
    ACCOUNT_FOLDED,
    ACCOUNT_WITHDRAWN
};
enum magazine_field {
    MAGAZINE_DEPTH,
    MAGAZINE_ALLOCATIONS,
    MAGAZINE_ENTRIES,
    MAGAZINE_CAPACITY,
    MAGAZINE_ACCOUNT
};
enum array_field { ARRAY_NEXT, ARRAY_ROOM, ARRAY_COUNT, ARRAY_ENTRIES };
enum slab_field {
    SLAB_POOL,
    SLAB_NEXT,
    SLAB_PREVIOUS,
    SLAB_BASE,
    SLAB_START,
    SLAB_SIZE,
    SLAB_CAPACITY,
    SLAB_FRESH,
    SLAB_HIGHEST,
    SLAB_USED,
    SLAB_FREE_BITS
};
enum list_field {
    LIST_HANDLE,
    LIST_NAME,
    LIST_TAG,
    LIST_TYPE,
    LIST_SIZE,
    LIST_ALIGNMENT,
    LIST_CACHE_POLICY,
    LIST_ALLOCATE,
    LIST_FREE,
    LIST_CONSTRUCT,
    LIST_DESTRUCT,
    LIST_INITIALIZED_BY,
    LIST_MAXIMUM_DEPTH,
    LIST_PLACE,
    LIST_RECORD_BYTES,
    LIST_CACHE,
    LIST_LOCK,
    LIST_DEPTH,
    LIST_ACCOUNTS,
    LIST_ALLOCATES,
    LIST_FREES,
    LIST_ALLOCATE_MISSES,
    LIST_FREE_MISSES,
    LIST_FLUSHED,
    LIST_ALLOCATE_FAILURES,
    LIST_LAST_FAILURE,
    LIST_METADATA,
    LIST_HIGHEST_OUT,
    LIST_MISSES_COLD,
    LIST_MISSES_BURST,
    LIST_MISSES_TRIMMED,
    LIST_MISSES_HANDED_OVER,
    LIST_TUNED_FROM,
    LIST_TUNED_TO,
    LIST_TUNED_ALLOCATIONS,
    LIST_TUNED_MISSES,
    LIST_TUNED_AT,
    LIST_DEPOT_FULL,
    LIST_DEPOT_ENTRIES,
    LIST_DEPOT_METADATA,
    LIST_RESERVE_FULL,
    LIST_RESERVE_ENTRIES,
    LIST_RESERVE_METADATA,
    LIST_SLABS,
    LIST_STRIDE,
    LIST_GROUP_SIZE,
    LIST_GROUP_SHIFT,
    LIST_PARTIAL,
    LIST_FULL,
    LIST_EMPTY,
    LIST_SLABS_USED,
    LIST_SLABS_FREE,
    LIST_SLABS_RESERVED,
    LIST_SLABS_BYTES,
    LIST_SLABS_METADATA,
    LIST_SLAB_COUNT,
    LIST_EMPTY_COUNT,
    LIST_NEXT
};

#define MOST_FIELDS 64

/* Where a member is. A size of 0: this library does not tell. */
struct place {
    uint32_t offset;
    uint16_t size;
    uint8_t shift;
    uint8_t bits;
};

/* A number of a list that this reader does not know. */
struct newcomer {
    char name[32];
    char unit[16];
    struct place place;
};

struct schema {
    struct shape {
        uint32_t size; /* bytes of the record */
        struct place places[MOST_FIELDS];
    } shapes[RECORD_KINDS];
    struct newcomer *newcomers; /* of lists */
    size_t newcomer_count, newcomer_capacity;
    char unknown[256]; /* everything that this reader does not know, in words */
};

/* Reads the tables that *inspection leads to. Returns false, and *error tells why, when they make
 * no sense or lack what this reader needs. */
bool schema_read(struct schema *schema, struct memory *memory,
                 const struct format_inspection *inspection, struct inspect_error *error);
void schema_free(struct schema *schema);

/* A copy of a record of the target. */
struct record {
    const struct shape *shape;
    uint64_t address;
    uint8_t *bytes;
};

/* The number in a member; 0 when the library does not tell it. */
uint64_t number_in(const struct record *record, int field);

/* The same, for a newcomer. */
uint64_t number_at_place(const struct record *record, const struct place *place);

/* The text in a member, cut to size. */
void text_in_record(const struct record *record, int field, char *text, size_t size);

/* Where an INLINE member begins in the target. */
uint64_t address_of(const struct record *record, int field);

#endif
