/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A walk through one list takes longer than a reading of its figures, so it has a frame:
 *
 *     a reading           the list's lock word, and every magazine's word
 *     the walk            arrays of magazines, depot and reserve; slabs with their bits
 *     a second look       at the words, at the lock, and at the registry's lock
 *
 * The same lock word, not held: slow paths have changed nothing of all that. The same word of a
 * magazine, which counts its allocations: its entries have not moved either. Everything that stood
 * still in this sense was there at the same moment. A magazine whose thread went on is walked and
 * its entries are not told; they might be told twice, here and where they went.
 *
 * A list that is destroyed meanwhile, or was since its address was learnt, leaves its record to the
 * next one; so the registry has to stand still, too, and to have the list.
 *
 * What cannot be followed is noted and left; the judge (laws.c) decides what it means. Only memory
 * that a core should have and lacks ends the walk, because nothing can be said of it. */
#include "walk.h"

#include "basics.h"
#include "chain.h"
#include "lists.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ATTEMPTS 8u
#define SOME_WORDS 512u /* read at once: a count may be garbage */

struct walker {
    struct walk *walk;
    struct inspect_target *target;
    struct inspect_error *error;
    bool lacks_memory; /* a core without the memory */
};

static bool broke(struct walker *walker, const char *what, uint64_t address)
{
    struct inspect_error why = {.result = INSPECT_OK};

    memory_explain(walker->target->memory, &why);
    if (why.result != INSPECT_UNREADABLE) {
        walker->lacks_memory = true;
        *walker->error = why;
    }
    if (walker->walk->broken[0] == '\0') {
        snprintf(walker->walk->broken, sizeof(walker->walk->broken),
                 "%s at 0x%" PRIx64 " cannot be read", what, address);
    }
    return false;
}

static bool endless(struct walker *walker, const char *what)
{
    snprintf(walker->walk->broken, sizeof(walker->walk->broken), "%s leads in a circle", what);
    return false;
}

/* Reads words as long as there are any; the caller frees them. */
static uint64_t *read_words(struct walker *walker, uint64_t address, uint64_t count)
{
    uint64_t *words = NULL;
    size_t capacity = 0;
    uint64_t some;

    words = must_grow(words, 0, &capacity, sizeof(*words));
    for (uint64_t read = 0; read < count; read += some) {
        some = count - read < SOME_WORDS ? count - read : SOME_WORDS;
        while (capacity < read + some) {
            words = must_grow(words, capacity, &capacity, sizeof(*words));
        }
        if (!memory_read(walker->target->memory, address + read * sizeof(*words), words + read,
                         some * sizeof(*words))) {
            free(words);
            return NULL;
        }
    }
    return words;
}

/* ---- cached entries ---- */

static bool take_entries(struct walker *walker, const struct array *array)
{
    struct walk *walk = walker->walk;
    const struct shape *shape = &walk->reading.copy->schema.shapes[ARRAY];
    uint64_t address = array->address + shape->places[ARRAY_ENTRIES].offset;
    uint64_t *entries = read_words(walker, address, array->count);

    if (entries == NULL) {
        return broke(walker, "an array of entries", address);
    }
    for (uint64_t i = 0; i < array->count; i++) {
        walk->cached = must_grow(walk->cached, walk->cached_count, &walk->cached_capacity,
                                 sizeof(*walk->cached));
        walk->cached[walk->cached_count++] =
            (struct cached){entries[i], array->shelf, array->member};
    }
    free(entries);
    return true;
}

/* Reads the array's record; the count is the caller's, or that of the record. */
static bool take_array(struct walker *walker, struct array array, uint64_t *next)
{
    struct walk *walk = walker->walk;
    const struct copy *copy = walk->reading.copy;
    uint8_t *bytes = must_allocate(1, copy->schema.shapes[ARRAY].size);
    struct record record;
    bool read = target_read_record(walker->target, copy, ARRAY, array.address, &record, bytes);

    if (read) {
        array.room = number_in(&record, ARRAY_ROOM);
        array.count = next != NULL ? number_in(&record, ARRAY_COUNT) : array.count;
        walk->arrays = must_grow(walk->arrays, walk->array_count, &walk->array_capacity,
                                 sizeof(*walk->arrays));
        walk->arrays[walk->array_count++] = array;
    }
    if (read && next != NULL) {
        *next = number_in(&record, ARRAY_NEXT);
    }
    free(bytes);
    return read ? array.count > array.room || take_entries(walker, &array)
                : broke(walker, "an array of entries", array.address);
}

static bool walk_magazines(struct walker *walker)
{
    struct walk *walk = walker->walk;
    const struct shape *shape = &walk->reading.copy->schema.shapes[ARRAY];
    bool walked = true;

    for (size_t i = 0; i < walk->reading.count; i++) {
        const struct record *magazine = &walk->reading.members[i].after;
        struct array array = {
            .address = number_in(magazine, MAGAZINE_ENTRIES) - shape->places[ARRAY_ENTRIES].offset,
            .count = number_in(magazine, MAGAZINE_DEPTH),
            .shelf = IN_MAGAZINE,
            .member = i,
        };
        walked = take_array(walker, array, NULL) && walked;
    }
    return walked;
}

