/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What has to hold whenever nobody is at work on a list, that is, while its lock is not held.
 *
 * Where it stands
 *     handle        it leads to the list's record with the right seal, and to its place
 *     magazines     an account leads to its list and its magazine, and the magazine back to it
 * Cached entries
 *     arrays        an array holds no more entries than it has room for; a thread may keep no more
 *                   than the list allows
 *     sums          the arrays of the depot hold as many as the depot counts, so do the reserve's
 *     entries       each is an entry of a slab of the list, handed out and not free there; entries
 *                   of an allocate callback may be elsewhere
 *     once          no entry is in two places: a double free is
 * Slabs
 *     links         each leads to its pool and to the slab before it; it is in the chain that its
 *                   entries say
 *     entries       used + free bits + never handed out = capacity; they lie in its run
 *     sums          the pool counts what its slabs have; no two runs share memory
 * Counters, whatever hits go on
 *     conservation  allocations - frees + cached = entries that came from the backing - gone to it
 *     backing       the slabs have given out what came from the backing, and the reserve; with
 *                   callbacks, which work without a lock, they may have given out more
 *     frees         no more than allocations; a double free is one more
 *     causes        the reasons for misses add up to the misses
 *     depth         between the kernel's floor and the list's maximum
 *
 * One state is no fault although it breaks the first law: a list that is registered and whose
 * handle is yet to be written. It has never been used. */
#include "laws.h"

#include "figures.h"
#include "lists.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

struct trial {
    struct judge *judge;
    struct walk *walk;
    const struct record *list;
};

__attribute__((format(printf, 2, 3))) static void tell(struct trial *trial, const char *format, ...)
{
    char sentence[256];
    va_list arguments;

    va_start(arguments, format);
    /* clang-tidy 14 does not see va_start. */
    /* NOLINTNEXTLINE(clang-analyzer-valist.Uninitialized) */
    vsnprintf(sentence, sizeof(sentence), format, arguments);
    va_end(arguments);
    trial->judge->tell(trial->judge, sentence);
}

static uint64_t list_number(const struct trial *trial, int field)
{
    return number_in(trial->list, field);
}

/* ---- where it stands ---- */

static bool was_never_used(const struct trial *trial)
{
    return trial->walk->reading.count == 0 && list_number(trial, LIST_ALLOCATES) == 0 &&
           list_number(trial, LIST_ALLOCATE_MISSES) == 0 && trial->walk->slab_count == 0;
}

static void judge_handle(struct trial *trial)
{
    uint64_t place = trial->walk->handle_place;

    if (!trial->walk->leads_back && was_never_used(trial)) {
        trial->judge->moved = true;
        return;
    }
    if (!trial->walk->leads_back) {
        tell(trial,
             "the lookaside_list at 0x%" PRIx64 " was overwritten: it does not lead to its list",
             list_number(trial, LIST_HANDLE));
    } else if (place != 0 && place != list_number(trial, LIST_PLACE)) {
        tell(trial,
             "the lookaside_list at 0x%" PRIx64 " was overwritten: its magazines are at %" PRIu64
             ", not at %" PRIu64,
             list_number(trial, LIST_HANDLE), list_number(trial, LIST_PLACE), place);
    }
}

static void judge_members(struct trial *trial)
{
    const struct reading *reading = &trial->walk->reading;

    for (size_t i = 0; i < reading->count; i++) {
        const struct member *member = &reading->members[i];
        if (number_in(&member->account, ACCOUNT_CACHE) != address_of(trial->list, LIST_CACHE)) {
            tell(trial, "the account at 0x%" PRIx64 " does not lead to its list",
                 member->account.address);
        }
        if (number_in(&member->after, MAGAZINE_ACCOUNT) != member->account.address) {
            tell(trial, "the magazine at 0x%" PRIx64 " does not lead to its account at 0x%" PRIx64,
                 member->after.address, member->account.address);
        }
        if (number_in(&member->after, MAGAZINE_CAPACITY) > list_number(trial, LIST_MAXIMUM_DEPTH)) {
            tell(trial,
                 "the magazine at 0x%" PRIx64 " may keep %" PRIu64
                 " entries, more than the maximum depth of %" PRIu64,
                 member->after.address, number_in(&member->after, MAGAZINE_CAPACITY),
                 list_number(trial, LIST_MAXIMUM_DEPTH));
        }
    }
}

