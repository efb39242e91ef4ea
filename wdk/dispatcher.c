/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Waiting. An object is its header: a type and a state, positive for "signalled". One lock guards
 * the state of all objects, and one condition variable stands for "some object became signalled":
 * whoever waits looks at its own objects again. Many waiters therefore wake for nothing now and
 * then; for that, waiting for several objects at once is the same loop as waiting for one, and an
 * event on a stack may be gone as soon as its waiter has seen it, because who signals does not
 * touch it afterwards.
 *
 *   type                    ready when              taking it
 *   notification event      state > 0               changes nothing
 *   synchronization event   state > 0               state = 0
 *   semaphore               state > 0               state - 1
 *   mutant                  state > 0, or mine      state - 1, now mine
 *   thread                  state > 0               changes nothing
 *   notification timer      state > 0               changes nothing
 *   synchronization timer   state > 0               state = 0
 *
 * An object that nobody initialised is found by its list of waiters, which the twin does not use
 * and only links to itself; the kernel would follow it, and die of that as reported here. */
#include "dispatcher.h"

#include <pthread.h>
#include <time.h>

#include <wdk/list_entry.h>
#include <wdk/ntstatus.h>

#include "bugcheck.h"
#include "current_thread.h"
#include "host.h"
#include "verifier.h"

#define NEVER UINT64_MAX
#define NANOSECONDS_PER_SECOND 1000000000ull
#define NANOSECONDS_PER_UNIT 100u

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t signalled;
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void init_condition(void)
{
    pthread_condattr_t attributes;

    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&signalled, &attributes);
    (void)pthread_condattr_destroy(&attributes);
}

void dispatcher_lock(void)
{
    (void)pthread_once(&once, init_condition);
    (void)pthread_mutex_lock(&lock);
}

void dispatcher_unlock(void)
{
    (void)pthread_mutex_unlock(&lock);
}

/* ---- State ----------------------------------------------------------------------------------- */

void dispatcher_init(PDISPATCHER_HEADER header, enum dispatcher_type type, LONG state)
{
    *header = (DISPATCHER_HEADER){.Type = (UCHAR)type, .SignalState = state};
    InitializeListHead(&header->WaitListHead);
}

void dispatcher_check(const DISPATCHER_HEADER *header)
{
    const LIST_ENTRY *waiters = &header->WaitListHead;

    if (waiters->Flink != waiters) {
        bugcheck(
            IRQL_NOT_LESS_OR_EQUAL, (ULONG_PTR)waiters->Flink, DISPATCH_LEVEL, 1, (ULONG_PTR)header,
            "An event, mutex, semaphore, timer or thread was used before it was initialised, or "
            "after its memory was reused. Initialise it first; wait for its users before the "
            "memory goes.");
    }
}

void dispatcher_set_locked(PDISPATCHER_HEADER header, LONG state)
{
    header->SignalState = state;
    if (state > 0) {
        (void)pthread_cond_broadcast(&signalled);
    }
}

LONG dispatcher_set(PDISPATCHER_HEADER header, LONG state)
{
    dispatcher_check(header);
    dispatcher_lock();
    LONG before = header->SignalState;
    dispatcher_set_locked(header, state);
    dispatcher_unlock();
    return before;
}

LONG dispatcher_state(const DISPATCHER_HEADER *header)
{
    dispatcher_check(header);
    dispatcher_lock();
    LONG state = header->SignalState;
    dispatcher_unlock();
    return state;
}

static PKMUTANT mutant_of(PDISPATCHER_HEADER header)
{
    return CONTAINING_RECORD(header, KMUTANT, Header);
}

static bool is_ready(PDISPATCHER_HEADER header, PKTHREAD thread)
{
    return header->SignalState > 0 ||
           (header->Type == MUTANT_OBJECT && mutant_of(header)->OwnerThread == thread);
}

static void take(PDISPATCHER_HEADER header, PKTHREAD thread)
{
    switch (header->Type) {
    case SYNCHRONIZATION_EVENT_OBJECT:
    case SYNCHRONIZATION_TIMER_OBJECT:
        header->SignalState = 0;
        break;
    case SEMAPHORE_OBJECT:
        header->SignalState--;
        break;
    case MUTANT_OBJECT:
        header->SignalState--;
        if (header->SignalState == 0) {
            mutant_of(header)->OwnerThread = thread;
            thread->mutexes++;
        }
        break;
    default:
        break;
    }
}

/* ---- Time ------------------------------------------------------------------------------------ */

