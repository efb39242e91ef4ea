/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The active timers stand in one list, the next one due at its head. A thread sleeps until then, or
 * until the list changes. A timer that is due leaves the list or, with a period, moves backwards in
 * it; then its state becomes signalled, then its DPC is queued. After it was signalled the timer is
 * not touched any more: whoever waited for it may free it at once.
 *
 *     KeSetTimer                  due: signalled
 *     idle ----------> active ------------------> idle (with a period: active)
 *      ^                  |
 *      +------------------+  KeCancelTimer
 *
 * One lock, of the list and of the members of timers in it. It is kept until the DPC is queued, so
 * that a driver that has cancelled its timer and then flushes the DPCs has nothing to fear from
 * either; inside it come the locks of the DPC queue, of the states and of pending.c, each by
 * itself.
 *
 * Times are those of the host's uptime: an absolute due time is converted once, and a change of the
 * system time afterwards makes no difference. The thread starts with the first timer. */
#include "timer.h"

#include <time.h>

#include <pthread.h>

#include <wdk/list_entry.h>

#include "bugcheck.h"
#include "dispatcher.h"
#include "dpc.h"
#include "host.h"
#include "irql.h"
#include "owner.h"
#include "pending.h"

#define NANOSECONDS_PER_SECOND 1000000000ull
#define NANOSECONDS_PER_MILLISECOND 1000000ull

static struct {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* the head of the list is another one */
    LIST_ENTRY active;
    BOOLEAN has_thread; /* written once, before the first timer is set */
} timers = {.lock = PTHREAD_MUTEX_INITIALIZER, .active = {&timers.active, &timers.active}};

static PKTIMER timer_of(PLIST_ENTRY entry)
{
    return CONTAINING_RECORD(entry, KTIMER, TimerListEntry);
}

/* ---- The list -------------------------------------------------------------------------------- */

static void insert_locked(PKTIMER timer)
{
    PLIST_ENTRY later = timers.active.Flink;

    while (later != &timers.active &&
           timer_of(later)->DueTime.QuadPart <= timer->DueTime.QuadPart) {
        later = later->Flink;
    }
    InsertTailList(later, &timer->TimerListEntry); /* before it */
}

static void remove_locked(PKTIMER timer)
{
    (void)RemoveEntryList(&timer->TimerListEntry);
    timer->TimerListEntry.Flink = NULL;
}

static BOOLEAN cancel_locked(PKTIMER timer)
{
    if (timer->TimerListEntry.Flink == NULL) {
        return FALSE;
    }
    remove_locked(timer);
    (void)pending_remove(timer);
    return TRUE;
}

static void set_state(PKTIMER timer, LONG state)
{
    dispatcher_lock();
    dispatcher_set_locked(&timer->Header, state);
    dispatcher_unlock();
}

static void expire_locked(PKTIMER timer, ULONGLONG now)
{
    ULONGLONG period = timer->Period * NANOSECONDS_PER_MILLISECOND;
    PKDPC dpc = timer->Dpc;
    void *owner;

    remove_locked(timer);
    if (period == 0) {
        owner = pending_remove(timer);
    } else {
        owner = pending_owner(timer);
        timer->DueTime.QuadPart += period;
        if (timer->DueTime.QuadPart <= now) {
            timer->DueTime.QuadPart = now + period;
        }
        insert_locked(timer);
    }
    set_state(timer, 1);
    if (dpc != NULL) {
        (void)dpc_queue(dpc, NULL, NULL, owner);
    }
}

static void expire_due_locked(void)
{
    ULONGLONG now = host_uptime();

    while (!IsListEmpty(&timers.active) && timer_of(timers.active.Flink)->DueTime.QuadPart <= now) {
        expire_locked(timer_of(timers.active.Flink), now);
    }
}

/* ---- The thread ------------------------------------------------------------------------------ */