/* ---- cached entries ---- */

static const char *shelf_name(enum shelf shelf)
{
    static const char *const names[] = {
        [IN_MAGAZINE] = "a magazine",
        [IN_DEPOT] = "the depot",
        [IN_RESERVE] = "the reserve",
    };

    return names[shelf];
}

static void judge_arrays(struct trial *trial)
{
    const struct walk *walk = trial->walk;
    uint64_t sums[IN_RESERVE + 1] = {0};

    if (walk->broken[0] != '\0') {
        tell(trial, "%s", walk->broken);
    }
    for (size_t i = 0; i < walk->array_count; i++) {
        const struct array *array = &walk->arrays[i];
        sums[array->shelf] += array->count;
        if (array->count > array->room) {
            tell(trial,
                 "the array at 0x%" PRIx64 " of %s has %" PRIu64 " entries and room for %" PRIu64,
                 array->address, shelf_name(array->shelf), array->count, array->room);
        }
    }
    if (walk->broken[0] == '\0' && sums[IN_DEPOT] != list_number(trial, LIST_DEPOT_ENTRIES)) {
        tell(trial, "the depot counts %" PRIu64 " entries and has %" PRIu64,
             list_number(trial, LIST_DEPOT_ENTRIES), sums[IN_DEPOT]);
    }
    if (walk->broken[0] == '\0' && sums[IN_RESERVE] != list_number(trial, LIST_RESERVE_ENTRIES)) {
        tell(trial, "the reserve counts %" PRIu64 " entries and has %" PRIu64,
             list_number(trial, LIST_RESERVE_ENTRIES), sums[IN_RESERVE]);
    }
}

static int compare_cached(const void *left, const void *right)
{
    const struct cached *a = left;
    const struct cached *b = right;

    if (a->entry != b->entry) {
        return a->entry < b->entry ? -1 : 1;
    }
    return (int)a->shelf - (int)b->shelf;
}

/* An entry that is in a slab of the list. */
static void judge_entry(struct trial *trial, const struct slab *slab, const struct cached *cached)
{
    const struct grid *grid = &trial->walk->grid;
    const char *shelf = shelf_name(cached->shelf);
    uint64_t offset = cached->entry - slab->start;
    uint64_t index;

    if (cached->entry < slab->start || !grid_index(grid, offset, &index) ||
        index >= slab->capacity || grid_offset(grid, index) != offset) {
        tell(trial, "0x%" PRIx64 " in %s is not the beginning of an entry", cached->entry, shelf);
    } else if (index >= slab->fresh) {
        tell(trial, "0x%" PRIx64 " in %s was never handed out", cached->entry, shelf);
    } else if (walk_is_free(slab, index)) {
        tell(trial, "0x%" PRIx64 " in %s is free in its slab, too: a double free?", cached->entry,
             shelf);
    }
}

static void judge_entries(struct trial *trial)
{
    struct walk *walk = trial->walk;
    bool elsewhere = list_number(trial, LIST_ALLOCATE) != 0;

    if (walk->cached_count > 1) {
        qsort(walk->cached, walk->cached_count, sizeof(*walk->cached), compare_cached);
    }
    for (size_t i = 0; i < walk->cached_count; i++) {
        const struct cached *cached = &walk->cached[i];
        const struct slab *slab = walk_slab_at(walk, cached->entry);
        if (i > 0 && walk->cached[i - 1].entry == cached->entry) {
            tell(trial, "0x%" PRIx64 " is cached twice, in %s and in %s: a double free",
                 cached->entry, shelf_name(walk->cached[i - 1].shelf), shelf_name(cached->shelf));
        } else if (slab != NULL) {
            judge_entry(trial, slab, cached);
        } else if (!elsewhere && walk->broken[0] == '\0') {
            tell(trial, "0x%" PRIx64 " in %s is in no slab of the list: another list's entry?",
                 cached->entry, shelf_name(cached->shelf));
        }
    }
}