static bool walk_depot(struct walker *walker, int first, enum shelf shelf)
{
    struct chain chain = {0};
    uint64_t next = number_in(&walker->walk->reading.list, first);
    const char *name = shelf == IN_DEPOT ? "the depot's chain" : "the reserve's chain";

    while (chain_goes_on(&chain, next)) {
        if (!take_array(walker, (struct array){.address = next, .shelf = shelf}, &next)) {
            return false;
        }
    }
    return !chain.endless || endless(walker, name);
}

/* ---- slabs ---- */

bool walk_is_free(const struct slab *slab, uint64_t index)
{
    return slab->free_bits != NULL && (slab->free_bits[index / 64] >> (index % 64) & 1) != 0;
}

static int compare_bases(const void *left, const void *right)
{
    const struct slab *a = left;
    const struct slab *b = right;

    return a->base < b->base ? -1 : a->base > b->base;
}

const struct slab *walk_slab_at(const struct walk *walk, uint64_t address)
{
    size_t first = 0;
    size_t end = walk->slab_count;

    while (first < end) {
        size_t middle = first + (end - first) / 2;
        if (walk->slabs[middle].base <= address) {
            first = middle + 1;
        } else {
            end = middle;
        }
    }
    const struct slab *slab = first == 0 ? NULL : &walk->slabs[first - 1];
    return slab != NULL && address - slab->base < slab->size ? slab : NULL;
}

static void take_slab(struct walk *walk, const struct record *record, enum slab_chain chain,
                      uint64_t previous)
{
    walk->slabs =
        must_grow(walk->slabs, walk->slab_count, &walk->slab_capacity, sizeof(*walk->slabs));
    walk->slabs[walk->slab_count++] = (struct slab){
        .address = record->address,
        .pool = number_in(record, SLAB_POOL),
        .previous = number_in(record, SLAB_PREVIOUS),
        .expected_previous = previous,
        .base = number_in(record, SLAB_BASE),
        .start = number_in(record, SLAB_START),
        .size = number_in(record, SLAB_SIZE),
        .capacity = number_in(record, SLAB_CAPACITY),
        .fresh = number_in(record, SLAB_FRESH),
        .highest = number_in(record, SLAB_HIGHEST),
        .used = number_in(record, SLAB_USED),
        .chain = chain,
    };
}

static bool walk_slabs(struct walker *walker, int first, enum slab_chain kind)
{
    struct walk *walk = walker->walk;
    const struct copy *copy = walk->reading.copy;
    uint8_t *bytes = must_allocate(1, copy->schema.shapes[SLAB].size);
    struct chain chain = {0};
    struct record record;
    uint64_t previous = 0;
    uint64_t address = number_in(&walk->reading.list, first);
    bool walked = true;

    while (walked && chain_goes_on(&chain, address)) {
        walked = target_read_record(walker->target, copy, SLAB, address, &record, bytes) ||
                 broke(walker, "the record of a slab", address);
        if (walked) {
            take_slab(walk, &record, kind, previous);
            struct slab *slab = &walk->slabs[walk->slab_count - 1];
            uint64_t bits = address_of(&record, SLAB_FREE_BITS);
            slab->free_bits =
                read_words(walker, bits, slab->capacity / 64 + (slab->capacity % 64 != 0));
            walked = slab->free_bits != NULL || broke(walker, "the bits of a slab", bits);
            previous = address;
            address = number_in(&record, SLAB_NEXT);
        }
    }
    free(bytes);
    return walked && (!chain.endless || endless(walker, "a chain of slabs"));
}

/* ---- the frame ---- */

static void read_handle(struct walk *walk, struct inspect_target *target)
{
    const struct shape *shape = &walk->reading.copy->schema.shapes[HANDLE];
    uint8_t *bytes = must_allocate(1, shape->size);
    struct record handle;
    struct inspect_error why;

    walk->leads_back = lists_leads_back(target, walk->reading.copy, &walk->reading.list);
    if (target_read_record(target, walk->reading.copy, HANDLE,
                           number_in(&walk->reading.list, LIST_HANDLE), &handle, bytes)) {
        walk->handle_place = number_in(&handle, HANDLE_MAGAZINE);
    } else {
        /* Of what a core leaves out nothing bad is said. */
        memory_explain(target->memory, &why);
        walk->leads_back = why.result == INSPECT_TRUNCATED;
    }
    free(bytes);
}

