/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Work items. The life of one piece of work:
 *
 *     queued    in the list; the item is the twin's, and must stay where it is
 *     running   in the list; the item is the driver's again, which may queue, free or reuse it
 *     done      out of the list, which forgets it
 *
 * The list holds records of its own with all that the call of the routine needs, because the item
 * may be gone by then. It is served in order by worker threads, which are made when there is more
 * work queued than workers are free, up to a limit, and then stay: so one routine may wait for
 * another.
 *
 * A worker runs in the name of the driver that queued the work. What it must leave as it was (IRQL,
 * critical regions) is looked at, and restored, when the routine has returned.
 *
 * An I/O work item has an executive one inside, by which it is known, and an object, to which it
 * holds a reference until the routine has returned. One lock, of the list; nothing is called with
 * it. */
#include "work_item.h"

#include <setjmp.h>
#include <stdbool.h>
#include <stdlib.h>

#include <pthread.h>

#include <wdk/object.h>
#include <wdk/pool.h>
#include <wdk/work_item.h>

#include "bugcheck.h"
#include "current_thread.h"
#include "dispatcher.h"
#include "irql.h"
#include "live.h"
#include "object.h"
#include "owner.h"
#include "verifier.h"

#define WORKERS 32u
#define SETTLE_MILLISECONDS 2000u
#define WORK_ITEM_TAG 'IWoI'

struct _IO_WORKITEM {
    WORK_QUEUE_ITEM item;
    PVOID object;
    PIO_WORKITEM_ROUTINE routine; /* one of the two; the other is NULL */
    PIO_WORKITEM_ROUTINE_EX routine_ex;
    PVOID context;
};

struct work {
    const WORK_QUEUE_ITEM *item;
    IO_WORKITEM call; /* a copy; the object is NULL when the item is no I/O work item */
    void *owner;
    bool running;
    struct work *next;
};

static struct {
    pthread_mutex_t lock;
    pthread_cond_t work_came;
    struct work *first; /* the oldest */
    unsigned queued;
    unsigned workers;
    unsigned idle;
} queue = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, NULL, 0, 0, 0};

static void report_freed(const void *object, const void *block, SIZE_T size)
{
    verifier_report(
        RULE_WORK_IN_FREED_POOL, ADDRESS(object), ADDRESS(block), ADDRESS(block) + size,
        "Block %p, %zu bytes, was freed while it contains work item %p, which is queued", block,
        size, object);
}

static const struct live_kind work_kind = {"work item queued by", report_freed};

/* ---- Workers --------------------------------------------------------------------------------- */

/* The oldest work that is queued, or NULL; it is running now. */
static struct work *start_locked(void)
{
    for (struct work *work = queue.first; work != NULL; work = work->next) {
        if (!work->running) {
            work->running = true;
            queue.queued--;
            return work;
        }
    }
    return NULL;
}

static struct work *next_work(void)
{
    struct work *work;

    (void)pthread_mutex_lock(&queue.lock);
    queue.idle++;
    while ((work = start_locked()) == NULL) {
        (void)pthread_cond_wait(&queue.work_came, &queue.lock);
    }
    queue.idle--;
    (void)pthread_mutex_unlock(&queue.lock);
    return work;
}

static void end(struct work *work)
{
    (void)pthread_mutex_lock(&queue.lock);
    struct work **link = &queue.first;
    while (*link != work) {
        link = &(*link)->next;
    }
    *link = work->next;
    (void)pthread_mutex_unlock(&queue.lock);
    free(work);
}

/* The driver's routine. */
static ULONG_PTR routine_of(const IO_WORKITEM *call)
{
    if (call->object == NULL) {
        return (ULONG_PTR)call->item.WorkerRoutine;
    }
    return call->routine != NULL ? (ULONG_PTR)call->routine : (ULONG_PTR)call->routine_ex;
}

