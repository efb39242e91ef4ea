/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A spin lock's one word is 0 while it is free, otherwise the owner: the address of its thread
 * object, plus 1 when it was acquired with a queue handle. Acquiring is a compare-and-exchange from
 * 0, releasing a store of 0; what the word should have been at either is what the verifier checks.
 *
 * A waiting thread yields. In the kernel the holder cannot be preempted, so that spinning ends
 * soon; here it can, also at DISPATCH_LEVEL, because the IRQL of a thread is a number that the
 * host's scheduler does not know. The queue of a queued lock is not kept: who comes next is the
 * host's choice.
 *
 * The IRQL is raised before and lowered after; a thread counts the locks it holds, so that one that
 * ends with a lock is found. */
#include <wdk/sync.h>

#include <stdbool.h>

#include <wdk/list_entry.h>

#include "current_thread.h"
#include "host.h"
#include "verifier.h"

#define QUEUED 1u

/* NOLINTBEGIN(readability-non-const-parameter): the locks are written to, atomically */

VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock)
{
    __atomic_store_n(SpinLock, 0, __ATOMIC_RELEASE);
}

BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock)
{
    return __atomic_load_n(SpinLock, __ATOMIC_RELAXED) == 0;
}

static bool try_once(PKSPIN_LOCK lock, ULONG_PTR owner)
{
    KSPIN_LOCK expected = 0;

    return __atomic_compare_exchange_n(lock, &expected, owner, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

/* NOLINTEND(readability-non-const-parameter) */

/* queued: 0 or QUEUED. */
static void acquire(PKSPIN_LOCK lock, unsigned queued)
{
    PKTHREAD thread = KeGetCurrentThread();
    ULONG_PTR owner = (ULONG_PTR)thread | queued;

    if ((__atomic_load_n(lock, __ATOMIC_RELAXED) | QUEUED) == ((ULONG_PTR)thread | QUEUED)) {
        verifier_report(RULE_LOCK_RECURSION, (ULONG_PTR)lock, 0, 0,
                        "This thread acquired a spin lock that it holds already");
    }
    while (!try_once(lock, owner)) {
        host_yield();
    }
    thread->spin_locks++;
}

static void release(PKSPIN_LOCK lock, unsigned queued)
{
    PKTHREAD thread = KeGetCurrentThread();
    ULONG_PTR word = __atomic_load_n(lock, __ATOMIC_RELAXED);
    ULONG_PTR owner = word & ~(ULONG_PTR)QUEUED;

    if (word == 0) {
        verifier_report(RULE_LOCK_NOT_HELD, (ULONG_PTR)lock, 0, 0,
                        "A spin lock was released that nobody holds");
    }
    if (owner != (ULONG_PTR)thread) {
        verifier_report(RULE_LOCK_OTHER_THREAD, (ULONG_PTR)lock, owner, (ULONG_PTR)thread,
                        "A spin lock was released by another thread than the one that holds it");
    }
    if ((word & QUEUED) != queued) {
        verifier_report(RULE_LOCK_MISMATCH, (ULONG_PTR)lock, 0, 0,
                        "A spin lock that was acquired with a queue handle was released without "
                        "it, or the other way round");
    }
    /* NOLINTNEXTLINE(clang-analyzer-core.NullDereference): every thread has an object */
    thread->spin_locks--;
    __atomic_store_n(lock, 0, __ATOMIC_RELEASE);
}

/* ---- Raising the IRQL ------------------------------------------------------------------------ */

static KIRQL raise(PKSPIN_LOCK lock)
{
    KIRQL before = KeGetCurrentIrql();

    if (before > DISPATCH_LEVEL) {
        verifier_report(RULE_SPIN_LOCK_ACQUIRE_IRQL, before, (ULONG_PTR)lock, 0,
                        "A spin lock was acquired above DISPATCH_LEVEL");
    }
    return KfRaiseIrql(DISPATCH_LEVEL);
}

static void check_release_irql(PKSPIN_LOCK lock)
{
    if (KeGetCurrentIrql() != DISPATCH_LEVEL) {
        verifier_report(RULE_SPIN_LOCK_RELEASE_IRQL, KeGetCurrentIrql(), (ULONG_PTR)lock, 0,
                        "A spin lock was released at another IRQL than DISPATCH_LEVEL");
    }
}

KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock)
{
    KIRQL before = raise(SpinLock);

    acquire(SpinLock, 0);
    return before;
}

VOID KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql)
{
    *OldIrql = KeAcquireSpinLockRaiseToDpc(SpinLock);
}

VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql)
{
    check_release_irql(SpinLock);
    release(SpinLock, 0);
    KeLowerIrql(NewIrql);
}

VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
    LockHandle->OldIrql = raise(SpinLock);
    LockHandle->LockQueue.Next = NULL;
    LockHandle->LockQueue.Lock = SpinLock;
    acquire(SpinLock, QUEUED);
}

VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle)
{
    check_release_irql(LockHandle->LockQueue.Lock);
    release(LockHandle->LockQueue.Lock, QUEUED);
    KeLowerIrql(LockHandle->OldIrql);
}

/* ---- At DISPATCH_LEVEL already --------------------------------------------------------------- */

static void check_at_dispatch(PKSPIN_LOCK lock, enum rule rule)
{
    if (KeGetCurrentIrql() < DISPATCH_LEVEL) {
        verifier_report(rule, KeGetCurrentIrql(), (ULONG_PTR)lock, 0,
                        "A spin lock routine for callers at DISPATCH_LEVEL was called below it");
    }
}

VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    check_at_dispatch(SpinLock, RULE_SPIN_LOCK_ACQUIRE_BELOW);
    acquire(SpinLock, 0);
}

VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock)
{
    check_at_dispatch(SpinLock, RULE_SPIN_LOCK_RELEASE_BELOW);
    release(SpinLock, 0);
}

BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock)
{
    PKTHREAD thread = KeGetCurrentThread();

    check_at_dispatch(SpinLock, RULE_SPIN_LOCK_ACQUIRE_BELOW);
    if (!try_once(SpinLock, (ULONG_PTR)thread)) {
        return FALSE;
    }
    thread->spin_locks++;
    return TRUE;
}

VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle)
{
    check_at_dispatch(SpinLock, RULE_SPIN_LOCK_ACQUIRE_BELOW);
    LockHandle->OldIrql = KeGetCurrentIrql();
    LockHandle->LockQueue.Next = NULL;
    LockHandle->LockQueue.Lock = SpinLock;
    acquire(SpinLock, QUEUED);
}

VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle)
{
    check_at_dispatch(LockHandle->LockQueue.Lock, RULE_SPIN_LOCK_RELEASE_BELOW);
    release(LockHandle->LockQueue.Lock, QUEUED);
}

/* ---- List operations under a lock ------------------------------------------------------------ */

PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock)
{
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PLIST_ENTRY before = ListHead->Flink;

    InsertHeadList(ListHead, ListEntry);
    KeReleaseSpinLock(Lock, irql);
    return before == ListHead ? NULL : before;
}

PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock)
{
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PLIST_ENTRY before = ListHead->Blink;

    InsertTailList(ListHead, ListEntry);
    KeReleaseSpinLock(Lock, irql);
    return before == ListHead ? NULL : before;
}

PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PLIST_ENTRY entry = IsListEmpty(ListHead) ? NULL : RemoveHeadList(ListHead);

    KeReleaseSpinLock(Lock, irql);
    return entry;
}

PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                              PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock)
{
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PSINGLE_LIST_ENTRY before = ListHead->Next;

    PushEntryList(ListHead, ListEntry);
    KeReleaseSpinLock(Lock, irql);
    return before;
}

PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock)
{
    KIRQL irql = KeAcquireSpinLockRaiseToDpc(Lock);
    PSINGLE_LIST_ENTRY entry = PopEntryList(ListHead);

    KeReleaseSpinLock(Lock, irql);
    return entry;
}