ULONGLONG dispatcher_deadline(const LARGE_INTEGER *timeout)
{
    if (timeout == NULL) {
        return NEVER;
    }
    LONGLONG units = timeout->QuadPart;
    ULONGLONG left = 0; /* a system time that has passed */
    if (units < 0) {
        left = 0 - (ULONGLONG)units;
    } else if (units > host_system_time()) {
        left = (ULONGLONG)(units - host_system_time());
    }
    ULONGLONG now = host_uptime();
    return left > (NEVER - 1 - now) / NANOSECONDS_PER_UNIT ? NEVER
                                                           : now + left * NANOSECONDS_PER_UNIT;
}

/* Waits until something is signalled; false when the deadline has come. */
static bool wait_for_signal_locked(ULONGLONG deadline)
{
    if (deadline == NEVER) {
        (void)pthread_cond_wait(&signalled, &lock);
        return true;
    }
    struct timespec end = {(time_t)(deadline / NANOSECONDS_PER_SECOND),
                           (long)(deadline % NANOSECONDS_PER_SECOND)};
    return pthread_cond_timedwait(&signalled, &lock, &end) == 0;
}

void dispatcher_sleep(LARGE_INTEGER timeout)
{
    ULONGLONG deadline = dispatcher_deadline(&timeout);

    dispatcher_lock();
    while (wait_for_signal_locked(deadline)) {
    }
    dispatcher_unlock();
}

/* ---- Waiting --------------------------------------------------------------------------------- */

static void check_wait(const void *object, const LARGE_INTEGER *timeout)
{
    KIRQL irql = KeGetCurrentIrql();

    if (irql > DISPATCH_LEVEL) {
        verifier_report(RULE_WAIT_IRQL, (ULONG_PTR)&irql, (ULONG_PTR)object, (ULONG_PTR)timeout,
                        "A wait above DISPATCH_LEVEL");
    }
    if (irql == DISPATCH_LEVEL && timeout == NULL) {
        verifier_report(RULE_WAIT_FOR_EVER, (ULONG_PTR)&irql, (ULONG_PTR)object, 0,
                        "A wait without a timeout at DISPATCH_LEVEL");
    }
    if (irql == DISPATCH_LEVEL && timeout != NULL && timeout->QuadPart != 0) {
        verifier_report(RULE_WAIT_TIMEOUT, (ULONG_PTR)&irql, (ULONG_PTR)object, (ULONG_PTR)timeout,
                        "A wait at DISPATCH_LEVEL with a timeout that is not 0");
    }
}

/* Takes what the wait asks for; returns the index of the object, or -1 when it must go on. */
static int try_locked(ULONG count, PVOID objects[], WAIT_TYPE type, PKTHREAD thread)
{
    ULONG ready = 0;

    for (ULONG i = 0; i < count; i++) {
        if (is_ready(objects[i], thread)) {
            ready++;
            if (type == WaitAny) {
                take(objects[i], thread);
                return (int)i;
            }
        }
    }
    if (type == WaitAny || ready < count) {
        return -1;
    }
    for (ULONG i = 0; i < count; i++) {
        take(objects[i], thread);
    }
    return 0;
}

NTSTATUS KeWaitForMultipleObjects(ULONG Count, PVOID Object[], WAIT_TYPE WaitType,
                                  KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                                  BOOLEAN Alertable, PLARGE_INTEGER Timeout,
                                  PKWAIT_BLOCK WaitBlockArray)
{
    PKTHREAD thread = KeGetCurrentThread();
    ULONGLONG deadline = dispatcher_deadline(Timeout);
    bool in_time = true;

    UNREFERENCED_PARAMETER(WaitReason);
    UNREFERENCED_PARAMETER(WaitMode);
    UNREFERENCED_PARAMETER(Alertable);
    if (Count > (WaitBlockArray == NULL ? THREAD_WAIT_OBJECTS : MAXIMUM_WAIT_OBJECTS)) {
        bugcheck(MAXIMUM_WAIT_OBJECTS_EXCEEDED, Count, 0, 0, 0,
                 "A wait for %u objects, more than there are wait blocks. Give it a larger array.",
                 Count);
    }
    check_wait(Count == 0 ? NULL : Object[0], Timeout);
    for (ULONG i = 0; i < Count; i++) {
        dispatcher_check(Object[i]);
    }
    dispatcher_lock();
    int taken = try_locked(Count, Object, WaitType, thread);
    while (taken < 0 && in_time) {
        in_time = wait_for_signal_locked(deadline);
        taken = try_locked(Count, Object, WaitType, thread);
    }
    dispatcher_unlock();
    return taken < 0 ? STATUS_TIMEOUT : STATUS_WAIT_0 + taken;
}

NTSTATUS KeWaitForSingleObject(PVOID Object, KWAIT_REASON WaitReason, KPROCESSOR_MODE WaitMode,
                               BOOLEAN Alertable, PLARGE_INTEGER Timeout)
{
    return KeWaitForMultipleObjects(1, &Object, WaitAny, WaitReason, WaitMode, Alertable, Timeout,
                                    NULL);
}