static void check_return(const struct work *work, PKTHREAD thread)
{
    ULONG_PTR routine = routine_of(&work->call);
    KIRQL irql = KeGetCurrentIrql();
    LONG regions = thread->critical_regions + thread->guarded_regions;

    if (irql != PASSIVE_LEVEL) {
        KeLowerIrql(PASSIVE_LEVEL);
        verifier_report(RULE_WORK_IRQL, routine, irql, ADDRESS(work->item),
                        "The routine of a work item was called at PASSIVE_LEVEL and returned at %s",
                        irql_name(irql));
    }
    if (regions != 0) {
        thread->critical_regions = 0;
        thread->guarded_regions = 0;
        verifier_report(RULE_WORK_REGIONS, routine, 0, 1,
                        "The routine of a work item returned inside %d critical or guarded regions",
                        regions);
    }
}

static void call(const struct work *work)
{
    const IO_WORKITEM *call = &work->call;

    if (call->object == NULL) {
        call->item.WorkerRoutine(call->item.Parameter);
        return;
    }
    if (call->routine != NULL) {
        call->routine(call->object, call->context);
    } else {
        call->routine_ex(call->object, call->context,
                         CONTAINING_RECORD(work->item, IO_WORKITEM, item));
    }
    (void)ObfDereferenceObject(call->object);
}

static void do_work(struct work *work, PKTHREAD thread)
{
    (void)live_remove(&work_kind, work->item);
    void *before = owner_enter(work->owner);
    call(work);
    owner_leave(before);
    check_return(work, thread);
    end(work);
}

static void start_of_worker(PVOID unused)
{
    UNREFERENCED_PARAMETER(unused);
}

static void *run_worker(void *argument)
{
    PKTHREAD thread = argument;

    current_thread_set(thread);
    if (setjmp(thread->end) != 0) {
        bugcheck(ACTIVE_EX_WORKER_THREAD_TERMINATION, ADDRESS(thread), 0, 0, 0,
                 "The routine of a work item called PsTerminateSystemThread. Return from it.");
    }
    for (;;) {
        do_work(next_work(), thread);
    }
}

/* Adds a worker. Fails only when there is one at least: work is then done later, not never. */
static void add_worker(bool is_first)
{
    PKTHREAD thread = object_create(&thread_type, sizeof(*thread));
    bool created = false;

    if (thread != NULL) {
        dispatcher_init(&thread->header, THREAD_OBJECT, 0);
        thread->start = start_of_worker;
        created = pthread_create(&thread->thread, NULL, run_worker, thread) == 0;
    }
    if (created) {
        (void)pthread_detach(thread->thread);
        return;
    }
    if (is_first) {
        bugcheck(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0,
                 "The host gives the twin no thread for work items.");
    }
    if (thread != NULL) {
        (void)ObfDereferenceObject(thread);
    }
    (void)pthread_mutex_lock(&queue.lock);
    queue.workers--;
    (void)pthread_mutex_unlock(&queue.lock);
}

/* ---- Queuing --------------------------------------------------------------------------------- */

/* Puts work at the end of the queue; the item is the twin's until its routine is called. */
static void enqueue(const WORK_QUEUE_ITEM *item, const IO_WORKITEM *call)
{
    struct work *work = malloc(sizeof(*work));

    if (work == NULL) {
        bugcheck(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0, "The twin itself is out of memory.");
    }
    *work = (struct work){.item = item, .call = *call, .owner = owner_current()};
    (void)pthread_mutex_lock(&queue.lock);
    struct work **link = &queue.first;
    while (*link != NULL) {
        link = &(*link)->next;
    }
    *link = work;
    queue.queued++;
    bool is_first = queue.workers == 0;
    bool wants_worker = queue.queued > queue.idle && queue.workers < WORKERS;
    queue.workers += wants_worker;
    (void)pthread_cond_signal(&queue.work_came);
    (void)pthread_mutex_unlock(&queue.lock);
    if (wants_worker) {
        add_worker(is_first);
    }
}

