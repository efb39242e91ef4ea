/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Locks, and objects to wait for: spin locks, fast and guarded mutexes, events, semaphores, kernel
 * mutexes. Broken rules are bugchecks with the code that Driver Verifier documents for them (page
 * "Bug Check 0xC4"); each routine tells which. */
#ifndef WDK_SYNC_H
#define WDK_SYNC_H

#include <wdk/irql.h>
#include <wdk/types.h>

typedef struct _KTHREAD *PKTHREAD, *PRKTHREAD;

/* ---- Spin locks ------------------------------------------------------------------------------ */

/* 0: free. Otherwise says which thread owns it. */
typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK;

typedef struct _KSPIN_LOCK_QUEUE {
    struct _KSPIN_LOCK_QUEUE *volatile Next;
    PKSPIN_LOCK volatile Lock;
} KSPIN_LOCK_QUEUE, *PKSPIN_LOCK_QUEUE;

typedef struct _KLOCK_QUEUE_HANDLE {
    KSPIN_LOCK_QUEUE LockQueue;
    KIRQL OldIrql;
} KLOCK_QUEUE_HANDLE, *PKLOCK_QUEUE_HANDLE;

WDK_BEGIN

/* Any IRQL. */
VOID KeInitializeSpinLock(PKSPIN_LOCK SpinLock);

/* Raises the IRQL to DISPATCH_LEVEL, then takes the lock; the caller keeps the old IRQL for the
 * release. A thread that waits yields the processor: its holder may be off it, which cannot happen
 * in the kernel. Bugcheck 0xC4: 0x42 above DISPATCH_LEVEL, 0x1000 when this thread has the lock. */
VOID KeAcquireSpinLock(PKSPIN_LOCK SpinLock, PKIRQL OldIrql);
KIRQL KeAcquireSpinLockRaiseToDpc(PKSPIN_LOCK SpinLock);

/* Gives the lock back, then restores the IRQL. Bugcheck 0xC4: 0x32 when the IRQL is not
 * DISPATCH_LEVEL, 0x1007 when nobody has the lock, 0x1004 when another thread has it, 0x1009 when
 * it was acquired with a queue handle. */
VOID KeReleaseSpinLock(PKSPIN_LOCK SpinLock, KIRQL NewIrql);

/* For callers at DISPATCH_LEVEL already (bugcheck 0xC4: 0x40 and 0x41 below it). */
VOID KeAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
VOID KeReleaseSpinLockFromDpcLevel(PKSPIN_LOCK SpinLock);
BOOLEAN KeTryToAcquireSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock);
#define KefAcquireSpinLockAtDpcLevel KeAcquireSpinLockAtDpcLevel
#define KefReleaseSpinLockFromDpcLevel KeReleaseSpinLockFromDpcLevel

/* TRUE when nobody has it. */
BOOLEAN KeTestSpinLock(PKSPIN_LOCK SpinLock);