/* ---- slabs ---- */

static uint64_t free_bits_of(const struct slab *slab)
{
    uint64_t bits = 0;

    for (uint64_t i = 0; i < slab->capacity / 64 + (slab->capacity % 64 != 0); i++) {
        bits += (uint64_t)__builtin_popcountll(slab->free_bits[i]);
    }
    return bits;
}

static void judge_slab_chain(struct trial *trial, const struct slab *slab)
{
    static const char *const names[] = {"partial", "full", "empty"};
    bool right = slab->chain == FULL    ? slab->used == slab->capacity
                 : slab->chain == EMPTY ? slab->used == 0
                                        : slab->used < slab->capacity;

    if (slab->pool != address_of(trial->list, LIST_SLABS)) {
        tell(trial, "the slab at 0x%" PRIx64 " does not lead to its list", slab->address);
    }
    if (slab->previous != slab->expected_previous) {
        tell(trial, "the slab at 0x%" PRIx64 " does not lead to the one before it", slab->address);
    }
    if (!right) {
        tell(trial,
             "the slab at 0x%" PRIx64 " is among the %s ones, with %" PRIu64 " of %" PRIu64
             " entries used",
             slab->address, names[slab->chain], slab->used, slab->capacity);
    }
}

static void judge_slab(struct trial *trial, const struct slab *slab)
{
    const struct grid *grid = &trial->walk->grid;

    judge_slab_chain(trial, slab);
    if (slab->capacity == 0 || slab->fresh > slab->capacity || slab->start < slab->base ||
        grid_offset(grid, slab->capacity - 1) + grid->stride + (slab->start - slab->base) >
            slab->size) {
        tell(trial, "the slab at 0x%" PRIx64 " does not fit its memory", slab->address);
        return;
    }
    uint64_t bits = free_bits_of(slab);
    if (slab->used + bits != slab->fresh) {
        tell(trial,
             "the slab at 0x%" PRIx64 " has %" PRIu64 " entries used and %" PRIu64
             " free of %" PRIu64 " that were handed out",
             slab->address, slab->used, bits, slab->fresh);
    }
    for (uint64_t i = slab->fresh; i < slab->capacity; i++) {
        if (walk_is_free(slab, i)) {
            tell(trial, "the slab at 0x%" PRIx64 " has a free entry that was never handed out",
                 slab->address);
            return;
        }
    }
}

bool laws_overlap(const struct slab *a, const struct slab *b)
{
    return a->base - b->base < b->size || b->base - a->base < a->size;
}

static void judge_sum(struct trial *trial, const char *what, int field, uint64_t sum)
{
    if (list_number(trial, field) != sum) {
        tell(trial, "the list counts %" PRIu64 " %s, its slabs have %" PRIu64,
             list_number(trial, field), what, sum);
    }
}

static void judge_slabs(struct trial *trial)
{
    struct walk *walk = trial->walk;
    uint64_t used = 0;
    uint64_t room = 0;
    uint64_t bytes = 0;
    uint64_t empty = 0;

    if (walk->broken[0] != '\0') {
        return;
    }
    for (size_t i = 0; i < walk->slab_count; i++) {
        const struct slab *slab = &walk->slabs[i];
        judge_slab(trial, slab);
        used += slab->used;
        room += slab->capacity - slab->used;
        bytes += slab->size;
        empty += slab->chain == EMPTY;
    }
    judge_sum(trial, "used entries", LIST_SLABS_USED, used);
    judge_sum(trial, "free entries", LIST_SLABS_FREE, room);
    judge_sum(trial, "bytes", LIST_SLABS_BYTES, bytes);
    judge_sum(trial, "slabs", LIST_SLAB_COUNT, walk->slab_count);
    judge_sum(trial, "empty slabs", LIST_EMPTY_COUNT, empty);
    for (size_t i = 1; i < walk->slab_count; i++) {
        if (laws_overlap(&walk->slabs[i - 1], &walk->slabs[i])) {
            tell(trial, "the slabs at 0x%" PRIx64 " and 0x%" PRIx64 " share memory",
                 walk->slabs[i - 1].address, walk->slabs[i].address);
        }
    }
}

