/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The library describes its records (format.h) and nothing here knows where a member lies: only
 * what it is called. So members may move from version to version, and more may come:
 *
 *     a member that is known and told   has a place
 *     that is told and not known        is a newcomer if it is a number of a list, and shown;
 *                                       otherwise only mentioned
 *     that is known and not told        reads as 0 if the reader can do without; otherwise the
 *                                       library cannot be read by this tool
 *
 * A table is garbage until it is checked: a member must lie in its record, a number must have a
 * size that numbers have, and no kind of record may be told twice, in two sizes. */
#include "schema.h"

#include "basics.h"
#include "printable.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST_RECORDS 256u
#define MOST_TOLD 4096u /* members of a record */
#define MOST_RECORD_SIZE ((uint32_t)64 << 10)
#define MOST_NEWCOMERS 64u

#define NAME_SIZE sizeof(((struct format_field *)0)->name)

/* What stands before a name: the reader can do without; it is a text; a part begins there. All
 * other members are numbers or addresses. */
#define OPTIONAL '?'
#define TEXT '"'
#define PART '@'

static const char *const registry_names[] = {
    [REGISTRY_LOCK] = "lock",
    [REGISTRY_FIRST] = "first",
    NULL,
};

static const char *const threads_names[] = {
    [THREADS_LOCK] = "lock",
    [THREADS_RUNNING] = "running",
    NULL,
};

static const char *const thread_names[] = {
    [THREAD_TABLE] = "table",
    [THREAD_IDENTITY] = "identity",
    [THREAD_NEXT] = "next",
    NULL,
};

static const char *const handle_names[] = {
    [HANDLE_MAGAZINE] = "magazine",
    [HANDLE_STATE] = "state",
    [HANDLE_SEAL] = "seal",
    NULL,
};

static const char *const account_names[] = {
    [ACCOUNT_CACHE] = "cache",   [ACCOUNT_MAGAZINE] = "magazine",   [ACCOUNT_NEXT] = "next",
    [ACCOUNT_FOLDED] = "folded", [ACCOUNT_WITHDRAWN] = "withdrawn", NULL,
};

static const char *const magazine_names[] = {
    [MAGAZINE_DEPTH] = "depth",     [MAGAZINE_ALLOCATIONS] = "allocations",
    [MAGAZINE_ENTRIES] = "entries", [MAGAZINE_CAPACITY] = "capacity",
    [MAGAZINE_ACCOUNT] = "account", NULL,
};

static const char *const array_names[] = {
    [ARRAY_NEXT] = "next",
    [ARRAY_ROOM] = "room",
    [ARRAY_COUNT] = "count",
    [ARRAY_ENTRIES] = "@entries",
    NULL,
};

static const char *const slab_names[] = {
    [SLAB_POOL] = "pool",
    [SLAB_NEXT] = "next",
    [SLAB_PREVIOUS] = "previous",
    [SLAB_BASE] = "base",
    [SLAB_START] = "start",
    [SLAB_SIZE] = "size",
    [SLAB_CAPACITY] = "capacity",
    [SLAB_FRESH] = "fresh",
    [SLAB_HIGHEST] = "highest",
    [SLAB_USED] = "used",
    [SLAB_FREE_BITS] = "@free_bits",
    NULL,
};

