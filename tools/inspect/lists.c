/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The registry's chain is found through the kept blocks; its lock is read past them, before and
 * after. Blocks from before the first look may show another chain than the one that the lock
 * vouches for: they are forgotten. A chain that was found while it changed, or could not be
 * followed, is looked at again. */
#include "lists.h"

#include "basics.h"
#include "chain.h"
#include "reading.h"

#include <stdlib.h>

/* The registry's record, past the kept blocks. */
static bool read_registry(struct inspect_target *target, const struct copy *copy, uint64_t *lock,
                          uint64_t *first)
{
    const struct shape *shape = &copy->schema.shapes[REGISTRY];
    uint8_t *bytes = must_allocate(1, shape->size);
    struct record registry = {shape, copy->inspection.registry, bytes};
    bool read = memory_read_now(target->memory,
                                &(struct inspect_piece){registry.address, bytes, shape->size}, 1);

    *lock = read ? number_in(&registry, REGISTRY_LOCK) : 0;
    *first = read ? number_in(&registry, REGISTRY_FIRST) : 0;
    free(bytes);
    return read;
}

bool lists_find(struct lists *lists, struct inspect_target *target, const struct copy *copy,
                struct inspect_error *error)
{
    struct chain chain = {0};
    struct record list;
    uint8_t *bytes = must_allocate(1, copy->schema.shapes[LIST].size);
    uint64_t address;

    *lists = (struct lists){0};
    bool read = read_registry(target, copy, &lists->lock, &address);
    memory_forget(target->memory);
    while (read && chain_goes_on(&chain, address)) {
        lists->addresses =
            must_grow(lists->addresses, lists->count, &lists->capacity, sizeof(*lists->addresses));
        lists->addresses[lists->count++] = address;
        read = target_read_record(target, copy, LIST, address, &list, bytes);
        address = read ? number_in(&list, LIST_NEXT) : 0;
    }
    free(bytes);
    if (!read) {
        memory_explain(target->memory, error);
    }
    if (chain.endless) {
        read = fail_with(error, INSPECT_UNREADABLE,
                         "the chain of the lists in %s leads in a circle: it is damaged",
                         target->source->name);
    }
    return read;
}

void lists_free(struct lists *lists)
{
    free(lists->addresses);
    lists->addresses = NULL;
}

uint64_t lists_lock(struct inspect_target *target, const struct copy *copy)
{
    uint64_t lock;
    uint64_t first;

    return read_registry(target, copy, &lock, &first) ? lock : FORMAT_LOCK_HELD;
}

bool lists_stood_still(const struct lists *lists, struct inspect_target *target,
                       const struct copy *copy)
{
    return lock_stood_still(lists->lock, lists_lock(target, copy));
}

bool lists_leads_back(struct inspect_target *target, const struct copy *copy,
                      const struct record *list)
{
    const struct shape *shape = &copy->schema.shapes[HANDLE];
    uint64_t address = number_in(list, LIST_HANDLE);
    uint8_t *bytes = must_allocate(1, shape->size);
    struct record handle = {shape, address, bytes};
    bool leads =
        memory_read_now(target->memory, &(struct inspect_piece){address, bytes, shape->size}, 1) &&
        number_in(&handle, HANDLE_STATE) == list->address &&
        number_in(&handle, HANDLE_SEAL) == (address ^ list->address ^ FORMAT_SEAL);

    free(bytes);
    return leads;
}

bool lists_has_callbacks(const struct record *list)
{
    return number_in(list, LIST_ALLOCATE) != 0 || number_in(list, LIST_FREE) != 0 ||
           number_in(list, LIST_CONSTRUCT) != 0 || number_in(list, LIST_DESTRUCT) != 0;
}
