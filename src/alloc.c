/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The slow path of an allocation; free.c is its mirror image. The stages, each tried when the one
 * before has nothing:
 *
 *     magazine   the calling thread's            (the hit path has tried it already)
 *     depot      a full magazine for an empty one
 *     backing    some entries at once for plain lists, one for others
 *
 * At the floor of the depth, entries are fetched one at a time, so that a small program sees the
 * numbers that the kernel would show. */
#include "backing.h"
#include "bugcheck.h"
#include "depth.h"
#include "flush.h"
#include "list.h"
#include "os.h"
#include "os_probe.h"

static lookaside_raise_handler *raise_handler;
static void *raise_context;

void lookaside_set_raise_handler(lookaside_raise_handler *handler, void *context)
{
    LOOKASIDE_STORE(&raise_context, context);
    LOOKASIDE_STORE_RELEASE(&raise_handler, handler);
}

static void raise_failure(struct lookaside_state *list, lookaside_status failure)
{
    lookaside_raise_handler *handler = LOOKASIDE_LOAD_ACQUIRE(&raise_handler);

    if (handler == NULL) {
        lookaside_bugcheck(LOOKASIDE_BUGCHECK_ALLOCATION_RAISED, list->handle, NULL);
    } else {
        handler(failure, list->handle, LOOKASIDE_LOAD(&raise_context));
    }
}

/* Fills the empty magazine from the slabs: half a magazine, at the floor one entry. */
static void *refill_from_slabs_locked(struct lookaside_state *list, struct account *account,
                                      uint64_t now)
{
    struct cache *cache = &list->cache;
    size_t count = cache->depth > DEPTH_FLOOR ? cache->depth / 2 : 1;
    void **space = cache_space_locked(account, &count);

    count = slab_alloc(&list->slabs, space, count, now);
    if (count != 0) {
        probe_alloc_miss(list->handle, list->name, count);
    }
    cache_fetched_locked(cache, account, count);
    cache_filled_locked(account, count);
    return cache_take_locked(account);
}

static void count_locked(struct lookaside_state *list, struct account *account, const void *entry,
                         lookaside_status failure)
{
    struct cache *cache = &list->cache;

    if (entry != NULL) {
        probe_alloc_miss(list->handle, list->name, 1);
        cache_fetched_locked(cache, account, 1);
        cache_passed_allocation_locked(cache, account);
    } else {
        cache->allocate_failures++;
        cache->last_failure = failure;
    }
}

/* One entry that passes by the magazine. account may be NULL. */
static void *alloc_from_backing(struct lookaside_state *list, struct account *account,
                                bool may_raise)
{
    struct cache *cache = &list->cache;
    lookaside_status failure = LOOKASIDE_NO_MEMORY;
    void *entry = list->plain_alloc ? NULL : backing_get(list, &failure);

    os_lock(&cache->lock);
    if (list->plain_alloc && slab_alloc(&list->slabs, &entry, 1, os_milliseconds()) == 0) {
        failure = list->slabs.failure;
    }
    count_locked(list, account, entry, failure);
    os_unlock(&cache->lock);
    if (entry == NULL && may_raise && (list->options.flags & LOOKASIDE_RAISE_ON_FAIL) != 0) {
        raise_failure(list, failure);
    }
    return entry;
}

static void tune_locked(struct lookaside_state *list, struct account *account, uint64_t now)
{
    uint32_t before = list->cache.depth;

    cache_tune_locked(account, now);
    if (list->cache.depth != before) {
        probe_depth(list->handle, list->name, before, list->cache.depth);
    }
}

/* The entry that was freed last of a magazine of the depot, whose others are then the thread's. */
static void *refill_from_depot_locked(struct lookaside_state *list, struct account *account)
{
    if (!cache_load_locked(account)) {
        return NULL;
    }
    probe_refill(list->handle, list->name, cache_loaded(account));
    return cache_take_locked(account);
}

static void *alloc_cached(struct lookaside_state *list, struct account *account, bool may_raise)
{
    struct cache *cache = &list->cache;
    struct fault fault = {SLAB_TAKEN, NULL};

    flush_if_asked(list, account);
    os_lock(&cache->lock);
    uint64_t now = os_milliseconds();
    tune_locked(list, account, now);
    void *entry = cache_take_locked(account);
    if (entry == NULL) {
        entry = refill_from_depot_locked(list, account);
    }
    if (entry == NULL && list->plain_alloc) {
        entry = refill_from_slabs_locked(list, account, now);
    }
    struct magazine *surplus = cache_surplus_locked(cache, now);
    surplus = give_back_begin_locked(list, surplus, &fault);
    slab_give_back_idle(&list->slabs, now);
    os_unlock(&cache->lock);
    give_back_end(list, surplus, &fault);
    return entry != NULL ? entry : alloc_from_backing(list, account, may_raise);
}

/* For a list or a thread without magazines. */
static void *alloc_uncached(struct lookaside_state *list, bool may_raise)
{
    struct cache *cache = &list->cache;

    os_lock(&cache->lock);
    void *entry = depot_take_one(&cache->depot);
    if (entry != NULL) {
        probe_refill(list->handle, list->name, 1);
        cache->allocates++;
    }
    os_unlock(&cache->lock);
    return entry != NULL ? entry : alloc_from_backing(list, NULL, may_raise);
}

static void *alloc_slow(lookaside_list *handle, bool may_raise)
{
    struct lookaside_state *list = list_or_bugcheck(handle, NULL);

    if (list == NULL) {
        return NULL;
    }
    struct account *account = cache_account(&list->cache);
    return account != NULL ? alloc_cached(list, account, may_raise)
                           : alloc_uncached(list, may_raise);
}

void *lookaside_alloc_slow(lookaside_list *list)
{
    return alloc_slow(list, true);
}

size_t lookaside_alloc_bulk(lookaside_list *list, void **entries, size_t count)
{
    for (size_t taken = 0; taken < count; taken++) {
        struct lookaside_magazine *magazine = lookaside_magazine_at(list->magazine);
        bool hit = (LOOKASIDE_LOAD(&magazine->word) & LOOKASIDE_DEPTH_MASK) != 0;
        entries[taken] = hit ? lookaside_alloc(list) : alloc_slow(list, false);
        if (entries[taken] == NULL) {
            return taken;
        }
    }
    return count;
}
