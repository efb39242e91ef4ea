/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One word: bit 0 says that no new user gets in, the rest counts the users. Acquiring adds 2 by
 * compare-and-exchange as long as bit 0 is clear; releasing takes 2 away. The one that waits sets
 * bit 0 and looks again every millisecond: it happens once in a driver's life, and the word has no
 * place for an event. */
#include <wdk/rundown.h>

#include <stdbool.h>

#include <wdk/thread.h>

#include "dispatcher.h"
#include "irql.h"

#define CLOSED 1u
#define ONE_USER 2u

VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    __atomic_store_n(&RunRef->Count, 0, __ATOMIC_RELEASE);
}

VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    ExInitializeRundownProtection(RunRef);
}

VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef)
{
    __atomic_store_n(&RunRef->Count, CLOSED, __ATOMIC_RELEASE);
}

BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    ULONG_PTR count = __atomic_load_n(&RunRef->Count, __ATOMIC_RELAXED);

    while ((count & CLOSED) == 0) {
        if (__atomic_compare_exchange_n(&RunRef->Count, &count, count + ONE_USER, true,
                                        __ATOMIC_ACQUIRE, __ATOMIC_RELAXED)) {
            return TRUE;
        }
    }
    return FALSE;
}

VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef)
{
    (void)__atomic_fetch_sub(&RunRef->Count, ONE_USER, __ATOMIC_RELEASE);
}

VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef)
{
    const LARGE_INTEGER millisecond = {.QuadPart = -10000};

    irql_require_at_most(APC_LEVEL, "ExWaitForRundownProtectionRelease");
    (void)__atomic_fetch_or(&RunRef->Count, CLOSED, __ATOMIC_ACQ_REL);
    while (__atomic_load_n(&RunRef->Count, __ATOMIC_ACQUIRE) != CLOSED) {
        dispatcher_sleep(millisecond);
    }
}

VOID IoInitializeRemoveLock(PIO_REMOVE_LOCK Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
                            ULONG HighWatermark)
{
    UNREFERENCED_PARAMETER(AllocateTag);
    UNREFERENCED_PARAMETER(MaxLockedMinutes);
    UNREFERENCED_PARAMETER(HighWatermark);
    ExInitializeRundownProtection(&Lock->Users);
}

NTSTATUS IoAcquireRemoveLock(PIO_REMOVE_LOCK RemoveLock, PVOID Tag)
{
    UNREFERENCED_PARAMETER(Tag);
    return ExAcquireRundownProtection(&RemoveLock->Users) ? STATUS_SUCCESS : STATUS_DELETE_PENDING;
}

VOID IoReleaseRemoveLock(PIO_REMOVE_LOCK RemoveLock, PVOID Tag)
{
    UNREFERENCED_PARAMETER(Tag);
    ExReleaseRundownProtection(&RemoveLock->Users);
}

VOID IoReleaseRemoveLockAndWait(PIO_REMOVE_LOCK RemoveLock, PVOID Tag)
{
    IoReleaseRemoveLock(RemoveLock, Tag);
    ExWaitForRundownProtectionRelease(&RemoveLock->Users);
}
