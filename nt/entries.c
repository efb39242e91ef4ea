/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Entries out and in: the rare ends of the inline calls, the inline calls as functions for other
 * languages and for LOOKASIDE_NO_INLINE, and many entries at once. */
#define LOOKASIDE_NO_INLINE
#include "backing.h"
#include "failure.h"

/* ---- the rare ends ---- */

/* The attempt stands in the kernel's counters; here it is counted as one that got nothing. */
static lookaside_status count_failure(lookaside_list *list)
{
    lookaside_status status = backing_failure(list);

    InterlockedExchange(&list->last_failure, (LONG)status);
    InterlockedIncrement(&list->allocate_failures);
    return status;
}

void *lookaside_alloc_refused(lookaside_list *list)
{
    (void)list_live_or_bugcheck(list, NULL);
    return NULL;
}

void *lookaside_alloc_failed(lookaside_list *list)
{
    lookaside_status status = count_failure(list);

    if ((list->flags & LOOKASIDE_RAISE_ON_FAIL) != 0) {
        failure_raise(list, status);
    }
    return NULL;
}

void lookaside_free_refused(lookaside_list *list, void *entry)
{
    if (entry == NULL || !list_live_or_bugcheck(list, entry)) {
        return;
    }
    if (((uintptr_t)entry & (LOOKASIDE_KERNEL_ALIGNMENT - 1)) != 0) {
        lookaside_bugcheck(LOOKASIDE_BUGCHECK_INTERIOR_POINTER, list, entry);
        return;
    }
    /* Nothing was out. */
    InterlockedIncrement64(&list->outstanding);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_DOUBLE_FREE, list, entry);
}

/* ---- the inline calls ---- */

void *lookaside_alloc(lookaside_list *list)
{
    return lookaside_alloc_checked(list);
}

void lookaside_free(lookaside_list *list, void *entry)
{
    lookaside_free_checked(list, entry);
}

/* ---- many at once ---- */

size_t lookaside_alloc_bulk(lookaside_list *list, void **entries, size_t count)
{
    if (!list_live_or_bugcheck(list, NULL)) {
        return 0;
    }
    for (size_t taken = 0; taken < count; taken++) {
        entries[taken] = lookaside_take(list);
        if (entries[taken] == NULL) {
            (void)count_failure(list);
            return taken;
        }
    }
    return count;
}

void lookaside_free_bulk(lookaside_list *list, void *const *entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lookaside_free_checked(list, entries[i]);
    }
}
