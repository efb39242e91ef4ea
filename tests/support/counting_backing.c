/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* See counting_backing.h. */
#include "counting_backing.h"

#include <stdlib.h>

/* Adds one to a counter and returns what it was. */
static uint64_t count(uint64_t *counter) /* NOLINT(readability-non-const-parameter) */
{
    return __atomic_fetch_add(counter, 1, __ATOMIC_RELAXED);
}

/* Takes one call from the budget; false when there is none. */
static bool spend(struct backing *backing)
{
    uint64_t budget = __atomic_load_n(&backing->budget, __ATOMIC_RELAXED);
    while (budget != BACKING_UNLIMITED) {
        if (budget == 0) {
            return false;
        }
        if (__atomic_compare_exchange_n(&backing->budget, &budget, budget - 1, false,
                                        __ATOMIC_RELAXED, __ATOMIC_RELAXED)) {
            return true;
        }
    }
    return true;
}

static void note_call(struct backing *backing, unsigned pool_type, size_t size, uint32_t tag,
                      lookaside_list *list)
{
    __atomic_store_n(&backing->pool_type, pool_type, __ATOMIC_RELAXED);
    __atomic_store_n(&backing->size, size, __ATOMIC_RELAXED);
    __atomic_store_n(&backing->tag, tag, __ATOMIC_RELAXED);
    __atomic_store_n(&backing->list, list, __ATOMIC_RELAXED);
}

static void note_free(struct backing *backing, void *entry, lookaside_list *list)
{
    uint64_t index = count(&backing->freed);
    if (index < BACKING_RECORD) {
        backing->free_order[index] = entry;
    }
    __atomic_store_n(&backing->list, list, __ATOMIC_RELAXED);
}

void *backing_allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *list,
                       void *context)
{
    struct backing *backing = context;
    note_call(backing, pool_type, size, tag, list);
    void *entry = spend(backing) ? malloc(size) : NULL;
    if (entry != NULL) {
        count(&backing->allocated);
    }
    return entry;
}

void backing_free(void *entry, lookaside_list *list, void *context)
{
    note_free(context, entry, list);
    free(entry);
}

int backing_construct(void *entry, lookaside_list *list, void *context)
{
    struct backing *backing = context;
    CHECK(entry != NULL, "construct was called with NULL");
    __atomic_store_n(&backing->list, list, __ATOMIC_RELAXED);
    if (__atomic_load_n(&backing->refusals, __ATOMIC_RELAXED) > 0) {
        __atomic_fetch_sub(&backing->refusals, 1, __ATOMIC_RELAXED);
        return 1;
    }
    count(&backing->constructed);
    return 0;
}

void backing_destruct(void *entry, lookaside_list *list, void *context)
{
    struct backing *backing = context;
    CHECK(entry != NULL, "destruct was called with NULL");
    __atomic_store_n(&backing->list, list, __ATOMIC_RELAXED);
    count(&backing->destructed);
}

void *slab_backing_allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *list,
                            void *context)
{
    struct backing *backing = context;
    note_call(backing, pool_type, size, tag, list);
    void *entry = spend(backing) ? lookaside_backing_allocate(list) : NULL;
    if (entry != NULL) {
        count(&backing->allocated);
    }
    return entry;
}

void slab_backing_free(void *entry, lookaside_list *list, void *context)
{
    note_free(context, entry, list);
    lookaside_backing_free(list, entry);
}

lookaside_options backing_options(struct backing *backing)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.allocate = backing_allocate;
    options.free = backing_free;
    options.context = backing;
    return options;
}
