/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A timer or a DPC is memory of the driver that the system keeps a pointer to: from KeSetTimer
 * until it expires or is cancelled, from KeInsertQueueDpc until its routine begins. A record stands
 * beside each of them, outside the driver's memory, so that whoever is about to free or to reuse
 * memory can ask what is in it (bugcheck 0xC7), and the loader can ask what is left of a driver.
 *
 * The rooms that own the queues (dpc.c, timer.c) add and remove records under their locks; the one
 * lock here is taken last, and nothing is called with it. Looking is a walk: drivers have few at a
 * time. */
#include "pending.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "bugcheck.h"
#include "trace.h"
#include "verifier.h"

struct record {
    enum pending_kind kind;
    const void *object;
    SIZE_T size;
    void *owner;
    struct trace trace;
    struct record *next;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct record *first;

void pending_add(enum pending_kind kind, const void *object, SIZE_T size, void *owner)
{
    struct record *record = calloc(1, sizeof(*record));

    if (record == NULL) {
        bugcheck(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0, "The twin itself is out of memory.");
    }
    record->kind = kind;
    record->object = object;
    record->size = size;
    record->owner = owner;
    trace_take(&record->trace);
    (void)pthread_mutex_lock(&lock);
    record->next = first;
    first = record;
    (void)pthread_mutex_unlock(&lock);
}

void *pending_remove(const void *object)
{
    struct record *found = NULL;
    void *owner = NULL;

    (void)pthread_mutex_lock(&lock);
    for (struct record **link = &first; *link != NULL; link = &(*link)->next) {
        if ((*link)->object == object) {
            found = *link;
            owner = found->owner;
            *link = found->next;
            break;
        }
    }
    (void)pthread_mutex_unlock(&lock);
    free(found);
    return owner;
}

void *pending_owner(const void *object)
{
    void *owner = NULL;

    (void)pthread_mutex_lock(&lock);
    for (struct record *record = first; record != NULL; record = record->next) {
        if (record->object == object) {
            owner = record->owner;
        }
    }
    (void)pthread_mutex_unlock(&lock);
    return owner;
}

/* ---- What lies in memory that goes ----------------------------------------------------------- */

static BOOLEAN find_inside(ULONG_PTR start, SIZE_T size, struct record *found)
{
    BOOLEAN result = FALSE;

    (void)pthread_mutex_lock(&lock);
    for (struct record *record = first; record != NULL; record = record->next) {
        ULONG_PTR object = ADDRESS(record->object);
        if (object < start + size && object + record->size > start) {
            *found = *record;
            result = TRUE;
        }
    }
    (void)pthread_mutex_unlock(&lock);
    return result;
}

void pending_check(const void *start, SIZE_T size, const char *what)
{
    struct record found;
    char caller[160];

    if (!find_inside(ADDRESS(start), size, &found)) {
        return;
    }
    trace_name(trace_caller(&found.trace), caller, sizeof(caller));
    if (found.kind == PENDING_TIMER) {
        verifier_report(RULE_TIMER_PENDING, ADDRESS(found.object), ADDRESS(start),
                        ADDRESS(start) + size, "%s while timer %p in it is active, set by %s", what,
                        found.object, caller);
    } else {
        verifier_report(RULE_DPC_PENDING, ADDRESS(found.object), ADDRESS(start),
                        ADDRESS(start) + size, "%s while DPC %p in it is queued, by %s", what,
                        found.object, caller);
    }
}

/* ---- By owner -------------------------------------------------------------------------------- */

const void *pending_first(enum pending_kind kind, const void *owner)
{
    const void *object = NULL;

    (void)pthread_mutex_lock(&lock);
    for (struct record *record = first; record != NULL; record = record->next) {
        if (record->kind == kind && record->owner == owner) {
            object = record->object;
        }
    }
    (void)pthread_mutex_unlock(&lock);
    return object;
}

ULONG pending_count(enum pending_kind kind, const void *owner)
{
    ULONG count = 0;

    (void)pthread_mutex_lock(&lock);
    for (struct record *record = first; record != NULL; record = record->next) {
        count += record->kind == kind && record->owner == owner;
    }
    (void)pthread_mutex_unlock(&lock);
    return count;
}

void pending_print(const void *owner)
{
    (void)pthread_mutex_lock(&lock);
    for (struct record *record = first; record != NULL; record = record->next) {
        if (record->owner == owner) {
            (void)fprintf(stderr, "  %s %p, by\n",
                          record->kind == PENDING_TIMER ? "still active: timer"
                                                        : "still queued: DPC",
                          record->object);
            trace_print(&record->trace);
        }
    }
    (void)pthread_mutex_unlock(&lock);
}
