/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Executive resources. One is
 *
 *     free        no owner
 *     exclusive   OwnerEntry names the owner and how often it has it
 *     shared      OwnerTable names each thread that shares it, and how often
 *
 * and behind it stands a queue of those who wait, each with its wish and an event on its own stack.
 * Who changes the state gives the resource to the first in the queue, as long as what that one
 * wants fits with who has it, and only then sets its event: who wakes is an owner. So nobody is
 * overtaken by one who came later, unless a routine's page says that it overtakes.
 *
 * One lock, over all resources; with it nothing is called but KeSetEvent. Which resources are
 * initialised is told by live.c, not by what their memory says. */
#include "resource.h"

#include <stdbool.h>
#include <stdlib.h>

#include <pthread.h>

#include <wdk/list_entry.h>
#include <wdk/ntstatus.h>
#include <wdk/resource.h>

#include "bugcheck.h"
#include "current_thread.h"
#include "irql.h"
#include "verifier.h"

#define FIRST_TABLE_SIZE 4u

struct waiter {
    ERESOURCE_THREAD thread;
    bool exclusive;
    KEVENT granted;
    struct waiter *next;
};

/* How a thread that wants to share stands to one who waits to have it exclusively. */
enum sharing {
    SHARE,      /* overtakes when it shares already */
    SHARE_LAST, /* never overtakes */
    SHARE_FIRST /* overtakes */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void report_freed(const void *object, const void *block, SIZE_T size)
{
    verifier_report(RULE_POOL_CONTAINS_RESOURCE, ADDRESS(object), ADDRESS(block), size,
                    "Block %p, %zu bytes, was freed while it contains executive resource %p", block,
                    size, object);
}

const struct live_kind resource_kind = {"executive resource not deleted, initialised by",
                                        report_freed};

/* ---- Owners, under the lock ------------------------------------------------------------------ */

/* The thread's entry among those who share, or an unused one for thread 0; NULL when there is
 * none. */
static POWNER_ENTRY shared_entry(PERESOURCE resource, ERESOURCE_THREAD thread)
{
    for (ULONG i = 1; resource->OwnerTable != NULL && i < resource->OwnerTable->TableSize; i++) {
        if (resource->OwnerTable[i].OwnerThread == thread) {
            return &resource->OwnerTable[i];
        }
    }
    return NULL;
}

static bool is_exclusive(const ERESOURCE *resource)
{
    return (resource->Flag & ResourceOwnedExclusive) != 0;
}

static POWNER_ENTRY entry_of(PERESOURCE resource, ERESOURCE_THREAD thread)
{
    if (is_exclusive(resource)) {
        return resource->OwnerEntry.OwnerThread == thread ? &resource->OwnerEntry : NULL;
    }
    return shared_entry(resource, thread);
}

static void grow_table(PERESOURCE resource)
{
    ULONG size = resource->OwnerTable == NULL ? 0 : resource->OwnerTable->TableSize;
    ULONG wanted = size == 0 ? FIRST_TABLE_SIZE : 2 * size;
    POWNER_ENTRY table = realloc(resource->OwnerTable, wanted * sizeof(*table));

    if (table == NULL) {
        bugcheck(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0, "The twin itself is out of memory.");
    }
    for (ULONG i = size; i < wanted; i++) {
        table[i] = (OWNER_ENTRY){.OwnerThread = 0};
    }
    table->TableSize = wanted;
    resource->OwnerTable = table;
}

static void share(PERESOURCE resource, ERESOURCE_THREAD thread, ULONG times)
{
    POWNER_ENTRY entry = shared_entry(resource, thread);

    if (entry == NULL) {
        entry = shared_entry(resource, 0);
        if (entry == NULL) {
            grow_table(resource);
            entry = shared_entry(resource, 0);
        }
        *entry = (OWNER_ENTRY){.OwnerThread = thread};
        resource->ActiveEntries++;
    }
    entry->OwnerCount += times;
    resource->ActiveCount = 1;
}

static void give(PERESOURCE resource, ERESOURCE_THREAD thread, bool exclusive)
{
    if (!exclusive) {
        share(resource, thread, 1);
        return;
    }
    resource->OwnerEntry.OwnerThread = thread;
    resource->OwnerEntry.OwnerCount = 1;
    resource->Flag |= ResourceOwnedExclusive;
    resource->ActiveEntries = 1;
    resource->ActiveCount = 1;
}

static bool fits(const ERESOURCE *resource, bool exclusive)
{
    return resource->ActiveCount == 0 || (!exclusive && !is_exclusive(resource));
}

/* Serves the queue from its head; each change that frees something ends with it. */
static void serve_queue(PERESOURCE resource)
{
    for (struct waiter *first; (first = resource->Waiters) != NULL;) {
        if (!fits(resource, first->exclusive)) {
            return;
        }
        resource->Waiters = first->next;
        (*(first->exclusive ? &resource->NumberOfExclusiveWaiters
                            : &resource->NumberOfSharedWaiters))--;
        give(resource, first->thread, first->exclusive);
        (void)KeSetEvent(&first->granted, IO_NO_INCREMENT, FALSE);
    }
}

static void enqueue(PERESOURCE resource, struct waiter *waiter)
{
    struct waiter *last = resource->Waiters;

    resource->ContentionCount++;
    (*(waiter->exclusive ? &resource->NumberOfExclusiveWaiters
                         : &resource->NumberOfSharedWaiters))++;
    if (last == NULL) {
        resource->Waiters = waiter;
        return;
    }
    while (last->next != NULL) {
        last = last->next;
    }
    last->next = waiter;
}

/* ---- A resource's life ----------------------------------------------------------------------- */

static void check_initialized(const ERESOURCE *resource, const char *routine)
{
    if (!live_contains(&resource_kind, resource)) {
        verifier_report(RULE_RESOURCE_NOT_INITIALIZED, ADDRESS(resource), 0, 0,
                        "%s was called for %p, which is no initialised executive resource", routine,
                        (const void *)resource);
    }
}

NTSTATUS ExInitializeResourceLite(PERESOURCE Resource)
{
    irql_require_at_most(DISPATCH_LEVEL, "ExInitializeResourceLite");
    if (!live_add(&resource_kind, Resource, sizeof(*Resource))) {
        verifier_report(RULE_RESOURCE_TWICE, ADDRESS(Resource), 0, 0,
                        "Executive resource %p was initialised twice", (void *)Resource);
    }
    *Resource = (ERESOURCE){.Flag = 0};
    InitializeListHead(&Resource->SystemResourcesList);
    return STATUS_SUCCESS;
}

static void forget_owners(PERESOURCE resource)
{
    (void)pthread_mutex_lock(&lock);
    free(resource->OwnerTable);
    *resource = (ERESOURCE){.Flag = 0};
    (void)pthread_mutex_unlock(&lock);
}

NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource)
{
    irql_require_at_most(DISPATCH_LEVEL, "ExReinitializeResourceLite");
    check_initialized(Resource, "ExReinitializeResourceLite");
    forget_owners(Resource);
    InitializeListHead(&Resource->SystemResourcesList);
    return STATUS_SUCCESS;
}

