/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Timers: objects to wait for that become signalled at a time, once or periodically, and that can
 * queue a DPC then. */
#ifndef WDK_TIMER_PUBLIC_H
#define WDK_TIMER_PUBLIC_H

#include <wdk/dpc.h>
#include <wdk/sync.h>

typedef enum _TIMER_TYPE { NotificationTimer, SynchronizationTimer } TIMER_TYPE;

/* The driver's memory, nonpaged, and left alone while the timer is active. */
typedef struct _KTIMER {
    DISPATCHER_HEADER Header;
    ULARGE_INTEGER DueTime;    /* in nanoseconds since the machine started */
    LIST_ENTRY TimerListEntry; /* Flink is NULL while it is not active */
    PKDPC Dpc;
    ULONG Reserved;
    ULONG Period; /* in milliseconds; 0: once */
} KTIMER, *PKTIMER, *PRKTIMER;

WDK_BEGIN

/* A notification timer that was due stays signalled until it is set again; a synchronization timer
 * lets one waiter through. Any IRQL. Bugcheck 0xC7, 0x00 when the timer is active. */
VOID KeInitializeTimer(PKTIMER Timer);
VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type);

/* Makes the timer active and not signalled; TRUE when it was active already, whose time and DPC are
 * then forgotten. DueTime: in units of 100 ns, negative from now, positive a system time; one that
 * has passed is due at once. When it is due, it becomes signalled and queues the DPC (NULL: none),
 * in the name of the driver that set it. With a period it stays active, and is due again every so
 * many milliseconds; periods that were missed are not made up for. IRQL <= DISPATCH_LEVEL (bugcheck
 * 0xA). */
BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc);
BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc);

/* The same; the delay that can be tolerated, in milliseconds, is not made use of. */
BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
                              ULONG TolerableDelay, PKDPC Dpc);

/* TRUE when it was active, and is no more: always so for a periodic timer. Its DPC may be queued or
 * running nevertheless, from a time before: KeFlushQueuedDpcs waits for that. The state stays as it
 * is. IRQL <= DISPATCH_LEVEL. */
BOOLEAN KeCancelTimer(PKTIMER Timer);

/* TRUE when it is signalled. Any IRQL up to DISPATCH_LEVEL. */
BOOLEAN KeReadStateTimer(PKTIMER Timer);

WDK_END

#endif