/* The same lock with its place in the queue on the caller's stack. */
VOID KeAcquireInStackQueuedSpinLock(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLock(PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeAcquireInStackQueuedSpinLockAtDpcLevel(PKSPIN_LOCK SpinLock, PKLOCK_QUEUE_HANDLE LockHandle);
VOID KeReleaseInStackQueuedSpinLockFromDpcLevel(PKLOCK_QUEUE_HANDLE LockHandle);

/* List operations under a spin lock, at any IRQL up to DISPATCH_LEVEL here. The first two return
 * what was first or last before, or NULL; removing from an empty list returns NULL. */
PLIST_ENTRY ExInterlockedInsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedInsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListEntry,
                                        PKSPIN_LOCK Lock);
PLIST_ENTRY ExInterlockedRemoveHeadList(PLIST_ENTRY ListHead, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPushEntryList(PSINGLE_LIST_ENTRY ListHead,
                                              PSINGLE_LIST_ENTRY ListEntry, PKSPIN_LOCK Lock);
PSINGLE_LIST_ENTRY ExInterlockedPopEntryList(PSINGLE_LIST_ENTRY ListHead, PKSPIN_LOCK Lock);

WDK_END

/* ---- Objects to wait for --------------------------------------------------------------------- */

typedef struct _DISPATCHER_HEADER {
    UCHAR Type;
    UCHAR Abandoned;
    UCHAR Size;
    UCHAR Reserved;
    LONG SignalState; /* positive: signalled */
    LIST_ENTRY WaitListHead;
} DISPATCHER_HEADER, *PDISPATCHER_HEADER;

typedef struct _KEVENT {
    DISPATCHER_HEADER Header;
} KEVENT, *PKEVENT, *PRKEVENT;

typedef struct _KSEMAPHORE {
    DISPATCHER_HEADER Header;
    LONG Limit;
} KSEMAPHORE, *PKSEMAPHORE, *PRKSEMAPHORE;

typedef struct _KMUTANT {
    DISPATCHER_HEADER Header;
    LIST_ENTRY MutantListEntry;
    PKTHREAD OwnerThread;
    BOOLEAN Abandoned;
    UCHAR ApcDisable;
} KMUTANT, *PKMUTANT, *PRKMUTANT, KMUTEX, *PKMUTEX, *PRKMUTEX;

typedef enum _EVENT_TYPE { NotificationEvent, SynchronizationEvent } EVENT_TYPE;
typedef enum _WAIT_TYPE { WaitAll, WaitAny } WAIT_TYPE;
typedef enum _KWAIT_REASON {
    Executive,
    FreePage,
    PageIn,
    PoolAllocation,
    DelayExecution,
    Suspended,
    UserRequest
} KWAIT_REASON;
typedef struct _KWAIT_BLOCK {
    LIST_ENTRY WaitListEntry;
    PVOID Reserved[4];
} KWAIT_BLOCK, *PKWAIT_BLOCK, *PRKWAIT_BLOCK;

#define THREAD_WAIT_OBJECTS 3
#define MAXIMUM_WAIT_OBJECTS 64
#define IO_NO_INCREMENT 0
#define EVENT_INCREMENT 1
#define SEMAPHORE_INCREMENT 1

WDK_BEGIN

/* A notification event stays signalled until it is cleared, and lets everybody through; a
 * synchronization event lets one waiter through and is cleared by that. Any IRQL up to
 * DISPATCH_LEVEL (KeSetEvent above it: bugcheck 0xC4, 0x80). Set, Reset and Read return the state
 * before: not 0 means signalled. */
VOID KeInitializeEvent(PRKEVENT Event, EVENT_TYPE Type, BOOLEAN State);
LONG KeSetEvent(PRKEVENT Event, KPRIORITY Increment, BOOLEAN Wait);
LONG KeResetEvent(PRKEVENT Event);
VOID KeClearEvent(PRKEVENT Event);
LONG KeReadStateEvent(PRKEVENT Event);

/* Release returns the count before; past the limit it raises STATUS_SEMAPHORE_LIMIT_EXCEEDED. */
VOID KeInitializeSemaphore(PRKSEMAPHORE Semaphore, LONG Count, LONG Limit);
LONG KeReleaseSemaphore(PRKSEMAPHORE Semaphore, KPRIORITY Increment, LONG Adjustment, BOOLEAN Wait);
LONG KeReadStateSemaphore(PRKSEMAPHORE Semaphore);

/* Its owner may wait for it again, and releases it as often. Raises STATUS_MUTANT_NOT_OWNED when
 * another thread releases it. Release returns the state before: 1 is free, 0 and less is owned. */
VOID KeInitializeMutex(PRKMUTEX Mutex, ULONG Level);
LONG KeReleaseMutex(PRKMUTEX Mutex, BOOLEAN Wait);
LONG KeReadStateMutex(PRKMUTEX Mutex);

/* Waits for an event, semaphore, mutex, timer or thread. Timeout: in units of 100 ns, negative from
 * now, positive a system time, 0 does not wait, NULL for ever. Returns STATUS_SUCCESS or
 * STATUS_TIMEOUT. IRQL <= APC_LEVEL; at DISPATCH_LEVEL only with a timeout of 0. Bugcheck 0xC4:
 * 0x120 above DISPATCH_LEVEL, 0x121 at it without a timeout, 0x122 at it with one that is not 0. */
NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                               BOOLEAN Alertable, PLARGE_INTEGER Timeout);
#define KeWaitForMutexObject KeWaitForSingleObject

/* WaitAny returns STATUS_WAIT_0 plus the index of the object; WaitAll takes all at once. More than
 * THREAD_WAIT_OBJECTS objects without wait blocks are bugcheck 0xC, as there. */
NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
                                  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                                  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                  PKWAIT_BLOCK WaitBlockArray);

/* ---- Fast and guarded mutexes ---------------------------------------------------------------- */

typedef struct _FAST_MUTEX {
    LONG Count; /* 1: free; less: owned, and as many wait as it is below 0 */
    PKTHREAD Owner;
    ULONG Contention;
    KEVENT Event;
    ULONG OldIrql;
} FAST_MUTEX, *PFAST_MUTEX, KGUARDED_MUTEX, *PKGUARDED_MUTEX;

/* Acquire raises the IRQL to APC_LEVEL, release restores it. Not recursive. Bugcheck 0xC4: 0x33
 * acquired above APC_LEVEL, 0x34 released at another IRQL than APC_LEVEL, 0x1000 acquired by its
 * owner, 0x1007 released while free, 0x1004 released by another thread. */
VOID ExInitializeFastMutex(PFAST_MUTEX FastMutex);
VOID ExAcquireFastMutex(PFAST_MUTEX FastMutex);
BOOLEAN ExTryToAcquireFastMutex(PFAST_MUTEX FastMutex);
VOID ExReleaseFastMutex(PFAST_MUTEX FastMutex);

/* The same without a change of IRQL, for callers in a critical region or at APC_LEVEL (bugcheck
 * 0xC4: 0x39 and 0x3A otherwise). */
VOID ExAcquireFastMutexUnsafe(PFAST_MUTEX FastMutex);
VOID ExReleaseFastMutexUnsafe(PFAST_MUTEX FastMutex);

/* Guarded mutexes enter a guarded region and leave the IRQL alone. IRQL <= APC_LEVEL. */
VOID KeInitializeGuardedMutex(PKGUARDED_MUTEX Mutex);
VOID KeAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
BOOLEAN KeTryToAcquireGuardedMutex(PKGUARDED_MUTEX Mutex);
VOID KeReleaseGuardedMutex(PKGUARDED_MUTEX Mutex);

/* Critical and guarded regions, counted for each thread. Bugcheck 0xC4, 0x3E: left more often than
 * entered. */
VOID KeEnterCriticalRegion(VOID);
VOID KeLeaveCriticalRegion(VOID);
VOID KeEnterGuardedRegion(VOID);
VOID KeLeaveGuardedRegion(VOID);
BOOLEAN KeAreApcsDisabled(VOID);

WDK_END

#endif