NTSTATUS ExDeleteResourceLite(PERESOURCE Resource)
{
    irql_require_at_most(DISPATCH_LEVEL, "ExDeleteResourceLite");
    if (live_remove(&resource_kind, Resource)) {
        forget_owners(Resource);
    } else {
        check_initialized(Resource, "ExDeleteResourceLite");
    }
    return STATUS_SUCCESS;
}

/* ---- Acquiring ------------------------------------------------------------------------------- */

/* A system thread gets no APC that a driver could be surprised by. */
static void check_apcs(PERESOURCE resource, enum rule rule, const char *routine)
{
    PKTHREAD thread = KeGetCurrentThread();

    if (!KeAreApcsDisabled() && !PsIsSystemThread((PETHREAD)thread)) {
        verifier_report(rule, KeGetCurrentIrql(), (ULONG_PTR)thread->critical_regions,
                        ADDRESS(resource), "%s was called with APCs enabled", routine);
    }
}

static void check_acquire(PERESOURCE resource, const char *routine)
{
    irql_require_at_most(APC_LEVEL, routine);
    check_initialized(resource, routine);
    check_apcs(resource, RULE_RESOURCE_ACQUIRE_APCS, routine);
}

/* Gives the resource to this thread, or joins the queue; true when the thread has it. Locked. */
static bool acquire_or_enqueue(PERESOURCE resource, bool may_overtake, bool wait,
                               struct waiter *waiter)
{
    bool overtakes = may_overtake || resource->NumberOfExclusiveWaiters == 0;

