/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Events, semaphores and kernel mutexes: what changes the state that dispatcher.c waits for. The
 * boosts of priority and the promise to wait next (Increment, Wait) mean nothing here. */
#include <wdk/sync.h>

#include <wdk/exception.h>
#include <wdk/ntstatus.h>

#include "current_thread.h"
#include "dispatcher.h"
#include "verifier.h"

/* ---- Events ---------------------------------------------------------------------------------- */

VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State)
{
    dispatcher_init(&Event->Header,
                    Type == NotificationEvent ? NOTIFICATION_EVENT_OBJECT
                                              : SYNCHRONIZATION_EVENT_OBJECT,
                    State ? 1 : 0);
}

LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait)
{
    UNREFERENCED_PARAMETER(Increment);
    UNREFERENCED_PARAMETER(Wait);
    if (KeGetCurrentIrql() > DISPATCH_LEVEL) {
        verifier_report(RULE_SET_EVENT_IRQL, KeGetCurrentIrql(), (ULONG_PTR)Event, 0,
                        "KeSetEvent above DISPATCH_LEVEL");
    }
    return dispatcher_set(&Event->Header, 1);
}

LONG KeResetEvent(PRKEVENT Event)
{
    return dispatcher_set(&Event->Header, 0);
}

VOID KeClearEvent(PRKEVENT Event)
{
    (void)dispatcher_set(&Event->Header, 0);
}

LONG KeReadStateEvent(PRKEVENT Event)
{
    return dispatcher_state(&Event->Header);
}

/* ---- Semaphores ------------------------------------------------------------------------------ */

VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit)
{
    dispatcher_init(&Semaphore->Header, SEMAPHORE_OBJECT, Count);
    Semaphore->Limit = Limit;
}

LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait)
{
    UNREFERENCED_PARAMETER(Increment);
    UNREFERENCED_PARAMETER(Wait);
    dispatcher_check(&Semaphore->Header);
    dispatcher_lock();
    LONG before = Semaphore->Header.SignalState;
    bool fits = Adjustment > 0 && Adjustment <= Semaphore->Limit - before;
    if (fits) {
        dispatcher_set_locked(&Semaphore->Header, before + Adjustment);
    }
    dispatcher_unlock();
    if (!fits) {
        ExRaiseStatus(STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    }
    return before;
}

LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore)
{
    return dispatcher_state(&Semaphore->Header);
}

/* ---- Mutexes --------------------------------------------------------------------------------- */

VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level)
{
    UNREFERENCED_PARAMETER(Level);
    *Mutex = (KMUTEX){.OwnerThread = NULL};
    dispatcher_init(&Mutex->Header, MUTANT_OBJECT, 1);
}

LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait)
{
    PKTHREAD thread = KeGetCurrentThread();

    UNREFERENCED_PARAMETER(Wait);
    dispatcher_check(&Mutex->Header);
    dispatcher_lock();
    LONG before = Mutex->Header.SignalState;
    bool owned = Mutex->OwnerThread == thread;
    if (owned) {
        if (before == 0) {
            Mutex->OwnerThread = NULL;
            thread->mutexes--;
        }
        dispatcher_set_locked(&Mutex->Header, before + 1);
    }
    dispatcher_unlock();
    if (!owned) {
        ExRaiseStatus(STATUS_MUTANT_NOT_OWNED);
    }
    return before;
}

LONG KeReadStateMutex(PRKMUTEX Mutex)
{
    return dispatcher_state(&Mutex->Header);
}
