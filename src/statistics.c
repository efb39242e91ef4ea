/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a list can say about itself, in numbers.
 *
 * Everything is read under the list's lock, so that only hit paths move meanwhile. They move
 * entries between "live" and "in magazines" and nothing else: how many entries are out of the
 * backing stands still, and the byte account is built on that, so it adds up even under traffic. */
#include <string.h>

#include "list.h"
#include "os.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static void describe(const struct lookaside_state *list, lookaside_statistics *statistics)
{
    memcpy(statistics->name, list->name, sizeof(statistics->name));
    statistics->tag = list->options.tag;
    statistics->type = list->type;
    statistics->size = list->size;
    statistics->alignment = list->options.alignment;
    statistics->cache = list->options.cache;
    statistics->last_failure = list->cache.last_failure;
    statistics->depth = list->cache.depth;
    statistics->maximum_depth = list->cache.maximum_depth;
}

static void count_locked(struct lookaside_state *list, struct cache_totals totals,
                         lookaside_statistics *statistics)
{
    const struct cache *cache = &list->cache;

    statistics->total_allocates = totals.allocates;
    statistics->allocate_misses = cache->allocate_misses;
    statistics->total_frees = totals.frees;
    statistics->free_misses = cache->free_misses;
    statistics->flushed = cache->flushed;
    statistics->allocate_failures = cache->allocate_failures;
    statistics->current_depth = totals.in_magazines + cache->depot.entries;
    statistics->live_entries = totals.allocates - totals.frees;
    statistics->reserved_entries = list->reserve.entries + list->slabs.reserved;
    statistics->threads = totals.threads;
    statistics->highest_entries = cache->highest_out;
    statistics->misses_cold = cache->causes.cold;
    statistics->misses_burst = cache->causes.burst;
    statistics->misses_trimmed = cache->causes.trimmed;
    statistics->misses_handed_over = cache->causes.handed_over;
}

/* Entries of an allocate callback may be in our memory or not, but they are the list's: they count
 * as mapped while they are out of the backing. */
static void account_locked(struct lookaside_state *list, struct cache_totals totals,
                           lookaside_statistics *statistics)
{
    const struct cache *cache = &list->cache;
    const struct slab_pool *slabs = &list->slabs;
    uint64_t out = cache->allocate_misses - cache->free_misses - cache->flushed;
    uint64_t cached = smaller(totals.in_magazines + cache->depot.entries, out);
    uint64_t in_depot = smaller(cache->depot.entries, cached);
    bool ours = list->options.allocate == NULL;

    statistics->depot_bytes = in_depot * slabs->layout.stride;
    statistics->magazine_bytes = (cached - in_depot) * slabs->layout.stride;
    statistics->live_bytes = (out - cached) * slabs->layout.stride;
    statistics->slab_free_bytes =
        slabs->bytes - (smaller((ours ? out : slabs->used) * slabs->layout.stride, slabs->bytes));
    statistics->metadata_bytes = list->record_bytes + cache->metadata + cache->depot.metadata +
                                 list->reserve.metadata + slabs->metadata;
    statistics->mapped_bytes = statistics->live_bytes + statistics->magazine_bytes +
                               statistics->depot_bytes + statistics->slab_free_bytes +
                               statistics->metadata_bytes;
}

lookaside_status lookaside_query_sized(lookaside_list *handle, lookaside_statistics *statistics,
                                       size_t statistics_size)
{
    struct lookaside_state *list;
    lookaside_status status =
        statistics == NULL ? LOOKASIDE_NULL_ARGUMENT : list_find(handle, &list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    lookaside_statistics whole = {0};
    os_lock(&list->cache.lock);
    struct cache_totals totals = cache_totals_locked(&list->cache);
    describe(list, &whole);
    count_locked(list, totals, &whole);
    account_locked(list, totals, &whole);
    os_unlock(&list->cache.lock);
    memset(statistics, 0, statistics_size);
    memcpy(statistics, &whole, smaller(statistics_size, sizeof(whole)));
    return LOOKASIDE_OK;
}
