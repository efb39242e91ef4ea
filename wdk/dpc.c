/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One queue and one thread. The thread takes the DPC at the head, notes in whose name it was
 * queued, and calls its routine at DISPATCH_LEVEL. What it needs it copies under the lock: from
 * then on the DPC belongs to the driver again, whose routine may queue it anew or free it.
 *
 *     KeInsertQueueDpc            the thread takes it
 *     idle ----------> queued ------------------------> idle, its routine runs
 *      ^                  |
 *      +------------------+  KeRemoveQueueDpc
 *
 * So two routines never run at once, as on a machine where all DPCs go to one processor; a DPC that
 * waits for another one to run would hang there, too. Flushing is a DPC of the twin's own at the
 * tail of the queue: when it runs, everything before it has returned.
 *
 * One lock, of the queue and of who is running; only the record of pending.c is kept with it. The
 * thread starts with the first DPC, and ends with the program. */
#include "dpc.h"

#include <stdbool.h>

#include <pthread.h>

#include <wdk/list_entry.h>
#include <wdk/ntstatus.h>

#include "bugcheck.h"
#include "current_thread.h"
#include "dispatcher.h"
#include "host.h"
#include "irql.h"
#include "owner.h"
#include "pending.h"
#include "trace.h"
#include "verifier.h"

#define DPC_OBJECT 19 /* KDPC.Type */
#define EXECUTED 8    /* parameter 3 of bugcheck 0xD1 */
#define CALLOUT 2     /* the lowest bits of parameter 1 of bugcheck 0xC8 */

static struct {
    pthread_mutex_t lock;
    pthread_cond_t queued;
    LIST_ENTRY queue;
    PRKDPC running; /* its address alone: the routine may have freed it; NULL: none */
    void *owner;    /* in whose name it runs */
} dpcs = {.lock = PTHREAD_MUTEX_INITIALIZER,
          .queued = PTHREAD_COND_INITIALIZER,
          .queue = {&dpcs.queue, &dpcs.queue}};

static bool has_thread; /* atomic */

/* What the thread needs of a DPC. */
struct call {
    PRKDPC dpc;
    PKDEFERRED_ROUTINE routine;
    PVOID context;
    PVOID argument1;
    PVOID argument2;
    void *owner;
};

/* ---- The thread ------------------------------------------------------------------------------ */

static void dequeue_locked(PRKDPC dpc)
{
    (void)RemoveEntryList(&dpc->DpcListEntry);
    dpc->DpcData = NULL;
}

static struct call take_next(void)
{
    (void)pthread_mutex_lock(&dpcs.lock);
    dpcs.running = NULL;
    while (IsListEmpty(&dpcs.queue)) {
        (void)pthread_cond_wait(&dpcs.queued, &dpcs.lock);
    }
    PRKDPC dpc = CONTAINING_RECORD(dpcs.queue.Flink, KDPC, DpcListEntry);
    dequeue_locked(dpc);
    dpcs.running = dpc;
    dpcs.owner = pending_remove(dpc);
    struct call call = {.dpc = dpc,
                        .routine = dpc->DeferredRoutine,
                        .context = dpc->DeferredContext,
                        .argument1 = dpc->SystemArgument1,
                        .argument2 = dpc->SystemArgument2,
                        .owner = dpcs.owner};
    (void)pthread_mutex_unlock(&dpcs.lock);
    return call;
}

