/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The library's own arithmetic of statistics, done from outside on what was read. Each thread's
 * magazine keeps the equations
 *
 *     allocations = folded + those in the word
 *     frees       = allocations + depth + withdrawn
 *
 * and a list adds them up with what threads that ended have left. How many entries are out of the
 * backing is told by slow paths alone; the account of bytes is built on it, and adds up even while
 * hits go on.
 *
 * Counts may wrap, as the library's would, when a double free lies in a magazine. */
#include "figures.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t allocations_by(const struct member *member, const struct record *magazine)
{
    return number_in(&member->account, ACCOUNT_FOLDED) + number_in(magazine, MAGAZINE_ALLOCATIONS);
}

static uint64_t frees_by(const struct member *member, const struct record *magazine)
{
    return allocations_by(member, magazine) + number_in(magazine, MAGAZINE_DEPTH) +
           number_in(&member->account, ACCOUNT_WITHDRAWN);
}

uint64_t figures_allocations(const struct member *member)
{
    return allocations_by(member, &member->after);
}

uint64_t figures_frees(const struct member *member)
{
    return frees_by(member, &member->after);
}

struct totals figures_totals(const struct reading *reading)
{
    struct totals totals = {
        .allocates = number_in(&reading->list, LIST_ALLOCATES),
        .frees = number_in(&reading->list, LIST_FREES),
    };

    for (size_t i = 0; i < reading->count; i++) {
        const struct member *member = &reading->members[i];
        totals.frees += frees_by(member, &member->before);
        totals.allocates += allocations_by(member, &member->after);
        totals.in_magazines += number_in(&member->after, MAGAZINE_DEPTH);
    }
    return totals;
}

uint64_t figures_out(const struct record *list)
{
    return number_in(list, LIST_ALLOCATE_MISSES) - number_in(list, LIST_FREE_MISSES) -
           number_in(list, LIST_FLUSHED);
}

static void describe(const struct record *list, lookaside_statistics *statistics)
{
    text_in_record(list, LIST_NAME, statistics->name, sizeof(statistics->name));
    statistics->tag = (uint32_t)number_in(list, LIST_TAG);
    statistics->type = (uint32_t)number_in(list, LIST_TYPE);
    statistics->size = number_in(list, LIST_SIZE);
    statistics->alignment = number_in(list, LIST_ALIGNMENT);
    statistics->cache = (lookaside_cache)number_in(list, LIST_CACHE_POLICY);
    statistics->last_failure = (lookaside_status)number_in(list, LIST_LAST_FAILURE);
    statistics->depth = (uint32_t)number_in(list, LIST_DEPTH);
    statistics->maximum_depth = (uint32_t)number_in(list, LIST_MAXIMUM_DEPTH);
}

static void count(const struct reading *reading, const struct totals *totals,
                  lookaside_statistics *statistics)
{
    const struct record *list = &reading->list;

    statistics->total_allocates = totals->allocates;
    statistics->allocate_misses = number_in(list, LIST_ALLOCATE_MISSES);
    statistics->total_frees = totals->frees;
    statistics->free_misses = number_in(list, LIST_FREE_MISSES);
    statistics->flushed = number_in(list, LIST_FLUSHED);
    statistics->allocate_failures = number_in(list, LIST_ALLOCATE_FAILURES);
    statistics->current_depth = totals->in_magazines + number_in(list, LIST_DEPOT_ENTRIES);
    statistics->live_entries = totals->allocates - totals->frees;
    statistics->reserved_entries =
        number_in(list, LIST_RESERVE_ENTRIES) + number_in(list, LIST_SLABS_RESERVED);
    statistics->threads = reading->count;
    statistics->highest_entries = number_in(list, LIST_HIGHEST_OUT);
    statistics->misses_cold = number_in(list, LIST_MISSES_COLD);
    statistics->misses_burst = number_in(list, LIST_MISSES_BURST);
    statistics->misses_trimmed = number_in(list, LIST_MISSES_TRIMMED);
    statistics->misses_handed_over = number_in(list, LIST_MISSES_HANDED_OVER);
}

static void account(const struct reading *reading, const struct totals *totals,
                    lookaside_statistics *statistics)
{
    const struct record *list = &reading->list;
    uint64_t stride = number_in(list, LIST_STRIDE);
    uint64_t slab_bytes = number_in(list, LIST_SLABS_BYTES);
    uint64_t out = figures_out(list);
    uint64_t depot = number_in(list, LIST_DEPOT_ENTRIES);
    uint64_t cached = smaller(totals->in_magazines + depot, out);
    uint64_t in_depot = smaller(depot, cached);
    bool ours = number_in(list, LIST_ALLOCATE) == 0;
    uint64_t used = ours ? out : number_in(list, LIST_SLABS_USED);

    statistics->depot_bytes = in_depot * stride;
    statistics->magazine_bytes = (cached - in_depot) * stride;
    statistics->live_bytes = (out - cached) * stride;
    statistics->slab_free_bytes = slab_bytes - smaller(used * stride, slab_bytes);
    statistics->metadata_bytes =
        number_in(list, LIST_RECORD_BYTES) + number_in(list, LIST_METADATA) +
        number_in(list, LIST_DEPOT_METADATA) + number_in(list, LIST_RESERVE_METADATA) +
        number_in(list, LIST_SLABS_METADATA);
    statistics->mapped_bytes = statistics->live_bytes + statistics->magazine_bytes +
                               statistics->depot_bytes + statistics->slab_free_bytes +
                               statistics->metadata_bytes;
}

void figures_statistics(const struct reading *reading, lookaside_statistics *statistics)
{
    struct totals totals = figures_totals(reading);

    *statistics = (lookaside_statistics){0};
    describe(&reading->list, statistics);
    count(reading, &totals, statistics);
    account(reading, &totals, statistics);
}
