/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The slow path of a free; alloc.c is its mirror image. The stages, each tried when the one before
 * has no room:
 *
 *     magazine   the calling thread's            (the hit path has tried it already)
 *     depot      takes the older entries of the full magazine, if they are worth keeping
 *     backing    gets them otherwise
 *
 * At the floor of the depth, the entry itself goes to the backing, as in the kernel.
 *
 * A thread that only frees keeps one magazine at most; the rest moves on to the depot. */
#include "backing.h"
#include "bugcheck.h"
#include "flush.h"
#include "list.h"
#include "os.h"
#include "os_probe.h"

/* One entry that passes by the magazine. */
static void free_to_backing(struct lookaside_state *list, struct account *account, void *entry)
{
    struct cache *cache = &list->cache;
    struct fault fault = {SLAB_TAKEN, NULL};

    probe_free_miss(list->handle, list->name, 1);
    os_lock(&cache->lock);
    cache_passed_free_locked(cache, account);
    cache_gave_back_locked(cache, 1);
    cache->free_misses++;
    if (list->plain_free) {
        backing_put_locked(list, &entry, 1, &cache->free_misses, &fault);
    }
    os_unlock(&cache->lock);
    backing_report(list, &fault);
    if (!list->plain_free) {
        backing_put(list, &entry, 1, &cache->free_misses);
    }
}

/* Moves the older entries on, or makes the magazine larger; then there is room for the entry.
 * *surplus is what belongs into the backing. A caller that has a surplus already lets the entry
 * pass instead: one slow path gives back one magazine at most. */
static bool put_with_room_locked(struct cache *cache, struct account *account, void *entry,
                                 struct magazine **surplus)
{
    struct magazine *older;

    if (!cache_make_room_locked(account, &older)) {
        return false;
    }
    if (older != NULL && !cache_keep_locked(cache, older)) {
        cache_gave_back_locked(cache, older->count);
        *surplus = older;
    }
    return cache_put_locked(account, entry);
}

static void free_cached(struct lookaside_state *list, struct account *account, void *entry)
{
    struct cache *cache = &list->cache;
    struct fault fault = {SLAB_TAKEN, NULL};

    flush_if_asked(list, account);
    os_lock(&cache->lock);
    uint64_t now = os_milliseconds();
    struct magazine *surplus = cache_surplus_locked(cache, now);
    bool put = cache_put_locked(account, entry) ||
               (surplus == NULL && put_with_room_locked(cache, account, entry, &surplus));
    surplus = give_back_begin_locked(list, surplus, &fault);
    slab_give_back_idle(&list->slabs, now);
    os_unlock(&cache->lock);
    give_back_end(list, surplus, &fault);
    if (!put) {
        free_to_backing(list, account, entry);
    }
}

void lookaside_free_slow(lookaside_list *handle, void *entry)
{
    if (entry == NULL) {
        return;
    }
    struct lookaside_state *list = list_or_bugcheck(handle, entry);
    if (list == NULL) {
        return;
    }
    struct account *account = cache_account(&list->cache);
    if (account != NULL) {
        free_cached(list, account, entry);
    } else {
        free_to_backing(list, NULL, entry);
    }
}

void lookaside_free_bulk(lookaside_list *list, void *const *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lookaside_free(list, entries[i]);
    }
}