/* ---- counters ---- */

/* Allocations - frees + cached, from what hits do not change. */
static uint64_t conserved(const struct trial *trial)
{
    const struct reading *reading = &trial->walk->reading;
    uint64_t sum = list_number(trial, LIST_ALLOCATES) - list_number(trial, LIST_FREES) +
                   list_number(trial, LIST_DEPOT_ENTRIES);

    for (size_t i = 0; i < reading->count; i++) {
        sum -= number_in(&reading->members[i].account, ACCOUNT_WITHDRAWN);
    }
    return sum;
}

static void judge_backing(struct trial *trial)
{
    uint64_t out = figures_out(trial->list);
    uint64_t reserve = list_number(trial, LIST_RESERVE_ENTRIES);
    uint64_t used = list_number(trial, LIST_SLABS_USED);

    if (conserved(trial) != out) {
        tell(trial,
             "%" PRIu64 " entries came from the backing and stayed, but %" PRIu64
             " are live or cached",
             out, conserved(trial));
    }
    if (list_number(trial, LIST_ALLOCATE) != 0) {
        return;
    }
    if (used < out + reserve || (used > out + reserve && !lists_has_callbacks(trial->list))) {
        tell(trial,
             "the slabs have given out %" PRIu64 " entries, but %" PRIu64
             " are live, cached or reserved",
             used, out + reserve);
    }
    if (list_number(trial, LIST_SLABS_RESERVED) > list_number(trial, LIST_SLABS_FREE)) {
        tell(trial, "%" PRIu64 " entries are reserved, and only %" PRIu64 " are free",
             list_number(trial, LIST_SLABS_RESERVED), list_number(trial, LIST_SLABS_FREE));
    }
}

static void judge_counters(struct trial *trial)
{
    lookaside_statistics statistics;
    const struct shape *shape = trial->list->shape;

    figures_statistics(&trial->walk->reading, &statistics);
    if (statistics.total_allocates < statistics.total_frees) {
        tell(trial, "%" PRIu64 " allocations and %" PRIu64 " frees: a double free",
             statistics.total_allocates, statistics.total_frees);
    }
    uint64_t causes = statistics.misses_cold + statistics.misses_burst + statistics.misses_trimmed +
                      statistics.misses_handed_over;
    if (shape->places[LIST_MISSES_COLD].size != 0 && causes != statistics.allocate_misses) {
        tell(trial, "%" PRIu64 " misses, but reasons for %" PRIu64, statistics.allocate_misses,
             causes);
    }
    if (statistics.depth < LOOKASIDE_MINIMUM_DEPTH || statistics.depth > statistics.maximum_depth) {
        tell(trial, "the depth is %" PRIu32 ", not %u to %" PRIu32, statistics.depth,
             LOOKASIDE_MINIMUM_DEPTH, statistics.maximum_depth);
    }
}

void laws_judge(struct judge *judge, struct walk *walk)
{
    struct trial trial = {judge, walk, &walk->reading.list};

    if (!grid_makes_sense(&walk->grid)) {
        tell(&trial, "the sizes of its entries make no sense");
        return;
    }
    judge_handle(&trial);
    judge_members(&trial);
    judge_arrays(&trial);
    judge_slabs(&trial);
    judge_entries(&trial);
    judge_backing(&trial);
    judge_counters(&trial);
}