/* False when the item is queued already, and that is to be ignored. */
static bool claim(const WORK_QUEUE_ITEM *item, WORK_QUEUE_TYPE type, const char *routine)
{
    irql_require_at_most(DISPATCH_LEVEL, routine);
    if (live_add(&work_kind, item, sizeof(*item))) {
        return true;
    }
    verifier_report(RULE_WORK_QUEUED_TWICE, ADDRESS(item), (ULONG_PTR)type, 0,
                    "%s was called for a work item that is queued already", routine);
    return false;
}

VOID ExQueueWorkItem(PWORK_QUEUE_ITEM WorkItem, WORK_QUEUE_TYPE QueueType)
{
    if (claim(WorkItem, QueueType, "ExQueueWorkItem")) {
        enqueue(WorkItem, &(const IO_WORKITEM){.item = *WorkItem});
    }
}

/* ---- I/O work items -------------------------------------------------------------------------- */

ULONG IoSizeofWorkItem(VOID)
{
    return sizeof(IO_WORKITEM);
}

VOID IoInitializeWorkItem(PVOID IoObject, PIO_WORKITEM IoWorkItem)
{
    *IoWorkItem = (IO_WORKITEM){.object = IoObject};
}

VOID IoUninitializeWorkItem(PIO_WORKITEM IoWorkItem)
{
    if (live_contains(&work_kind, &IoWorkItem->item)) {
        verifier_report(RULE_WORK_FREED, ADDRESS(IoWorkItem), routine_of(IoWorkItem), 0,
                        "I/O work item %p was freed while it is queued", (void *)IoWorkItem);
    }
}

PIO_WORKITEM IoAllocateWorkItem(PDEVICE_OBJECT DeviceObject)
{
    irql_require_at_most(DISPATCH_LEVEL, "IoAllocateWorkItem");
    PIO_WORKITEM item = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*item), WORK_ITEM_TAG);
    if (item != NULL) {
        IoInitializeWorkItem(DeviceObject, item);
    }
    return item;
}

VOID IoFreeWorkItem(PIO_WORKITEM IoWorkItem)
{
    irql_require_at_most(DISPATCH_LEVEL, "IoFreeWorkItem");
    IoUninitializeWorkItem(IoWorkItem);
    ExFreePoolWithTag(IoWorkItem, WORK_ITEM_TAG);
}

static void enqueue_io(PIO_WORKITEM item, PIO_WORKITEM_ROUTINE routine,
                       PIO_WORKITEM_ROUTINE_EX routine_ex, PVOID context)
{
    item->routine = routine;
    item->routine_ex = routine_ex;
    item->context = context;
    (void)ObfReferenceObject(item->object);
    enqueue(&item->item, item);
}

VOID IoQueueWorkItem(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE WorkerRoutine,
                     WORK_QUEUE_TYPE QueueType, PVOID Context)
{
    if (claim(&IoWorkItem->item, QueueType, "IoQueueWorkItem")) {
        enqueue_io(IoWorkItem, WorkerRoutine, NULL, Context);
    }
}

VOID IoQueueWorkItemEx(PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine,
                       WORK_QUEUE_TYPE QueueType, PVOID Context)
{
    if (claim(&IoWorkItem->item, QueueType, "IoQueueWorkItemEx")) {
        enqueue_io(IoWorkItem, NULL, WorkerRoutine, Context);
    }
}

/* ---- At unload ------------------------------------------------------------------------------- */

/* How much of the owner's work there is; or only such as comes to its end although the driver
 * goes. */
static ULONG count(const void *owner, bool only_settling)
{
    ULONG result = 0;

    (void)pthread_mutex_lock(&queue.lock);
    for (struct work *work = queue.first; work != NULL; work = work->next) {
        result +=
            work->owner == owner && (!only_settling || work->running || work->call.object != NULL);
    }
    (void)pthread_mutex_unlock(&queue.lock);
    return result;
}

ULONG work_item_count(const void *owner)
{
    return count(owner, false);
}

void work_item_settle(const void *owner)
{
    const LARGE_INTEGER millisecond = {.QuadPart = -10000};

    for (unsigned i = 0; i < SETTLE_MILLISECONDS && count(owner, true) != 0; i++) {
        dispatcher_sleep(millisecond);
    }
}