/* The routine has returned: as it was called? Puts back what is not. */
static void check_return(const struct call *call, LONG regions)
{
    PKTHREAD thread = KeGetCurrentThread();
    KIRQL irql = KeGetCurrentIrql();
    LONG regions_now = thread->critical_regions;
    char routine[160];

    /* As the call that returns behind the routine's first byte. */
    trace_name((const void *)(ADDRESS(call->routine) + 1), routine, sizeof(routine));
    KeLowerIrql(PASSIVE_LEVEL);
    (void)KfRaiseIrql(DISPATCH_LEVEL);
    thread->critical_regions = regions;
    if (irql != DISPATCH_LEVEL) {
        verifier_report(RULE_ENTRY_IRQL,
                        ((ULONG_PTR)irql << 16) | ((ULONG_PTR)DISPATCH_LEVEL << 8) | CALLOUT,
                        ADDRESS(call->routine), ADDRESS(call->dpc),
                        "DPC routine %s was called at DISPATCH_LEVEL and returned at %s", routine,
                        irql_name(irql));
    }
    if (regions_now != regions) {
        verifier_report(
            RULE_DPC_REGIONS, ADDRESS(call->routine), (ULONG_PTR)-regions, (ULONG_PTR)-regions_now,
            "DPC routine %s returned inside %d critical region(s)", routine, regions_now - regions);
    }
}

static void *run(void *unused)
{
    (void)KfRaiseIrql(DISPATCH_LEVEL);
    for (;;) {
        struct call call = take_next();
        LONG regions = KeGetCurrentThread()->critical_regions;
        void *before = owner_enter(call.owner);
        call.routine(call.dpc, call.context, call.argument1, call.argument2);
        owner_leave(before);
        check_return(&call, regions);
    }
    return unused;
}

static void start_thread(void)
{
    pthread_t thread;

    if (pthread_create(&thread, NULL, run, NULL) == 0) {
        (void)pthread_detach(thread);
        __atomic_store_n(&has_thread, true, __ATOMIC_RELEASE);
    }
}

static void require_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, start_thread);
    if (!__atomic_load_n(&has_thread, __ATOMIC_ACQUIRE)) {
        bugcheck(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0,
                 "The twin itself could not start its thread for DPCs.");
    }
}

/* ---- The queue ------------------------------------------------------------------------------- */

VOID KeInitializeDpc(PRKDPC Dpc, PKDEFERRED_ROUTINE DeferredRoutine, PVOID DeferredContext)
{
    pending_check(Dpc, sizeof(*Dpc), "A DPC was initialised");
    *Dpc = (KDPC){.Type = DPC_OBJECT,
                  .Importance = MediumImportance,
                  .DeferredRoutine = DeferredRoutine,
                  .DeferredContext = DeferredContext};
}

void dpc_check(const KDPC *dpc)
{
    if (dpc->Type != DPC_OBJECT || dpc->DeferredRoutine == NULL) {
        ULONG_PTR routine = ADDRESS(dpc->DeferredRoutine);
        bugcheck(DRIVER_IRQL_NOT_LESS_OR_EQUAL, routine, DISPATCH_LEVEL, EXECUTED, routine,
                 "A DPC was queued, or given to a timer, that KeInitializeDpc had not seen or that "
                 "has no routine. Initialise it first.");
    }
}

BOOLEAN dpc_queue(PRKDPC dpc, PVOID argument1, PVOID argument2, void *owner)
{
    require_thread();
    (void)pthread_mutex_lock(&dpcs.lock);
    BOOLEAN is_new = dpc->DpcData == NULL;
    if (is_new) {
        dpc->SystemArgument1 = argument1;
        dpc->SystemArgument2 = argument2;
        dpc->DpcData = &dpcs;
        if (dpc->Importance == HighImportance) {
            InsertHeadList(&dpcs.queue, &dpc->DpcListEntry);
        } else {
            InsertTailList(&dpcs.queue, &dpc->DpcListEntry);
        }
        pending_add(PENDING_DPC, dpc, sizeof(*dpc), owner);
        (void)pthread_cond_signal(&dpcs.queued);
    }
    (void)pthread_mutex_unlock(&dpcs.lock);
    return is_new;
}

BOOLEAN KeInsertQueueDpc(PRKDPC Dpc, PVOID SystemArgument1, PVOID SystemArgument2)
{
    dpc_check(Dpc);
    return dpc_queue(Dpc, SystemArgument1, SystemArgument2, owner_current());
}