static const char *const list_names[] = {
    [LIST_HANDLE] = "handle",
    [LIST_NAME] = "\"name",
    [LIST_TAG] = "tag",
    [LIST_TYPE] = "type",
    [LIST_SIZE] = "size",
    [LIST_ALIGNMENT] = "alignment",
    [LIST_CACHE_POLICY] = "cache_policy",
    [LIST_ALLOCATE] = "allocate",
    [LIST_FREE] = "free",
    [LIST_CONSTRUCT] = "construct",
    [LIST_DESTRUCT] = "destruct",
    [LIST_INITIALIZED_BY] = "?initialized_by",
    [LIST_MAXIMUM_DEPTH] = "maximum_depth",
    [LIST_PLACE] = "place",
    [LIST_RECORD_BYTES] = "record_bytes",
    [LIST_CACHE] = "@cache",
    [LIST_LOCK] = "lock",
    [LIST_DEPTH] = "depth",
    [LIST_ACCOUNTS] = "accounts",
    [LIST_ALLOCATES] = "allocates",
    [LIST_FREES] = "frees",
    [LIST_ALLOCATE_MISSES] = "allocate_misses",
    [LIST_FREE_MISSES] = "free_misses",
    [LIST_FLUSHED] = "flushed",
    [LIST_ALLOCATE_FAILURES] = "allocate_failures",
    [LIST_LAST_FAILURE] = "last_failure",
    [LIST_METADATA] = "metadata",
    [LIST_HIGHEST_OUT] = "?highest_out",
    [LIST_MISSES_COLD] = "?misses_cold",
    [LIST_MISSES_BURST] = "?misses_burst",
    [LIST_MISSES_TRIMMED] = "?misses_trimmed",
    [LIST_MISSES_HANDED_OVER] = "?misses_handed_over",
    [LIST_TUNED_FROM] = "?tuned_from",
    [LIST_TUNED_TO] = "?tuned_to",
    [LIST_TUNED_ALLOCATIONS] = "?tuned_allocations",
    [LIST_TUNED_MISSES] = "?tuned_misses",
    [LIST_TUNED_AT] = "?tuned_at",
    [LIST_DEPOT_FULL] = "depot.full",
    [LIST_DEPOT_ENTRIES] = "depot.entries",
    [LIST_DEPOT_METADATA] = "depot.metadata",
    [LIST_RESERVE_FULL] = "reserve.full",
    [LIST_RESERVE_ENTRIES] = "reserve.entries",
    [LIST_RESERVE_METADATA] = "reserve.metadata",
    [LIST_SLABS] = "@slabs",
    [LIST_STRIDE] = "slabs.stride",
    [LIST_GROUP_SIZE] = "slabs.group_size",
    [LIST_GROUP_SHIFT] = "slabs.group_shift",
    [LIST_PARTIAL] = "slabs.partial",
    [LIST_FULL] = "slabs.full",
    [LIST_EMPTY] = "slabs.empty",
    [LIST_SLABS_USED] = "slabs.used",
    [LIST_SLABS_FREE] = "slabs.free",
    [LIST_SLABS_RESERVED] = "slabs.reserved",
    [LIST_SLABS_BYTES] = "slabs.bytes",
    [LIST_SLABS_METADATA] = "slabs.metadata",
    [LIST_SLAB_COUNT] = "slabs.count",
    [LIST_EMPTY_COUNT] = "slabs.empty_count",
    [LIST_NEXT] = "next",
    NULL,
};

_Static_assert(LIST_NEXT < MOST_FIELDS, "a shape has room for every member");

/* What is told, and needed by nobody who looks from outside. */
static const char *const known_and_unused[] = {
    "list.flags",           "list.context",        "list.flushes",
    "list.scanned_at",      "list.closing",        "list.depot.empty",
    "list.depot.limit",     "list.reserve.empty",  "list.slabs.step",
    "list.slabs.resident",  "list.slabs.released", "account.missed",
    "account.flushes_seen", "array.oldest_last",   NULL,
};

static const struct {
    const char *name;
    const char *const *fields;
} kinds[RECORD_KINDS] = {
    [REGISTRY] = {"registry", registry_names},
    [THREADS] = {"threads", threads_names},
    [THREAD] = {"thread", thread_names},
    [LIST] = {"list", list_names},
    [HANDLE] = {"handle", handle_names},
    [ACCOUNT] = {"account", account_names},
    [MAGAZINE] = {"magazine", magazine_names},
    [ARRAY] = {"array", array_names},
    [SLAB] = {"slab", slab_names},
};

/* ---- what is not known ---- */

