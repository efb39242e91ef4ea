/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Giving back on purpose: flush, trim, and the reserve, which is its opposite.
 *
 * Entries leave the cache one at a time, most recently freed first, because a callback may be
 * called for each and may use the list itself. The number to give back is fixed at the beginning,
 * so that a flush ends even while other threads keep freeing.
 *
 * The magazine of another running thread is its own: nobody else may write its word. A flush sets
 * its capacity to 0, so that the thread's next free comes into the slow path and finds that it was
 * asked. A thread that only allocates empties its magazine anyway. */
#include "flush.h"

#include "arena.h"
#include "os.h"
#include "os_probe.h"

static uint64_t reachable(struct lookaside_state *list, const struct account *account)
{
    os_lock(&list->cache.lock);
    uint64_t entries = cache_loaded(account) + list->cache.depot.entries;
    os_unlock(&list->cache.lock);
    return entries;
}

/* Gives back the entry that was freed last. Returns false when there is none. */
static bool flush_one(struct lookaside_state *list, struct account *account)
{
    struct fault fault = {SLAB_TAKEN, NULL};
    uint64_t *flushed = &list->cache.flushed;

    os_lock(&list->cache.lock);
    void *entry = cache_flush_one_locked(&list->cache, account);
    if (entry != NULL) {
        (*flushed)++;
        if (list->plain_free) {
            backing_put_locked(list, &entry, 1, flushed, &fault);
        }
    }
    os_unlock(&list->cache.lock);
    backing_report(list, &fault);
    if (entry != NULL && !list->plain_free) {
        backing_put(list, &entry, 1, flushed);
    }
    return entry != NULL;
}

void flush_down_to(struct lookaside_state *list, struct account *account, uint64_t keep)
{
    uint64_t before = reachable(list, account);
    uint64_t left = before;

    while (left > keep && flush_one(list, account)) {
        left--;
    }
    if (left != before) {
        probe_flush(list->handle, list->name, before - left);
    }
}

void flush_if_asked(struct lookaside_state *list, struct account *account)
{
    if (!cache_asked_to_flush(account)) {
        return;
    }
    os_lock(&list->cache.lock);
    cache_obeyed_flush_locked(account);
    uint64_t keep = cache_loaded(account) == 0 ? UINT64_MAX : list->cache.depot.entries;
    os_unlock(&list->cache.lock);
    flush_down_to(list, account, keep);
}

struct magazine *give_back_begin_locked(struct lookaside_state *list, struct magazine *magazine,
                                        struct fault *fault)
{
    uint64_t *misses = &list->cache.free_misses;

    if (magazine == NULL) {
        return NULL;
    }
    probe_free_miss(list->handle, list->name, magazine->count);
    *misses += magazine->count;
    if (!list->plain_free) {
        return magazine;
    }
    backing_put_locked(list, magazine->entries, magazine->count, misses, fault);
    depot_put_empty(&list->cache.depot, magazine);
    return NULL;
}

void give_back_end(struct lookaside_state *list, struct magazine *magazine,
                   const struct fault *fault)
{
    if (magazine != NULL) {
        backing_put(list, magazine->entries, magazine->count, &list->cache.free_misses);
        os_lock(&list->cache.lock);
        depot_put_empty(&list->cache.depot, magazine);
        os_unlock(&list->cache.lock);
    }
    backing_report(list, fault);
}

lookaside_status lookaside_flush(lookaside_list *handle)
{
    struct lookaside_state *list;
    lookaside_status status = list_find(handle, &list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    struct account *account = cache_account(&list->cache);
    os_lock(&list->cache.lock);
    cache_ask_to_flush_locked(&list->cache, account);
    os_unlock(&list->cache.lock);
    flush_down_to(list, account, 0);
    os_lock(&list->cache.lock);
    depot_trim(&list->cache.depot, 0);
    os_unlock(&list->cache.lock);
    return LOOKASIDE_OK;
}

lookaside_status lookaside_trim(lookaside_list *handle, size_t keep, size_t *released)
{
    struct lookaside_state *list;
    lookaside_status status = list_find(handle, &list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    struct account *account = cache_account(&list->cache);
    os_lock(&list->cache.lock);
    uint64_t before = list->slabs.released;
    if (keep == 0) {
        cache_ask_to_flush_locked(&list->cache, account);
    }
    os_unlock(&list->cache.lock);
    flush_down_to(list, account, keep);
    os_lock(&list->cache.lock);
    depot_trim(&list->cache.depot, 0);
    depot_trim(&list->reserve, 0);
    slab_trim(&list->slabs);
    uint64_t after = list->slabs.released;
    os_unlock(&list->cache.lock);
    arena_trim();
    if (released != NULL) {
        *released = (size_t)(after - before);
    }
    return LOOKASIDE_OK;
}

/* ---- the reserve ---- */

void flush_reserve(struct lookaside_state *list, uint64_t count)
{
    uint64_t not_counted = 0;
    void *entry;

    do {
        os_lock(&list->cache.lock);
        entry = list->reserve.entries > count ? depot_take_one(&list->reserve) : NULL;
        os_unlock(&list->cache.lock);
        if (entry != NULL) {
            backing_put(list, &entry, 1, &not_counted);
        }
    } while (entry != NULL);
}

/* Puts one entry into the reserve. */
static lookaside_status add_to_reserve(struct lookaside_state *list)
{
    lookaside_status failure = LOOKASIDE_NO_MEMORY;
    uint64_t not_counted = 0;
    void *entry = backing_get_new(list, &failure);

    if (entry == NULL) {
        return failure;
    }
    os_lock(&list->cache.lock);
    bool put = depot_put_one(&list->reserve, entry);
    os_unlock(&list->cache.lock);
    if (!put) {
        backing_put(list, &entry, 1, &not_counted);
        return LOOKASIDE_NO_MEMORY;
    }
    return LOOKASIDE_OK;
}

static uint64_t reserved(struct lookaside_state *list)
{
    os_lock(&list->cache.lock);
    uint64_t entries = list->reserve.entries;
    os_unlock(&list->cache.lock);
    return entries;
}

static lookaside_status reserve_constructed(struct lookaside_state *list, uint64_t count)
{
    uint64_t before = reserved(list);
    lookaside_status status = LOOKASIDE_OK;

    if (count > os_memory_size() / list->slabs.layout.stride) {
        return LOOKASIDE_NO_MEMORY;
    }
    while (status == LOOKASIDE_OK && reserved(list) < count) {
        status = add_to_reserve(list);
    }
    flush_reserve(list, status == LOOKASIDE_OK ? count : before);
    return status;
}

lookaside_status lookaside_reserve(lookaside_list *handle, size_t count)
{
    struct lookaside_state *list;
    lookaside_status status = list_find(handle, &list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    if (!list->plain_alloc) {
        return reserve_constructed(list, count);
    }
    os_lock(&list->cache.lock);
    status = slab_reserve(&list->slabs, count);
    os_unlock(&list->cache.lock);
    return status;
}
