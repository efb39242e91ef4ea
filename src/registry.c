/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* All lists, for whoever needs all: a fork, and tools that look at the process.
 *
 * The lock order of the library, from first to last; whoever holds one may take those below it:
 *
 *     registry
 *     +-- threads                    a thread's end, places in the tables
 *         +-- each list's own        its magazines, depot and slabs; two only by fork, in this order
 *             +-- arena              runs of memory
 *             +-- meta               records
 *
 * fork takes them all, so that the child finds every structure whole. In the child, the locks are
 * given back by the thread that holds them, and the magazines of the threads that were not copied
 * are handed to their lists' depots.
 *
 * Nothing is done when the process ends: lists and threads that still run are left as they are. */
#include "registry.h"

#include "arena.h"
#include "inspection.h"
#include "meta.h"
#include "os.h"
#include "thread.h"
#include "version.h"

extern struct inspection inspection; /* below */

static struct registry {
    struct os_lock lock;
    bool started;
    struct lookaside_state *first;
} registry;

/* ---- fork ---- */

static void before_fork(void)
{
    os_lock(&registry.lock);
    threads_lock();
    for (struct lookaside_state *list = registry.first; list != NULL; list = list->next) {
        os_lock(&list->cache.lock);
    }
    arena_before_fork();
    meta_before_fork();
}

static void after_fork_in_parent(void)
{
    meta_after_fork();
    arena_after_fork();
    for (struct lookaside_state *list = registry.first; list != NULL; list = list->next) {
        os_unlock(&list->cache.lock);
    }
    threads_unlock();
    os_unlock(&registry.lock);
}

static void after_fork_in_child(void)
{
    after_fork_in_parent();
    threads_after_fork_in_child();
}

/* ---- the lists ---- */

bool registry_start(void)
{
    OS_REFER_TO(inspection);
    os_lock(&registry.lock);
    if (!registry.started) {
        magazines_init();
        registry.started = os_at_fork(before_fork, after_fork_in_parent, after_fork_in_child);
    }
    bool started = registry.started;
    os_unlock(&registry.lock);
    return started;
}

void registry_add(struct lookaside_state *list)
{
    os_lock(&registry.lock);
    list->next = registry.first;
    if (list->next != NULL) {
        list->next->link = &list->next;
    }
    registry.first = list;
    list->link = &registry.first;
    os_unlock(&registry.lock);
}

void registry_remove(struct lookaside_state *list)
{
    os_lock(&registry.lock);
    *list->link = list->next;
    if (list->next != NULL) {
        list->next->link = list->link;
    }
    os_unlock(&registry.lock);
}

/* ---- for tools ---- */

static OS_DUMPED struct inspection_field registry_fields[] = {
    INSPECT_FIELD(struct registry, "lock", lock, NUMBER, NO_UNIT, LOCK),
    INSPECT_FIELD(struct registry, "first", first, ADDRESS, NO_UNIT, LINK),
};

static INSPECT_RECORD(registry_record, struct registry, "registry", registry_fields);

static OS_DUMPED const struct inspection_record *records[] = {
    &registry_record, &threads_record,  &thread_record, &list_record, &handle_record,
    &account_record,  &magazine_record, &array_record,  &slab_record,
};

OS_INSPECTED struct inspection inspection = {
    .magic = INSPECTION_MAGIC,
    .self = &inspection,
    .format = INSPECTION_FORMAT,
    .size = sizeof(struct inspection),
    .version = VERSION_TEXT,
    .records = records,
    .record_count = sizeof(records) / sizeof(records[0]),
    .record_size = sizeof(struct inspection_record),
    .field_size = sizeof(struct inspection_field),
    .registry = &registry,
    .threads = &all_threads,
};

OS_NOTE(inspection, INSPECTION_FORMAT);