static void mention(struct schema *schema, const char *record, const char *field)
{
    size_t used = strlen(schema->unknown);
    size_t room = sizeof(schema->unknown) - used;

    if (snprintf(schema->unknown + used, room, "%s%s%s%s", used > 0 ? ", " : "", record,
                 field[0] != '\0' ? "." : "", field) >= (int)room &&
        used > 4) {
        snprintf(schema->unknown + used, room, ", ...");
    }
}

static bool is_unused(const char *record, const char *field)
{
    char name[64];

    snprintf(name, sizeof(name), "%s.%s", record, field);
    for (const char *const *known = known_and_unused; *known != NULL; known++) {
        if (strcmp(*known, name) == 0) {
            return true;
        }
    }
    return false;
}

static void name_unit(unsigned unit, char *text, size_t size)
{
    static const char *const names[] = {"", "entries", "bytes", "ms", ""};

    if (unit < sizeof(names) / sizeof(names[0])) {
        snprintf(text, size, "%s", names[unit]);
    } else {
        snprintf(text, size, "unit %u", unit);
    }
}

static void take_newcomer(struct schema *schema, enum record_kind kind,
                          const struct format_field *told, const char *name,
                          const struct place *place)
{
    bool is_number = told->type == FORMAT_NUMBER &&
                     (told->kind == FORMAT_COUNTER || told->kind == FORMAT_GAUGE ||
                      told->kind == FORMAT_CONSTANT);

    if (is_unused(kinds[kind].name, name)) {
        return;
    }
    mention(schema, kinds[kind].name, name);
    if (kind != LIST || !is_number || schema->newcomer_count == MOST_NEWCOMERS) {
        return;
    }
    schema->newcomers = must_grow(schema->newcomers, schema->newcomer_count,
                                  &schema->newcomer_capacity, sizeof(*schema->newcomers));
    struct newcomer *newcomer = &schema->newcomers[schema->newcomer_count++];
    newcomer->place = *place;
    snprintf(newcomer->name, sizeof(newcomer->name), "%s", name);
    name_unit(told->unit, newcomer->unit, sizeof(newcomer->unit));
}

/* ---- the tables ---- */

/* Whether a member of a record of this size can be where it is told to be. */
static bool fits(const struct format_field *told, uint32_t record_size)
{
    unsigned size = told->size;
    unsigned bits = told->type == FORMAT_ADDRESS ? size * 8 : told->bits;

    if (size == 0 || told->offset > record_size) {
        return false;
    }
    switch (told->type) {
    case FORMAT_NUMBER:
    case FORMAT_ADDRESS:
        return (size == 1 || size == 2 || size == 4 || size == 8) && bits > 0 &&
               told->shift + bits <= size * 8 && told->offset + size <= record_size;
    case FORMAT_TEXT:
        return told->offset + size <= record_size;
    default:
        return told->type == FORMAT_INLINE;
    }
}

static const char *bare(const char *name)
{
    return name + (strchr("?\"@", name[0]) != NULL);
}

static int find_field(enum record_kind kind, const char *name)
{
    for (int i = 0; kinds[kind].fields[i] != NULL; i++) {
        if (strcmp(bare(kinds[kind].fields[i]), name) == 0) {
            return i;
        }
    }
    return -1;
}

static bool has_right_type(const struct format_field *told, const char *name)
{
    switch (name[0]) {
    case TEXT:
        return told->type == FORMAT_TEXT;
    case PART:
        return told->type == FORMAT_INLINE;
    default:
        return told->type == FORMAT_NUMBER || told->type == FORMAT_ADDRESS;
    }
}

static void take_field(struct schema *schema, enum record_kind kind,
                       const struct format_field *told, uint32_t record_size)
{
    char name[NAME_SIZE + 1] = "";

    memcpy(name, told->name, NAME_SIZE);
    printable_make(name);
    struct place place = {told->offset, told->size, told->shift,
                          told->type == FORMAT_NUMBER ? told->bits : 64};
    if (!fits(told, record_size)) {
        return;
    }
    int known = find_field(kind, name);
    if (known < 0) {
        take_newcomer(schema, kind, told, name, &place);
    } else if (has_right_type(told, kinds[kind].fields[known])) {
        schema->shapes[kind].places[known] = place;
    }
}

