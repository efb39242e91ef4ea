/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Entries move between threads by the magazine: one thread pushes a full one, another pops it, and
 * what is done under the lock does not grow with the entries. The stack is last in, first out,
 * because what was freed last is most likely still in a CPU's cache.
 *
 * A magazine is never filled or emptied here but one entry at a time by depot_put_one and
 * depot_take_one, for callers that have no magazine of their own. How many entries are worth
 * keeping is the working set's business, and acting on it the caller's.
 *
 * Locking: the caller holds the list's lock. */
#include "depot.h"

#include <stddef.h>

#include "meta.h"

/* The room of a magazine that is filled entry by entry. */
#define ONE_BY_ONE_ROOM 62u

static size_t magazine_size(uint32_t room)
{
    return sizeof(struct magazine) + room * sizeof(void *);
}

struct magazine *magazine_of(void **entries)
{
    return (struct magazine *)(void *)((char *)entries - offsetof(struct magazine, entries));
}

static void free_magazine(struct depot *depot, struct magazine *magazine)
{
    size_t size = magazine_size(magazine->room);

    depot->metadata -= meta_size(size);
    meta_free(magazine, size);
}

struct magazine *depot_take_empty(struct depot *depot, uint32_t room)
{
    struct magazine *magazine = depot->empty;

    if (magazine != NULL) {
        depot->empty = magazine->next;
        if (magazine->room >= room) {
            return magazine;
        }
        free_magazine(depot, magazine); /* from when the depth was less */
    }
    size_t size = meta_size(magazine_size(room));
    magazine = meta_alloc(size);
    if (magazine != NULL) {
        magazine->room = (uint16_t)((size - sizeof(*magazine)) / sizeof(void *));
        depot->metadata += size;
    }
    return magazine;
}

void depot_put_empty(struct depot *depot, struct magazine *magazine)
{
    magazine->oldest_last = false;
    magazine->next = depot->empty;
    depot->empty = magazine;
}

void depot_push(struct depot *depot, struct magazine *magazine, uint32_t count)
{
    magazine->count = (uint16_t)count;
    magazine->next = depot->full;
    depot->full = magazine;
    depot->entries += count;
}

struct magazine *depot_pop(struct depot *depot)
{
    struct magazine *magazine = depot->full;

    if (magazine != NULL) {
        depot->full = magazine->next;
        depot->entries -= magazine->count;
    }
    return magazine;
}

void depot_reverse(struct magazine *magazine)
{
    for (uint32_t i = 0, j = magazine->count; i + 1 < j; i++) {
        void *entry = magazine->entries[i];
        magazine->entries[i] = magazine->entries[--j];
        magazine->entries[j] = entry;
    }
    magazine->oldest_last = !magazine->oldest_last;
}

void *depot_take_one(struct depot *depot)
{
    struct magazine *magazine = depot->full;

    if (magazine == NULL) {
        return NULL;
    }
    if (magazine->oldest_last) {
        depot_reverse(magazine);
    }
    void *entry = magazine->entries[--magazine->count];
    depot->entries--;
    if (magazine->count == 0) {
        depot->full = magazine->next;
        depot_put_empty(depot, magazine);
    }
    return entry;
}

bool depot_put_one(struct depot *depot, void *entry)
{
    struct magazine *magazine = depot->full;

    if (magazine == NULL || magazine->count == magazine->room) {
        magazine = depot_take_empty(depot, ONE_BY_ONE_ROOM);
        if (magazine == NULL) {
            return false;
        }
        depot_push(depot, magazine, 0);
    }
    magazine->entries[magazine->count++] = entry;
    depot->entries++;
    return true;
}

void depot_trim(struct depot *depot, unsigned keep)
{
    struct magazine **link = &depot->empty;

    while (*link != NULL && keep > 0) {
        link = &(*link)->next;
        keep--;
    }
    while (*link != NULL) {
        struct magazine *magazine = *link;
        *link = magazine->next;
        free_magazine(depot, magazine);
    }
}

/* ---- for tools ---- */

static OS_DUMPED struct inspection_field array_fields[] = {
    INSPECT_FIELD(struct magazine, "next", next, ADDRESS, NO_UNIT, LINK),
    INSPECT_FIELD(struct magazine, "room", room, NUMBER, ENTRIES, CONSTANT),
    INSPECT_FIELD(struct magazine, "count", count, NUMBER, ENTRIES, GAUGE),
    INSPECT_FIELD(struct magazine, "oldest_last", oldest_last, NUMBER, NO_UNIT, GAUGE),
    INSPECT_ARRAY(struct magazine, "entries", entries),
};

INSPECT_RECORD(array_record, struct magazine, "array", array_fields);
