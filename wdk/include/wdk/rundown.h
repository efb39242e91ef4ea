/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Rundown protection and remove locks: users come and go until somebody waits for the last one,
 * from when on no new one gets in. */
#ifndef WDK_RUNDOWN_H
#define WDK_RUNDOWN_H

#include <wdk/ntstatus.h>
#include <wdk/sync.h>

/* Bit 0: no new users. The rest: how many there are, times two. */
typedef struct _EX_RUNDOWN_REF {
    ULONG_PTR Count;
} EX_RUNDOWN_REF, *PEX_RUNDOWN_REF;

typedef struct _IO_REMOVE_LOCK {
    EX_RUNDOWN_REF Users;
    ULONG_PTR Reserved[3];
} IO_REMOVE_LOCK, *PIO_REMOVE_LOCK;

WDK_BEGIN

/* Acquire: FALSE once somebody waits. IRQL <= DISPATCH_LEVEL; the wait: <= APC_LEVEL. After the
 * wait, ExReInitializeRundownProtection starts anew. */
VOID ExInitializeRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID ExReInitializeRundownProtection(PEX_RUNDOWN_REF RunRef);
BOOLEAN ExAcquireRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID ExReleaseRundownProtection(PEX_RUNDOWN_REF RunRef);
VOID ExWaitForRundownProtectionRelease(PEX_RUNDOWN_REF RunRef);
VOID ExRundownCompleted(PEX_RUNDOWN_REF RunRef);

/* The same for a device. Acquire: STATUS_SUCCESS or STATUS_DELETE_PENDING. ReleaseAndWait gives the
 * caller's own back first. Tags are not compared. */
VOID IoInitializeRemoveLock(PIO_REMOVE_LOCK Lock, ULONG AllocateTag, ULONG MaxLockedMinutes,
                            ULONG HighWatermark);
NTSTATUS IoAcquireRemoveLock(PIO_REMOVE_LOCK RemoveLock, PVOID Tag);
VOID IoReleaseRemoveLock(PIO_REMOVE_LOCK RemoveLock, PVOID Tag);
VOID IoReleaseRemoveLockAndWait(PIO_REMOVE_LOCK RemoveLock, PVOID Tag);

WDK_END

#endif