static bool read_fields(struct schema *schema, struct memory *memory, enum record_kind kind,
                        const struct format_record *told, uint32_t field_size)
{
    struct format_field field;

    schema->shapes[kind].size = told->size;
    memset(schema->shapes[kind].places, 0, sizeof(schema->shapes[kind].places));
    for (uint32_t i = 0; i < told->field_count; i++) {
        if (!memory_read(memory, told->fields + (uint64_t)i * field_size, &field, sizeof(field))) {
            return false;
        }
        take_field(schema, kind, &field, told->size);
    }
    return true;
}

static bool read_record(struct schema *schema, struct memory *memory, uint64_t address,
                        uint32_t field_size)
{
    struct format_record told;
    char name[sizeof(told.name) + 1] = "";

    if (!memory_read(memory, address, &told, sizeof(told))) {
        return false;
    }
    memcpy(name, told.name, sizeof(told.name));
    printable_make(name);
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        if (strcmp(kinds[kind].name, name) == 0) {
            return schema->shapes[kind].size == 0 && told.size <= MOST_RECORD_SIZE &&
                   told.field_count <= MOST_TOLD &&
                   read_fields(schema, memory, (enum record_kind)kind, &told, field_size);
        }
    }
    mention(schema, name, "");
    return true;
}

static bool has_what_is_needed(const struct schema *schema, struct inspect_error *error)
{
    for (int kind = 0; kind < RECORD_KINDS; kind++) {
        for (int i = 0; kinds[kind].fields[i] != NULL; i++) {
            const char *name = kinds[kind].fields[i];
            if (schema->shapes[kind].places[i].size == 0 && name[0] != OPTIONAL) {
                return fail_with(error, INSPECT_UNKNOWN_FORMAT,
                                 "the library in it does not tell where \"%s\" of its record "
                                 "\"%s\" is: it needs the tool of its own version",
                                 bare(name), kinds[kind].name);
            }
        }
    }
    return true;
}

bool schema_read(struct schema *schema, struct memory *memory,
                 const struct format_inspection *inspection, struct inspect_error *error)
{
    *schema = (struct schema){0};
    if (inspection->record_count > MOST_RECORDS ||
        inspection->record_size < sizeof(struct format_record) ||
        inspection->field_size < sizeof(struct format_field)) {
        return fail_with(error, INSPECT_UNREADABLE,
                         "the library's description of its records makes no sense");
    }
    for (uint32_t i = 0; i < inspection->record_count; i++) {
        uint64_t record;
        if (!memory_read(memory, inspection->records + i * sizeof(record), &record,
                         sizeof(record))) {
            memory_explain(memory, error);
            return false;
        }
        if (!read_record(schema, memory, record, inspection->field_size)) {
            return fail_with(error, INSPECT_UNREADABLE,
                             "the library's description of its records makes no sense");
        }
    }
    return has_what_is_needed(schema, error);
}

void schema_free(struct schema *schema)
{
    free(schema->newcomers);
}

/* ---- records ---- */

uint64_t number_at_place(const struct record *record, const struct place *place)
{
    uint64_t number = 0;

    memcpy(&number, record->bytes + place->offset, place->size);
    number >>= place->shift;
    return place->bits >= 64 ? number : number & ((UINT64_C(1) << place->bits) - 1);
}

uint64_t number_in(const struct record *record, int field)
{
    const struct place *place = &record->shape->places[field];

    return place->size == 0 ? 0 : number_at_place(record, place);
}

void text_in_record(const struct record *record, int field, char *text, size_t size)
{
    const struct place *place = &record->shape->places[field];
    size_t length = place->size < size - 1 ? place->size : size - 1;

    memcpy(text, record->bytes + place->offset, length);
    text[length] = '\0';
    printable_make(text);
}

uint64_t address_of(const struct record *record, int field)
{
    return record->address + record->shape->places[field].offset;
}