/* Whether nothing but hits has happened since the reading; notes whose. */
static bool look_again(struct walk *walk, struct inspect_target *target)
{
    struct reading *reading = &walk->reading;
    const struct shape *shapes = reading->copy->schema.shapes;
    size_t size = shapes[MAGAZINE].size;
    uint8_t *bytes = must_allocate(1, shapes[LIST].size + reading->count * size);
    struct inspect_piece *pieces = must_allocate(reading->count + 1, sizeof(*pieces));
    struct record list = {&shapes[LIST], reading->list.address, bytes};

    walk->hit = must_allocate(reading->count, sizeof(*walk->hit));
    for (size_t i = 0; i < reading->count; i++) {
        pieces[i] = (struct inspect_piece){reading->members[i].after.address,
                                           bytes + shapes[LIST].size + i * size, size};
    }
    pieces[reading->count] = (struct inspect_piece){list.address, bytes, shapes[LIST].size};
    bool read = memory_read_now(target->memory, pieces, reading->count + 1);
    for (size_t i = 0; read && i < reading->count; i++) {
        const struct record *before = &reading->members[i].after;
        struct record now = {&shapes[MAGAZINE], before->address, pieces[i].buffer};
        walk->hit[i] =
            number_in(before, MAGAZINE_DEPTH) != number_in(&now, MAGAZINE_DEPTH) ||
            number_in(before, MAGAZINE_ALLOCATIONS) != number_in(&now, MAGAZINE_ALLOCATIONS);
        walk->hit_count += walk->hit[i];
    }
    bool still =
        read && lock_stood_still(number_in(&reading->list, LIST_LOCK), number_in(&list, LIST_LOCK));
    free(pieces);
    free(bytes);
    return still;
}

/* Entries of a magazine that went on are not told. */
static void drop_entries_that_moved(struct walk *walk)
{
    size_t kept = 0;

    for (size_t i = 0; i < walk->cached_count; i++) {
        const struct cached *cached = &walk->cached[i];
        if (cached->shelf != IN_MAGAZINE || !walk->hit[cached->member]) {
            walk->cached[kept++] = *cached;
        }
    }
    walk->cached_count = kept;
}

/* Whether the registry has no such list. A handle that leads back is proof enough that it has. */
static bool is_gone(const struct walk *walk, struct inspect_target *target, const struct copy *copy)
{
    struct inspect_error error;
    struct lists lists;
    bool gone = !walk->leads_back && lists_find(&lists, target, copy, &error);

    if (walk->leads_back) {
        return false;
    }
    for (size_t i = 0; i < lists.count; i++) {
        gone = gone && lists.addresses[i] != walk->reading.list.address;
    }
    lists_free(&lists);
    return gone;
}

static bool walk_once(struct walker *walker, const struct copy *copy, uint64_t address)
{
    struct walk *walk = walker->walk;
    struct inspect_target *target = walker->target;
    uint64_t registry = lists_lock(target, copy);

    memory_forget(target->memory);
    if (!reading_take(&walk->reading, target, copy, address, 1, walker->error)) {
        return false;
    }
    const struct record *list = &walk->reading.list;
    walk->grid = (struct grid){number_in(list, LIST_STRIDE), number_in(list, LIST_GROUP_SIZE),
                               number_in(list, LIST_GROUP_SHIFT)};
    memory_forget(target->memory);
    read_handle(walk, target);
    bool walked = walk_magazines(walker);
    walked = walk_depot(walker, LIST_DEPOT_FULL, IN_DEPOT) && walked;
    walked = walk_depot(walker, LIST_RESERVE_FULL, IN_RESERVE) && walked;
    walked = walk_slabs(walker, LIST_PARTIAL, PARTIAL) && walked;
    walked = walk_slabs(walker, LIST_FULL, FULL) && walked;
    walked = walk_slabs(walker, LIST_EMPTY, EMPTY) && walked;
    if (walk->slab_count > 1) {
        qsort(walk->slabs, walk->slab_count, sizeof(*walk->slabs), compare_bases);
    }
    walk->gone = is_gone(walk, target, copy);
    walk->still = look_again(walk, target) && walk->reading.still &&
                  (target->source->kind == INSPECT_CORE ||
                   lock_stood_still(registry, lists_lock(target, copy)));
    drop_entries_that_moved(walk);
    return walked || !walker->lacks_memory;
}

bool walk_list(struct walk *walk, struct inspect_target *target, const struct copy *copy,
               uint64_t address, struct inspect_error *error)
{
    unsigned attempts = target->source->kind == INSPECT_CORE ? 1 : ATTEMPTS;
    bool walked = false;

    *walk = (struct walk){0};
    for (unsigned i = 0; i < attempts && (!walk->still || walk->hit_count > 0); i++) {
        struct walker walker = {.walk = walk, .target = target, .error = error};
        walk_free(walk);
        walked = walk_once(&walker, copy, address);
    }
    if (!walked) {
        walk_free(walk);
    }
    return walked;
}

void walk_free(struct walk *walk)
{
    for (size_t i = 0; i < walk->slab_count; i++) {
        free(walk->slabs[i].free_bits);
    }
    free(walk->slabs);
    free(walk->arrays);
    free(walk->cached);
    free(walk->hit);
    reading_free(&walk->reading);
    *walk = (struct walk){0};
}