static void *run(void *unused)
{
    (void)KfRaiseIrql(DISPATCH_LEVEL);
    (void)pthread_mutex_lock(&timers.lock);
    for (;;) {
        expire_due_locked();
        if (IsListEmpty(&timers.active)) {
            (void)pthread_cond_wait(&timers.changed, &timers.lock);
        } else {
            ULONGLONG due = timer_of(timers.active.Flink)->DueTime.QuadPart;
            struct timespec end = {(time_t)(due / NANOSECONDS_PER_SECOND),
                                   (long)(due % NANOSECONDS_PER_SECOND)};
            (void)pthread_cond_timedwait(&timers.changed, &timers.lock, &end);
        }
    }
    return unused;
}

static void start_thread(void)
{
    pthread_condattr_t attributes;
    pthread_t thread;

    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&timers.changed, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    if (pthread_create(&thread, NULL, run, NULL) == 0) {
        (void)pthread_detach(thread);
        timers.has_thread = TRUE;
    }
}

static void require_thread(void)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;

    (void)pthread_once(&once, start_thread);
    if (!timers.has_thread) {
        bugcheck(MANUALLY_INITIATED_CRASH, 0, 0, 0, 0,
                 "The twin itself could not start its thread for timers.");
    }
}

/* ---- For drivers ----------------------------------------------------------------------------- */

VOID KeInitializeTimerEx(PKTIMER Timer, TIMER_TYPE Type)
{
    pending_check(Timer, sizeof(*Timer), "A timer was initialised");
    *Timer = (KTIMER){.Dpc = NULL};
    dispatcher_init(
        &Timer->Header,
        Type == NotificationTimer ? NOTIFICATION_TIMER_OBJECT : SYNCHRONIZATION_TIMER_OBJECT, 0);
}

VOID KeInitializeTimer(PKTIMER Timer)
{
    KeInitializeTimerEx(Timer, NotificationTimer);
}

BOOLEAN KeSetTimerEx(PKTIMER Timer, LARGE_INTEGER DueTime, LONG Period, PKDPC Dpc)
{
    irql_require_at_most(DISPATCH_LEVEL, "KeSetTimer");
    dispatcher_check(&Timer->Header);
    if (Dpc != NULL) {
        dpc_check(Dpc);
    }
    require_thread();
    (void)pthread_mutex_lock(&timers.lock);
    BOOLEAN was_active = cancel_locked(Timer);
    Timer->DueTime.QuadPart = dispatcher_deadline(&DueTime);
    Timer->Period = Period > 0 ? (ULONG)Period : 0;
    Timer->Dpc = Dpc;
    set_state(Timer, 0);
    insert_locked(Timer);
    pending_add(PENDING_TIMER, Timer, sizeof(*Timer), owner_current());
    expire_due_locked();
    (void)pthread_cond_signal(&timers.changed);
    (void)pthread_mutex_unlock(&timers.lock);
    return was_active;
}

BOOLEAN KeSetTimer(PKTIMER Timer, LARGE_INTEGER DueTime, PKDPC Dpc)
{
    return KeSetTimerEx(Timer, DueTime, 0, Dpc);
}

BOOLEAN KeSetCoalescableTimer(PKTIMER Timer, LARGE_INTEGER DueTime, ULONG Period,
                              ULONG TolerableDelay, PKDPC Dpc)
{
    UNREFERENCED_PARAMETER(TolerableDelay);
    return KeSetTimerEx(Timer, DueTime, (LONG)Period, Dpc);
}

BOOLEAN KeCancelTimer(PKTIMER Timer)
{
    irql_require_at_most(DISPATCH_LEVEL, "KeCancelTimer");
    dispatcher_check(&Timer->Header);
    (void)pthread_mutex_lock(&timers.lock);
    BOOLEAN was_active = cancel_locked(Timer);
    (void)pthread_mutex_unlock(&timers.lock);
    return was_active;
}

BOOLEAN KeReadStateTimer(PKTIMER Timer)
{
    return dispatcher_state(&Timer->Header) > 0;
}

/* ---- Unload ---------------------------------------------------------------------------------- */

void timer_cancel_all(const void *owner)
{
    const void *timer;

    (void)pthread_mutex_lock(&timers.lock);
    while ((timer = pending_first(PENDING_TIMER, owner)) != NULL) {
        (void)cancel_locked((PKTIMER)(ULONG_PTR)timer);
    }
    (void)pthread_mutex_unlock(&timers.lock);
}
