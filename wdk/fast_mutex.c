/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Fast and guarded mutexes share one struct and one protocol. Count is 1 while the mutex is free;
 * each thread that wants it takes one away, and whoever does not find 1 waits for the event. A
 * release adds one, and sets the event when the result says that somebody waits. The
 * synchronization event lets exactly one of them through, which then owns the mutex: ownership is
 * handed over.
 *
 * The families differ in what they do to the caller: a fast mutex raises the IRQL to APC_LEVEL and
 * keeps the old one in the mutex, where only the owner touches it; a guarded one, and the "unsafe"
 * calls of a fast one, do not. Owner is read by threads that are not: it is atomic. */
#include <wdk/sync.h>

#include <stdbool.h>

#include "current_thread.h"
#include "irql.h"
#include "verifier.h"

VOID ExInitializeFastMutex(PFAST_MUTEX FastMutex)
{
    *FastMutex = (FAST_MUTEX){.Count = 1};
    KeInitializeEvent(&FastMutex->Event, SynchronizationEvent, FALSE);
}

static void set_owner(PFAST_MUTEX mutex, PKTHREAD owner)
{
    __atomic_store_n(&mutex->Owner, owner, __ATOMIC_RELAXED);
}

static void acquire(PFAST_MUTEX mutex)
{
    PKTHREAD thread = KeGetCurrentThread();

    if (__atomic_load_n(&mutex->Owner, __ATOMIC_RELAXED) == thread) {
        verifier_report(RULE_LOCK_RECURSION, (ULONG_PTR)mutex, 0, 0,
                        "This thread acquired a fast or guarded mutex that it owns already");
    }
    if (__atomic_fetch_sub(&mutex->Count, 1, __ATOMIC_ACQ_REL) != 1) {
        (void)__atomic_fetch_add(&mutex->Contention, 1, __ATOMIC_RELAXED);
        (void)KeWaitForSingleObject(&mutex->Event, Executive, KernelMode, FALSE, NULL);
    }
    set_owner(mutex, thread);
}

static bool try_to_acquire(PFAST_MUTEX mutex)
{
    LONG expected = 1;

    if (!__atomic_compare_exchange_n(&mutex->Count, &expected, 0, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
        return false;
    }
    set_owner(mutex, KeGetCurrentThread());
    return true;
}

static void check_owner(PFAST_MUTEX mutex)
{
    PKTHREAD owner = __atomic_load_n(&mutex->Owner, __ATOMIC_RELAXED);

    if (owner == NULL) {
        verifier_report(RULE_LOCK_NOT_HELD, (ULONG_PTR)mutex, 0, 0,
                        "A fast or guarded mutex was released that nobody owns");
    }
    if (owner != KeGetCurrentThread()) {
        verifier_report(RULE_LOCK_OTHER_THREAD, (ULONG_PTR)mutex, (ULONG_PTR)owner,
                        (ULONG_PTR)KeGetCurrentThread(),
                        "A fast or guarded mutex was released by another thread than its owner");
    }
}

/* The caller is the owner. */
static void release(PFAST_MUTEX mutex)
{
    set_owner(mutex, NULL);
    if (__atomic_fetch_add(&mutex->Count, 1, __ATOMIC_ACQ_REL) < 0) {
        (void)KeSetEvent(&mutex->Event, EVENT_INCREMENT, FALSE);
    }
}

/* ---- Fast mutexes ---------------------------------------------------------------------------- */

static KIRQL raise(PFAST_MUTEX mutex)
{
    KIRQL before = KeGetCurrentIrql();

    if (before > APC_LEVEL) {
        verifier_report(RULE_MUTEX_ACQUIRE_IRQL, before, (ULONG_PTR)mutex, 0,
                        "A fast mutex was acquired above APC_LEVEL");
    }
    return KfRaiseIrql(APC_LEVEL);
}

VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex)
{
    KIRQL before = raise(FastMutex);

    acquire(FastMutex);
    FastMutex->OldIrql = before;
}

BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex)
{
    KIRQL before = raise(FastMutex);

    if (!try_to_acquire(FastMutex)) {
        KeLowerIrql(before);
        return FALSE;
    }
    FastMutex->OldIrql = before;
    return TRUE;
}

VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex)
{
    if (KeGetCurrentIrql() != APC_LEVEL) {
        verifier_report(RULE_MUTEX_RELEASE_IRQL, KeGetCurrentIrql(), (ULONG_PTR)FastMutex, 0,
                        "A fast mutex was released at another IRQL than APC_LEVEL");
    }
    check_owner(FastMutex);
    KIRQL before = (KIRQL)FastMutex->OldIrql;
    release(FastMutex);
    KeLowerIrql(before);
}

static void check_unsafe(PFAST_MUTEX mutex, enum rule rule)
{
    PKTHREAD thread = KeGetCurrentThread();

    if (KeGetCurrentIrql() != APC_LEVEL && !KeAreApcsDisabled()) {
        verifier_report(rule, KeGetCurrentIrql(), (ULONG_PTR)thread->critical_regions,
                        (ULONG_PTR)mutex,
                        "An \"unsafe\" call with a fast mutex outside of a critical region and "
                        "not at APC_LEVEL");
    }
}

VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
    check_unsafe(FastMutex, RULE_MUTEX_ACQUIRE_UNSAFE);
    acquire(FastMutex);
}

VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex)
{
    check_unsafe(FastMutex, RULE_MUTEX_RELEASE_UNSAFE);
    check_owner(FastMutex);
    release(FastMutex);
}

/* ---- Guarded mutexes ------------------------------------------------------------------------- */

VOID KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex)
{
    ExInitializeFastMutex(Mutex);
}

VOID KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex)
{
    irql_require_at_most(APC_LEVEL, "KeAcquireGuardedMutex");
    KeEnterGuardedRegion();
    acquire(Mutex);
}

BOOLEAN KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex)
{
    irql_require_at_most(APC_LEVEL, "KeTryToAcquireGuardedMutex");
    KeEnterGuardedRegion();
    if (!try_to_acquire(Mutex)) {
        KeLeaveGuardedRegion();
        return FALSE;
    }
    return TRUE;
}

VOID KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex)
{
    irql_require_at_most(APC_LEVEL, "KeReleaseGuardedMutex");
    check_owner(Mutex);
    release(Mutex);
    KeLeaveGuardedRegion();
}

/* ---- Regions --------------------------------------------------------------------------------- */

static void leave(LONG *regions)
{
    if (*regions == 0) {
        verifier_report(RULE_REGION, 0, 0, 0,
                        "A critical or guarded region was left, but not entered");
    }
    (*regions)--;
}

VOID KeEnterCriticalRegion(VOID)
{
    KeGetCurrentThread()->critical_regions++;
}

VOID KeLeaveCriticalRegion(VOID)
{
    leave(&KeGetCurrentThread()->critical_regions);
}

VOID KeEnterGuardedRegion(VOID)
{
    KeGetCurrentThread()->guarded_regions++;
}

VOID KeLeaveGuardedRegion(VOID)
{
    leave(&KeGetCurrentThread()->guarded_regions);
}

BOOLEAN KeAreApcsDisabled(VOID)
{
    PKTHREAD thread = KeGetCurrentThread();

    return thread->critical_regions > 0 || thread->guarded_regions > 0 ||
           KeGetCurrentIrql() >= APC_LEVEL;
}
