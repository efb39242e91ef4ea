/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What all objects that one can wait for have in common. */
#ifndef WDK_DISPATCHER_H
#define WDK_DISPATCHER_H

#include <stdbool.h>

#include <wdk/sync.h>

/* DISPATCHER_HEADER.Type, with the kernel's numbers. */
enum dispatcher_type {
    NOTIFICATION_EVENT_OBJECT = 0,
    SYNCHRONIZATION_EVENT_OBJECT = 1,
    MUTANT_OBJECT = 2,
    SEMAPHORE_OBJECT = 5,
    THREAD_OBJECT = 6,
    NOTIFICATION_TIMER_OBJECT = 8,
    SYNCHRONIZATION_TIMER_OBJECT = 9
};

void dispatcher_init(PDISPATCHER_HEADER header, enum dispatcher_type type, LONG state);

/* Bugchecks unless the object was initialised. */
void dispatcher_check(const DISPATCHER_HEADER *header);

/* The lock of all states. Held for a few instructions, and nothing is called with it. */
void dispatcher_lock(void);
void dispatcher_unlock(void);

/* Adds change to a state or, for dispatcher_set, replaces it; lets waiters look when it became
 * positive. Return the state before. */
LONG dispatcher_set(PDISPATCHER_HEADER header, LONG state);
LONG dispatcher_state(const DISPATCHER_HEADER *header);

/* The same under the lock. */
void dispatcher_set_locked(PDISPATCHER_HEADER header, LONG state);

/* When a timeout of KeWaitForSingleObject ends, in the host's uptime; UINT64_MAX for NULL. */
ULONGLONG dispatcher_deadline(const LARGE_INTEGER *timeout);

/* Sleeps until the time has passed; as a timeout of KeWaitForSingleObject. */
void dispatcher_sleep(LARGE_INTEGER timeout);

#endif
