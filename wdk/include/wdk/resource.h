/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Executive resources: locks that one thread owns exclusively, or several share. As their pages in
 * the WDK's documentation describe them. */
#ifndef WDK_RESOURCE_H
#define WDK_RESOURCE_H

#include <wdk/sync.h>
#include <wdk/thread.h>
#include <wdk/types.h>

typedef ULONG_PTR ERESOURCE_THREAD, *PERESOURCE_THREAD;

typedef struct _OWNER_ENTRY {
    ERESOURCE_THREAD OwnerThread;
    WDK_ANONYMOUS union {
        ULONG OwnerCount; /* how often this thread has it */
        ULONG TableSize;  /* in the first entry of a table: how many there are */
    };
} OWNER_ENTRY, *POWNER_ENTRY;

/* Opaque to drivers. Written under the lock of resource.c. */
typedef struct _ERESOURCE {
    LIST_ENTRY SystemResourcesList;
    POWNER_ENTRY OwnerTable; /* who shares it */
    SHORT ActiveCount;       /* 0: free */
    USHORT Flag;
    PVOID Waiters;          /* the first who waits */
    OWNER_ENTRY OwnerEntry; /* who has it exclusively */
    ULONG ActiveEntries;    /* how many threads have it */
    ULONG ContentionCount;
    ULONG NumberOfSharedWaiters;
    ULONG NumberOfExclusiveWaiters;
    ULONG_PTR Reserved[4];
} ERESOURCE, *PERESOURCE;

#define ResourceOwnedExclusive 0x0080 /* ERESOURCE.Flag */

WDK_BEGIN

/* Any IRQL up to DISPATCH_LEVEL. The memory is the caller's, and is freed after the resource was
 * deleted (bugcheck 0xC4, 0xD2). Bugcheck 0xC4: 0xD0 when it is initialised already, 0xD1 when any
 * of the others gets a resource that is not. Always STATUS_SUCCESS. Reinitialize makes it free. */
NTSTATUS ExInitializeResourceLite(PERESOURCE Resource);
NTSTATUS ExReinitializeResourceLite(PERESOURCE Resource);
NTSTATUS ExDeleteResourceLite(PERESOURCE Resource);

/* TRUE when the caller has the resource; FALSE when it would have to wait and Wait is FALSE. Each
 * TRUE wants a release. A thread that has it exclusively gets it again, either way; one that shares
 * it shares it again. Who comes is served in order, and nobody shares past one who waits to have it
 * exclusively, except for
 *   - a thread that shares it already, but not with ExAcquireSharedWaitForExclusive,
 *   - ExAcquireSharedStarveExclusive.
 * IRQL <= APC_LEVEL. APCs must be disabled (KeEnterCriticalRegion) unless in a system thread:
 * bugcheck 0xC4, 0x37. A thread that shares it and waits to have it exclusively would wait for
 * itself: 0xC4, 0x1000. */
BOOLEAN ExAcquireResourceExclusiveLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExTryToAcquireResourceExclusiveLite(PERESOURCE Resource);
BOOLEAN ExAcquireResourceSharedLite(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireSharedStarveExclusive(PERESOURCE Resource, BOOLEAN Wait);
BOOLEAN ExAcquireSharedWaitForExclusive(PERESOURCE Resource, BOOLEAN Wait);

/* IRQL <= DISPATCH_LEVEL, APCs still disabled (bugcheck 0xC4, 0x38). Bugcheck 0xE3 when the thread
 * has not got the resource. ForThread: of another thread, as ExGetCurrentResourceThread named
 * it. */
VOID ExReleaseResourceLite(PERESOURCE Resource);
VOID ExReleaseResourceForThreadLite(PERESOURCE Resource, ERESOURCE_THREAD ResourceThreadId);

/* The exclusive owner goes on sharing it, as often as it had it. Bugcheck 0xE3 in another
 * thread. */
VOID ExConvertExclusiveToSharedLite(PERESOURCE Resource);

/* With KeEnterCriticalRegion before, KeLeaveCriticalRegion behind. What they return means
 * nothing. */
PVOID ExEnterCriticalRegionAndAcquireResourceExclusive(PERESOURCE Resource);
PVOID ExEnterCriticalRegionAndAcquireResourceShared(PERESOURCE Resource);
PVOID ExEnterCriticalRegionAndAcquireSharedWaitForExclusive(PERESOURCE Resource);
VOID ExReleaseResourceAndLeaveCriticalRegion(PERESOURCE Resource);

/* Of the calling thread. Shared counts how often it has the resource, in either way. */
BOOLEAN ExIsResourceAcquiredExclusiveLite(PERESOURCE Resource);
ULONG ExIsResourceAcquiredSharedLite(PERESOURCE Resource);

ULONG ExGetExclusiveWaiterCount(PERESOURCE Resource);
ULONG ExGetSharedWaiterCount(PERESOURCE Resource);

WDK_END

#define ExGetCurrentResourceThread() ((ERESOURCE_THREAD)PsGetCurrentThread())
#define ExIsResourceAcquiredLite ExIsResourceAcquiredSharedLite
#define ExReleaseResource(resource) ExReleaseResourceLite(resource)

/* The names of old. */
#define ExInitializeResource ExInitializeResourceLite
#define ExDeleteResource ExDeleteResourceLite
#define ExAcquireResourceExclusive ExAcquireResourceExclusiveLite
#define ExAcquireResourceShared ExAcquireResourceSharedLite
#define ExConvertExclusiveToShared ExConvertExclusiveToSharedLite
#define ExReleaseResourceForThread ExReleaseResourceForThreadLite
#define ExIsResourceAcquiredExclusive ExIsResourceAcquiredExclusiveLite
#define ExIsResourceAcquiredShared ExIsResourceAcquiredSharedLite

#endif
