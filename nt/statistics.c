/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a list can say about itself, in numbers.
 *
 * The kernel's counters have 32 bits, wrap, and may lose an increment when two CPUs meet. So they
 * are subtracted as 32-bit numbers, which survives the wrap, and a difference that has come out
 * below 0 is 0. They also count attempts that got nothing, which lookaside_statistics counts apart:
 * those are taken out of both counters that they stand in. */
#include <string.h>

#include "failure.h"

static void describe(const lookaside_list *list, lookaside_statistics *statistics)
{
    memcpy(statistics->name, list->name, sizeof(statistics->name));
    statistics->tag = list->native.L.Tag;
    statistics->type = (uint32_t)list->native.L.Type;
    statistics->size = list->native.L.Size;
    statistics->alignment = list->alignment;
    statistics->cache = list->cache;
    statistics->last_failure = (lookaside_status)LOOKASIDE_LOAD(&list->last_failure);
    statistics->depth = LOOKASIDE_LOAD(&list->native.L.Depth);
    statistics->maximum_depth = LOOKASIDE_LOAD(&list->native.L.MaximumDepth);
}

static uint64_t difference(uint32_t more, uint32_t less)
{
    uint32_t d = more - less;

    return d <= INT32_MAX ? d : 0;
}

static void count(lookaside_list *list, lookaside_statistics *statistics)
{
    uint32_t failures = (uint32_t)LOOKASIDE_LOAD(&list->allocate_failures);
    uint32_t allocates = LOOKASIDE_LOAD(&list->native.L.TotalAllocates) - failures;
    uint32_t frees = LOOKASIDE_LOAD(&list->native.L.TotalFrees);
    int64_t outstanding = LOOKASIDE_LOAD(&list->outstanding);

    statistics->total_allocates = allocates;
    statistics->allocate_misses =
        (uint32_t)(LOOKASIDE_LOAD(&list->native.L.AllocateMisses) - failures);
    statistics->total_frees = frees;
    statistics->free_misses = LOOKASIDE_LOAD(&list->native.L.FreeMisses);
    statistics->flushed = (uint32_t)LOOKASIDE_LOAD(&list->flushed);
    statistics->allocate_failures = failures;
    statistics->current_depth = ExQueryDepthSList(&list->native.L.ListHead);
    if (lookaside_counts_outstanding(list)) {
        statistics->live_entries = outstanding > 0 ? (uint64_t)outstanding : 0;
    } else {
        statistics->live_entries = difference(allocates, frees);
    }
}

static void account(lookaside_statistics *statistics)
{
    statistics->live_bytes = statistics->live_entries * statistics->size;
    statistics->depot_bytes = statistics->current_depth * statistics->size;
    statistics->mapped_bytes = statistics->live_bytes + statistics->depot_bytes;
}

lookaside_status lookaside_query_sized(lookaside_list *list, lookaside_statistics *statistics,
                                       size_t statistics_size)
{
    lookaside_status status = statistics == NULL ? LOOKASIDE_NULL_ARGUMENT : list_check(list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    lookaside_statistics whole;
    memset(&whole, 0, sizeof(whole));
    describe(list, &whole);
    count(list, &whole);
    account(&whole);
    memset(statistics, 0, statistics_size);
    memcpy(statistics, &whole, statistics_size < sizeof(whole) ? statistics_size : sizeof(whole));
    return LOOKASIDE_OK;
}
