/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A list's life as the user sees it: every argument is checked here, before anything changes. */
#include "flush.h"
#include "list.h"
#include "options.h"
#include "os.h"
#include "registry.h"

/* Never inlined: the return address tells who calls. */
LOOKASIDE_COLD lookaside_status lookaside_init(lookaside_list *handle, size_t size,
                                               lookaside_pool_type pool_type,
                                               const lookaside_options *options)
{
    lookaside_options filled;

    if (handle == NULL) {
        return LOOKASIDE_NULL_ARGUMENT;
    }
    if (list_of(handle) != NULL) {
        return LOOKASIDE_ALREADY_INITIALIZED;
    }
    if (!options_fill_in(&filled, options)) {
        return LOOKASIDE_BAD_OPTIONS;
    }
    lookaside_status status = options_check(size, pool_type, &filled, os_page_size());
    if (status != LOOKASIDE_OK) {
        return status;
    }
    if (size < LOOKASIDE_MINIMUM_SIZE) {
        size = LOOKASIDE_MINIMUM_SIZE;
    }
    if (!registry_start()) {
        return LOOKASIDE_NO_MEMORY;
    }
    struct lookaside_state *list = list_create(handle, size, pool_type, &filled);
    if (list == NULL) {
        return LOOKASIDE_NO_MEMORY;
    }
    list->initialized_by = __builtin_return_address(0);
    registry_add(list);
    list_publish(list);
    return LOOKASIDE_OK;
}

/* Entries with the user; or entries of the slabs that a free callback keeps to itself. */
static bool is_in_use(struct lookaside_state *list)
{
    const struct cache *cache = &list->cache;

    os_lock(&list->cache.lock);
    struct cache_totals totals = cache_totals_locked(&list->cache);
    uint64_t out = cache->allocate_misses - cache->free_misses - cache->flushed;
    bool kept = list->slabs.used > out + list->reserve.entries;
    os_unlock(&list->cache.lock);
    /* Fewer allocations than frees: a double free, to be found in the slabs. */
    return totals.allocates > totals.frees || kept;
}

/* Everything that the list keeps goes to the backing. Callbacks may use the list meanwhile; it has
 * no magazines any more. */
static void empty_cache(struct lookaside_state *list)
{
    list->handle->magazine = 0;
    cache_close(&list->cache);
    flush_down_to(list, NULL, 0);
    flush_reserve(list, 0);
}

static void end_list(struct lookaside_state *list)
{
    registry_remove(list);
    list_destroy(list);
}

lookaside_status lookaside_destroy(lookaside_list *handle)
{
    struct lookaside_state *list;
    lookaside_status status = list_find(handle, &list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    if (is_in_use(list)) {
        return LOOKASIDE_IN_USE;
    }
    empty_cache(list);
    if (is_in_use(list)) {
        /* A double free had hidden an entry that is out. */
        cache_reopen(&list->cache);
        list_publish(list);
        return LOOKASIDE_IN_USE;
    }
    end_list(list);
    return LOOKASIDE_OK;
}

lookaside_status lookaside_abandon(lookaside_list *handle)
{
    struct lookaside_state *list;
    lookaside_status status = list_find(handle, &list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    if (list->options.allocate != NULL || list->options.free != NULL) {
        return LOOKASIDE_NOT_SUPPORTED;
    }
    empty_cache(list);
    end_list(list);
    return LOOKASIDE_OK;
}
