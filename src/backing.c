/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The border between a list and what is under it. Every entry crosses it twice, through the same
 * stages in opposite order:
 *
 *     get:  allocate callback or slab;  construct;  else the reserve, which is constructed
 *     put:  destruct;  free callback or slab
 *
 * Callbacks run without a lock: they may take time, use any list, or never return. Between slab and
 * callback the entry is the calling thread's own. */
#include "backing.h"

#include "bugcheck.h"
#include "os.h"

static lookaside_bugcheck_code code_of(enum slab_verdict verdict)
{
    switch (verdict) {
    case SLAB_OF_ANOTHER_LIST:
        return LOOKASIDE_BUGCHECK_WRONG_LIST;
    case SLAB_INTERIOR:
        return LOOKASIDE_BUGCHECK_INTERIOR_POINTER;
    case SLAB_NEVER_ALLOCATED:
        return LOOKASIDE_BUGCHECK_NEVER_ALLOCATED;
    case SLAB_ALREADY_FREE:
        return LOOKASIDE_BUGCHECK_DOUBLE_FREE;
    case SLAB_NOT_AN_ENTRY:
    case SLAB_TAKEN:
        break;
    }
    return LOOKASIDE_BUGCHECK_FREE_NOT_AN_ENTRY;
}

/* ---- get ---- */

static void *get_from_slabs(struct lookaside_state *list, lookaside_status *failure)
{
    void *entry = NULL;

    os_lock(&list->cache.lock);
    if (slab_alloc(&list->slabs, &entry, 1, os_milliseconds()) == 0) {
        *failure = list->slabs.failure;
    }
    os_unlock(&list->cache.lock);
    return entry;
}

static void *get_raw(struct lookaside_state *list, lookaside_status *failure)
{
    const lookaside_options *options = &list->options;

    if (options->allocate == NULL) {
        return get_from_slabs(list, failure);
    }
    void *entry =
        options->allocate(list->type, list->size, options->tag, list->handle, options->context);
    if (entry == NULL) {
        *failure = LOOKASIDE_ALLOCATE_FAILED;
    }
    return entry;
}

static void put_raw(struct lookaside_state *list, void *entry)
{
    if (list->options.free != NULL) {
        list->options.free(entry, list->handle, list->options.context);
    } else {
        lookaside_backing_free(list->handle, entry);
    }
}

void *backing_get_new(struct lookaside_state *list, lookaside_status *failure)
{
    const lookaside_options *options = &list->options;
    void *entry = get_raw(list, failure);

    if (entry != NULL && options->construct != NULL &&
        options->construct(entry, list->handle, options->context) != 0) {
        *failure = LOOKASIDE_CONSTRUCT_FAILED;
        put_raw(list, entry);
        return NULL;
    }
    return entry;
}

void *backing_get(struct lookaside_state *list, lookaside_status *failure)
{
    void *entry = backing_get_new(list, failure);

    if (entry == NULL && !list->plain_alloc) {
        os_lock(&list->cache.lock);
        entry = depot_take_one(&list->reserve);
        os_unlock(&list->cache.lock);
    }
    return entry;
}

/* ---- put ---- */

void backing_put_locked(struct lookaside_state *list, void *const *entries, size_t count,
                        uint64_t *counter, struct fault *fault)
{
    uint64_t now = os_milliseconds();

    while (count != 0) {
        void *entry = entries[--count];
        enum slab_verdict verdict = slab_free(&list->slabs, entry, now);
        if (verdict == SLAB_TAKEN) {
            continue;
        }
        (*counter)--;
        list->cache.frees--;
        if (fault->entry == NULL) {
            *fault = (struct fault){verdict, entry};
        }
    }
}

void backing_report(struct lookaside_state *list, const struct fault *fault)
{
    if (fault->entry != NULL) {
        lookaside_bugcheck(code_of(fault->verdict), list->handle, fault->entry);
    }
}

static void put_to_slabs(struct lookaside_state *list, void *const *entries, size_t count,
                         uint64_t *counter)
{
    struct fault fault = {SLAB_TAKEN, NULL};

    os_lock(&list->cache.lock);
    backing_put_locked(list, entries, count, counter, &fault);
    os_unlock(&list->cache.lock);
    backing_report(list, &fault);
}

static void put_through_callbacks(struct lookaside_state *list, void *entry, uint64_t *counter)
{
    const lookaside_options *options = &list->options;

    if (options->destruct != NULL) {
        options->destruct(entry, list->handle, options->context);
    }
    if (options->free != NULL) {
        options->free(entry, list->handle, options->context);
    } else {
        put_to_slabs(list, &entry, 1, counter);
    }
}

void backing_put(struct lookaside_state *list, void *const *entries, size_t count,
                 uint64_t *counter)
{
    if (list->plain_free) {
        put_to_slabs(list, entries, count, counter);
        return;
    }
    while (count != 0) {
        put_through_callbacks(list, entries[--count], counter);
    }
}

/* ---- for callbacks that wrap the slabs ---- */

void *lookaside_backing_allocate(lookaside_list *handle)
{
    struct lookaside_state *list = list_or_bugcheck(handle, NULL);
    lookaside_status failure;

    return list == NULL ? NULL : get_from_slabs(list, &failure);
}

void lookaside_backing_free(lookaside_list *handle, void *entry)
{
    struct lookaside_state *list = list_or_bugcheck(handle, entry);

    if (list == NULL || entry == NULL) {
        return;
    }
    os_lock(&list->cache.lock);
    enum slab_verdict verdict = slab_free(&list->slabs, entry, os_milliseconds());
    os_unlock(&list->cache.lock);
    if (verdict != SLAB_TAKEN) {
        lookaside_bugcheck(code_of(verdict), handle, entry);
    }
}
