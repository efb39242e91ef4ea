/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A list's life as the user sees it: every argument is checked here, before anything changes. */
#include "flush.h"
#include "list.h"
#include "os.h"
#include "registry.h"

#define TEXT_OF(macro) TEXT(macro)
#define TEXT(token) #token

const char *lookaside_version(void)
{
    return TEXT_OF(LOOKASIDE_VERSION_MAJOR) "." TEXT_OF(LOOKASIDE_VERSION_MINOR) "." TEXT_OF(
        LOOKASIDE_VERSION_PATCH);
}

/* ---- checks, in the order that lookaside_init promises ---- */

static lookaside_status check_flags(uint32_t flags)
{
    const uint32_t both = LOOKASIDE_RAISE_ON_FAIL | LOOKASIDE_FAIL_NO_RAISE;

    if ((flags & both) == both) {
        return LOOKASIDE_FLAGS_EXCLUSIVE;
    }
    return (flags & ~both) != 0 ? LOOKASIDE_FLAGS_UNKNOWN : LOOKASIDE_OK;
}

static bool is_pool_type(lookaside_pool_type pool_type)
{
    return pool_type == LOOKASIDE_NONPAGED || pool_type == LOOKASIDE_PAGED ||
           pool_type == LOOKASIDE_NONPAGED_NX;
}

static bool is_alignment(size_t alignment)
{
    return alignment != 0 && (alignment & (alignment - 1)) == 0 && alignment <= os_page_size();
}

static lookaside_status check(size_t size, lookaside_pool_type pool_type,
                              const lookaside_options *options)
{
    if (size == 0) {
        return LOOKASIDE_SIZE_ZERO;
    }
    if (size > LOOKASIDE_MAXIMUM_SIZE) {
        return LOOKASIDE_SIZE_TOO_LARGE;
    }
    if (options->maximum_depth < LOOKASIDE_MINIMUM_DEPTH ||
        options->maximum_depth > LOOKASIDE_LARGEST_MAXIMUM_DEPTH) {
        return LOOKASIDE_BAD_MAXIMUM_DEPTH;
    }
    lookaside_status flags = check_flags(options->flags);
    if (flags != LOOKASIDE_OK) {
        return flags;
    }
    if (!is_pool_type(pool_type)) {
        return LOOKASIDE_BAD_POOL_TYPE;
    }
    if (!is_alignment(options->alignment)) {
        return LOOKASIDE_BAD_ALIGNMENT;
    }
    return options->cache == LOOKASIDE_CACHE_THREAD || options->cache == LOOKASIDE_CACHE_NONE
               ? LOOKASIDE_OK
               : LOOKASIDE_BAD_CACHE_POLICY;
}

/* Copies the options and fills in the defaults. Returns false when they do not begin with a size that
 * the struct has had in any version; so far it has had one. */
static bool fill_in(lookaside_options *filled, const lookaside_options *given)
{
    *filled = (lookaside_options)LOOKASIDE_OPTIONS_INIT;
    if (given != NULL) {
        if (given->options_size != sizeof(*filled)) {
            return false;
        }
        *filled = *given;
    }
    filled->tag = filled->tag != 0 ? filled->tag : LOOKASIDE_DEFAULT_TAG;
    filled->name = filled->name != NULL ? filled->name : "";
    filled->alignment = filled->alignment != 0 ? filled->alignment : LOOKASIDE_DEFAULT_ALIGNMENT;
    if (filled->maximum_depth == 0) {
        filled->maximum_depth = LOOKASIDE_DEFAULT_MAXIMUM_DEPTH;
    }
    return true;
}

/* ---- life ---- */

lookaside_status lookaside_init(lookaside_list *handle, size_t size, lookaside_pool_type pool_type,
                                const lookaside_options *options)
{
    lookaside_options filled;

    if (handle == NULL) {
        return LOOKASIDE_NULL_ARGUMENT;
    }
    if (list_of(handle) != NULL) {
        return LOOKASIDE_ALREADY_INITIALIZED;
    }
    if (!fill_in(&filled, options)) {
        return LOOKASIDE_BAD_OPTIONS;
    }
    lookaside_status status = check(size, pool_type, &filled);
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

/* Everything that the list keeps goes to the backing. Callbacks may use the list meanwhile; it has no
 * magazines any more. */
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
