/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A record for each object that a driver has handed to the system and must take back: what it is,
 * where it lies, whose it is, which calls led to it. The records stand outside of the driver's
 * memory, which may be freed or overwritten when they are needed, and nothing here looks into that
 * memory.
 *
 * One lock over all records. A kind's routine is called without it. */
#include "live.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bugcheck.h"
#include "owner.h"
#include "trace.h"

struct record {
    const struct live_kind *kind;
    const void *object;
    SIZE_T size;
    void *owner;
    struct trace trace;
    struct record *next;
};

static struct {
    pthread_mutex_t lock;
    struct record *first;
} all = {PTHREAD_MUTEX_INITIALIZER, NULL};

/* The link that leads to the object's record, or to the end. */
static struct record **find_locked(const struct live_kind *kind, const void *object)
{
    struct record **link = &all.first;

    while (*link != NULL && ((*link)->kind != kind || (*link)->object != object)) {
        link = &(*link)->next;
    }
    return link;
}

BOOLEAN live_add(const struct live_kind *kind, const void *object, SIZE_T size)
{
    struct record *record = calloc(1, sizeof(*record));

    if (record == NULL) {
        bugcheck(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0, "The twin itself is out of memory.");
    }
    record->kind = kind;
    record->object = object;
    record->size = size;
    record->owner = owner_current();
    trace_take(&record->trace);
    (void)pthread_mutex_lock(&all.lock);
    BOOLEAN is_new = *find_locked(kind, object) == NULL;
    if (is_new) {
        record->next = all.first;
        all.first = record;
    }
    (void)pthread_mutex_unlock(&all.lock);
    if (!is_new) {
        free(record);
    }
    return is_new;
}

BOOLEAN live_remove(const struct live_kind *kind, const void *object)
{
    (void)pthread_mutex_lock(&all.lock);
    struct record **link = find_locked(kind, object);
    struct record *record = *link;
    if (record != NULL) {
        *link = record->next;
    }
    (void)pthread_mutex_unlock(&all.lock);
    free(record);
    return record != NULL;
}

BOOLEAN live_contains(const struct live_kind *kind, const void *object)
{
    (void)pthread_mutex_lock(&all.lock);
    BOOLEAN result = *find_locked(kind, object) != NULL;
    (void)pthread_mutex_unlock(&all.lock);
    return result;
}

void live_check_freed(const void *block, SIZE_T size)
{
    const ULONG_PTR from = (ULONG_PTR)block;
    const struct live_kind *kind = NULL;
    const void *object = NULL;

    (void)pthread_mutex_lock(&all.lock);
    for (struct record *record = all.first; record != NULL; record = record->next) {
        ULONG_PTR start = (ULONG_PTR)record->object;
        if (start < from + size && start + record->size > from) {
            kind = record->kind;
            object = record->object;
        }
    }
    (void)pthread_mutex_unlock(&all.lock);
    if (kind != NULL) {
        kind->in_freed_pool(object, block, size);
    }
}

/* ---- By owner -------------------------------------------------------------------------------- */

static BOOLEAN is_of(const struct record *record, const struct live_kind *kind, const void *owner)
{
    return record->kind == kind && record->owner == owner;
}

ULONG live_count_of(const struct live_kind *kind, const void *owner)
{
    ULONG count = 0;

    (void)pthread_mutex_lock(&all.lock);
    for (struct record *record = all.first; record != NULL; record = record->next) {
        count += is_of(record, kind, owner);
    }
    (void)pthread_mutex_unlock(&all.lock);
    return count;
}

void live_print_of(const struct live_kind *kind, const void *owner)
{
    (void)pthread_mutex_lock(&all.lock);
    for (struct record *record = all.first; record != NULL; record = record->next) {
        if (is_of(record, kind, owner)) {
            (void)fprintf(stderr, "  %p: %s\n", record->object, kind->what);
            trace_print(&record->trace);
        }
    }
    (void)pthread_mutex_unlock(&all.lock);
}

void live_disown(const struct live_kind *kind, const void *owner)
{
    (void)pthread_mutex_lock(&all.lock);
    for (struct record **link = &all.first; *link != NULL;) {
        struct record *record = *link;
        if (is_of(record, kind, owner)) {
            *link = record->next;
            free(record);
        } else {
            link = &record->next;
        }
    }
    (void)pthread_mutex_unlock(&all.lock);
}