    if (fits(resource, waiter->exclusive) && (overtakes || resource->ActiveCount == 0)) {
        give(resource, waiter->thread, waiter->exclusive);
        return true;
    }
    if (wait) {
        enqueue(resource, waiter);
    }
    return false;
}

static BOOLEAN finish(struct waiter *waiter, bool acquired, BOOLEAN wait)
{
    if (!acquired && wait) {
        (void)KeWaitForSingleObject(&waiter->granted, Executive, KernelMode, FALSE, NULL);
    }
    return acquired || wait;
}

static void init_waiter(struct waiter *waiter, bool exclusive)
{
    *waiter = (struct waiter){.thread = ExGetCurrentResourceThread(), .exclusive = exclusive};
    KeInitializeEvent(&waiter->granted, SynchronizationEvent, FALSE);
}

BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait)
{
    struct waiter waiter;
    bool acquired = false;

    check_acquire(Resource, "ExAcquireResourceExclusiveLite");
    init_waiter(&waiter, true);
    (void)pthread_mutex_lock(&lock);
    POWNER_ENTRY entry = entry_of(Resource, waiter.thread);
    bool shares = entry != NULL && !is_exclusive(Resource);
    if (entry != NULL && !shares) {
        entry->OwnerCount++;
        acquired = true;
    } else if (!(shares && Wait)) {
        acquired = acquire_or_enqueue(Resource, false, Wait, &waiter);
    }
    (void)pthread_mutex_unlock(&lock);
    if (shares && Wait) {
        verifier_report(RULE_LOCK_RECURSION, ADDRESS(Resource), 0, 0,
                        "This thread shares executive resource %p and waits to have it exclusively",
                        (void *)Resource);
        return FALSE;
    }
    return finish(&waiter, acquired, Wait);
}

BOOLEAN ExTryToAcquireResourceExclusiveLite(PERESOURCE Resource)
{
    return ExAcquireResourceExclusiveLite(Resource, FALSE);
}

static BOOLEAN acquire_shared(PERESOURCE resource, BOOLEAN wait, enum sharing sharing,
                              const char *routine)
{
    struct waiter waiter;
    bool acquired = true;

    check_acquire(resource, routine);
    init_waiter(&waiter, false);
    (void)pthread_mutex_lock(&lock);
    POWNER_ENTRY entry = entry_of(resource, waiter.thread);
    if (entry != NULL && is_exclusive(resource)) {
        entry->OwnerCount++;
    } else {
        bool may_overtake = sharing == SHARE_FIRST || (sharing == SHARE && entry != NULL);
        acquired = acquire_or_enqueue(resource, may_overtake, wait, &waiter);
    }
    (void)pthread_mutex_unlock(&lock);
    return finish(&waiter, acquired, wait);
}

BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire_shared(Resource, Wait, SHARE, "ExAcquireResourceSharedLite");
}

BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire_shared(Resource, Wait, SHARE_FIRST, "ExAcquireSharedStarveExclusive");
}

BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait)
{
    return acquire_shared(Resource, Wait, SHARE_LAST, "ExAcquireSharedWaitForExclusive");
}

/* ---- Releasing ------------------------------------------------------------------------------- */

static void report_not_owned(PERESOURCE resource, ERESOURCE_THREAD thread)
{
    verifier_report(RULE_RESOURCE_NOT_OWNED, ADDRESS(resource), thread, 0,
                    "Executive resource %p was released by, or for, a thread that has not got it",
                    (void *)resource);
}