BOOLEAN KeRemoveQueueDpc(PRKDPC Dpc)
{
    (void)pthread_mutex_lock(&dpcs.lock);
    BOOLEAN was_queued = Dpc->DpcData != NULL;
    if (was_queued) {
        dequeue_locked(Dpc);
        (void)pending_remove(Dpc);
    }
    (void)pthread_mutex_unlock(&dpcs.lock);
    return was_queued;
}

/* ---- Flushing -------------------------------------------------------------------------------- */

static void signal_event(PRKDPC dpc, PVOID event, PVOID unused1, PVOID unused2)
{
    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(unused1);
    UNREFERENCED_PARAMETER(unused2);
    (void)KeSetEvent(event, IO_NO_INCREMENT, FALSE);
}

void dpc_flush(void)
{
    KEVENT done;
    KDPC last;

    if (!__atomic_load_n(&has_thread, __ATOMIC_ACQUIRE)) {
        return; /* nobody ever queued one */
    }
    KeInitializeEvent(&done, NotificationEvent, FALSE);
    KeInitializeDpc(&last, signal_event, &done);
    (void)dpc_queue(&last, NULL, NULL, NULL);
    (void)KeWaitForSingleObject(&done, Executive, KernelMode, FALSE, NULL);
}

VOID KeFlushQueuedDpcs(VOID)
{
    irql_require_at_most(PASSIVE_LEVEL, "KeFlushQueuedDpcs");
    dpc_flush();
}

/* ---- Unload ---------------------------------------------------------------------------------- */

ULONG dpc_count(const void *owner, const void **one)
{
    (void)pthread_mutex_lock(&dpcs.lock);
    ULONG count = pending_count(PENDING_DPC, owner);
    *one = pending_first(PENDING_DPC, owner);
    if (count == 0 && dpcs.running != NULL && dpcs.owner == owner) {
        count = 1;
        *one = dpcs.running;
    }
    (void)pthread_mutex_unlock(&dpcs.lock);
    return count;
}

/* Returns whether a routine of this owner runs, which may queue another. */
static bool remove_all_once(const void *owner)
{
    const void *dpc;

    (void)pthread_mutex_lock(&dpcs.lock);
    while ((dpc = pending_first(PENDING_DPC, owner)) != NULL) {
        (void)pending_remove(dpc);
        dequeue_locked((PRKDPC)(ULONG_PTR)dpc);
    }
    bool runs = dpcs.running != NULL && dpcs.owner == owner;
    (void)pthread_mutex_unlock(&dpcs.lock);
    return runs;
}

void dpc_remove_all(const void *owner)
{
    while (remove_all_once(owner)) {
        host_yield();
    }
}

/* ---- What is accepted ------------------------------------------------------------------------ */

VOID KeSetImportanceDpc(PRKDPC Dpc, KDPC_IMPORTANCE Importance)
{
    Dpc->Importance = (UCHAR)Importance;
}

VOID KeSetTargetProcessorDpc(PRKDPC Dpc, CCHAR Number)
{
    if (Number < 0 || (ULONG)Number >= host_processor_count()) {
        verifier_report(RULE_DPC_PROCESSOR, ADDRESS(Dpc), (ULONG_PTR)Number, host_processor_count(),
                        "A DPC was to run on processor %d, and there are %u", Number,
                        host_processor_count());
    }
    Dpc->Number = (USHORT)(Number + 1);
}

NTSTATUS KeSetTargetProcessorDpcEx(PKDPC Dpc, PPROCESSOR_NUMBER ProcNumber)
{
    if (ProcNumber->Group != 0 || ProcNumber->Reserved != 0 ||
        ProcNumber->Number >= host_processor_count()) {
        return STATUS_INVALID_PARAMETER;
    }
    Dpc->Number = (USHORT)(ProcNumber->Number + 1);
    return STATUS_SUCCESS;
}
