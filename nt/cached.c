/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What is cached, changed on purpose: flush, trim, reserve.
 *
 * The kernel keeps no record of flushed entries, so they are counted here; without that, nobody
 * could tell an entry that was flushed from one that a race lost in the kernel's counters. A flush
 * takes whatever the list holds in one step, and how many that was is read just before: under
 * traffic the count is off by what happened in between.
 *
 * A reserve is nothing but entries in the cache. Each goes in at once, because the allocate
 * callback may raise and then nobody else knows the ones before it. When the backing fails, as many
 * are taken out again: not necessarily the same, but of those in the cache none is different from
 * another. */
#include "backing.h"
#include "failure.h"
#include "native.h"

static size_t cached_entries(lookaside_list *list)
{
    return ExQueryDepthSList(&list->native.L.ListHead);
}

/* Gives up to so many cached entries to the backing, most recently freed first; returns how many. */
static size_t give_back(lookaside_list *list, size_t count)
{
    size_t given = 0;

    while (given < count) {
        void *entry = InterlockedPopEntrySList(&list->native.L.ListHead);
        if (entry == NULL) {
            break;
        }
        backing_give(list, entry);
        given++;
    }
    InterlockedExchangeAdd(&list->flushed, (LONG)given);
    return given;
}

lookaside_status lookaside_flush(lookaside_list *list)
{
    lookaside_status status = list_check(list);

    if (status == LOOKASIDE_OK) {
        InterlockedExchangeAdd(&list->flushed, (LONG)cached_entries(list));
        native_flush(&list->native);
    }
    return status;
}

lookaside_status lookaside_trim(lookaside_list *list, size_t keep, size_t *released)
{
    lookaside_status status = list_check(list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    size_t cached = cached_entries(list);
    size_t given = cached > keep ? give_back(list, cached - keep) : 0;
    if (released != NULL) {
        *released = given * list->native.L.Size;
    }
    return LOOKASIDE_OK;
}

/* Takes an entry from the backing into the cache, as an allocation that misses and a free that
 * hits. Returns false when there is none, which is a failed allocation. The counters move first, as
 * in any allocation: the account of one whose callback raises is made on that. */
static bool add_to_cache(lookaside_list *list)
{
    LOOKASIDE_LIST_EX *native = &list->native;

    LOOKASIDE_COUNT(native->L.TotalAllocates);
    LOOKASIDE_COUNT(native->L.AllocateMisses);
    void *entry = backing_take(list);
    if (entry == NULL) {
        InterlockedIncrement(&list->allocate_failures);
        return false;
    }
    LOOKASIDE_COUNT(native->L.TotalFrees);
    InterlockedPushEntrySList(&native->L.ListHead, (PSLIST_ENTRY)entry);
    return true;
}

lookaside_status lookaside_reserve(lookaside_list *list, size_t count)
{
    lookaside_status status = list_check(list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    if (count > list->maximum_depth) {
        return LOOKASIDE_NOT_SUPPORTED;
    }
    for (size_t added = 0; cached_entries(list) < count; added++) {
        if (!add_to_cache(list)) {
            status = backing_failure(list);
            InterlockedExchange(&list->last_failure, (LONG)status);
            (void)give_back(list, added);
            return status;
        }
    }
    /* A list that passes everything through keeps its depth of 0: the reserve is used up once. */
    bool passes_through = LOOKASIDE_LOAD(&list->native.L.MaximumDepth) == LOOKASIDE_PASSES_THROUGH;
    if (!passes_through && LOOKASIDE_LOAD(&list->native.L.Depth) < count) {
        LOOKASIDE_STORE(&list->native.L.Depth, (USHORT)count);
    }
    return LOOKASIDE_OK;
}