/* Takes one of the thread's acquisitions back; false when it has none. Locked. */
static bool take_back(PERESOURCE resource, ERESOURCE_THREAD thread)
{
    POWNER_ENTRY entry = entry_of(resource, thread);

    if (entry == NULL) {
        return false;
    }
    if (--entry->OwnerCount == 0) {
        entry->OwnerThread = 0;
        resource->ActiveEntries--;
        if (resource->ActiveEntries == 0) {
            resource->ActiveCount = 0;
            resource->Flag &= (USHORT)~ResourceOwnedExclusive;
        }
        serve_queue(resource);
    }
    return true;
}

VOID ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId)
{
    irql_require_at_most(DISPATCH_LEVEL, "ExReleaseResourceLite");
    check_initialized(Resource, "ExReleaseResourceLite");
    check_apcs(Resource, RULE_RESOURCE_RELEASE_APCS, "ExReleaseResourceLite");
    (void)pthread_mutex_lock(&lock);
    bool owned = take_back(Resource, ResourceThreadId);
    (void)pthread_mutex_unlock(&lock);
    if (!owned) {
        report_not_owned(Resource, ResourceThreadId);
    }
}

VOID ExReleaseResourceLite(PERESOURCE Resource)
{
    ExReleaseResourceForThreadLite(Resource, ExGetCurrentResourceThread());
}

VOID ExConvertExclusiveToSharedLite(PERESOURCE Resource)
{
    ERESOURCE_THREAD thread = ExGetCurrentResourceThread();

    irql_require_at_most(DISPATCH_LEVEL, "ExConvertExclusiveToSharedLite");
    check_initialized(Resource, "ExConvertExclusiveToSharedLite");
    (void)pthread_mutex_lock(&lock);
    bool owned = is_exclusive(Resource) && entry_of(Resource, thread) != NULL;
    if (owned) {
        ULONG times = Resource->OwnerEntry.OwnerCount;
        Resource->OwnerEntry = (OWNER_ENTRY){.OwnerThread = 0};
        Resource->Flag &= (USHORT)~ResourceOwnedExclusive;
        Resource->ActiveEntries = 0;
        share(Resource, thread, times);
        serve_queue(Resource);
    }
    (void)pthread_mutex_unlock(&lock);
    if (!owned) {
        report_not_owned(Resource, thread);
    }
}

/* ---- With critical regions ------------------------------------------------------------------- */

PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    (void)ExAcquireResourceExclusiveLite(Resource, TRUE);
    return NULL;
}

PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    (void)ExAcquireResourceSharedLite(Resource, TRUE);
    return NULL;
}

PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource)
{
    KeEnterCriticalRegion();
    (void)ExAcquireSharedWaitForExclusive(Resource, TRUE);
    return NULL;
}

VOID ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource)
{
    ExReleaseResourceLite(Resource);
    KeLeaveCriticalRegion();
}

/* ---- Questions ------------------------------------------------------------------------------- */

ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource)
{
    (void)pthread_mutex_lock(&lock);
    POWNER_ENTRY entry = entry_of(Resource, ExGetCurrentResourceThread());
    ULONG times = entry == NULL ? 0 : entry->OwnerCount;
    (void)pthread_mutex_unlock(&lock);
    return times;
}

BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource)
{
    (void)pthread_mutex_lock(&lock);
    bool exclusive =
        is_exclusive(Resource) && entry_of(Resource, ExGetCurrentResourceThread()) != NULL;
    (void)pthread_mutex_unlock(&lock);
    return exclusive;
}

static ULONG read_count(const ULONG *count)
{
    (void)pthread_mutex_lock(&lock);
    ULONG value = *count;
    (void)pthread_mutex_unlock(&lock);
    return value;
}

ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource)
{
    return read_count(&Resource->NumberOfExclusiveWaiters);
}

ULONG ExGetSharedWaiterCount(PERESOURCE Resource)
{
    return read_count(&Resource->NumberOfSharedWaiters);
}
