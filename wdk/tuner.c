/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The clock of the tuner. In the kernel the balance set manager wakes once a second and takes
 * turns: the nonpaged lists of drivers, the paged ones, lists of the kernel's own, of which the
 * twin has none. Here a second passes when a test calls wdk_tick(), so that depths are the same in
 * every run, or when a thread does that for it.
 *
 * A scan changes the depth and nothing else: entries that are then too many stay cached. Counters
 * and depth are read and written as single relaxed accesses, like the list routines do it: a scan
 * beside running traffic sees slightly old numbers, as in the kernel. */
#include <errno.h>
#include <pthread.h>
#include <time.h>

#include <wdk/inspect.h>

#include "lists.h"
#include "tuning_rule.h"

#define LOAD(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)
#define STORE(field, value) __atomic_store_n(&(field), value, __ATOMIC_RELAXED)

static void scan(PGENERAL_LOOKASIDE_POOL list)
{
    ULONG allocates = LOAD(list->TotalAllocates);
    ULONG misses = LOAD(list->AllocateMisses);
    USHORT depth = LOAD(list->Depth);
    USHORT next = tuning_rule(depth, LOAD(list->MaximumDepth), allocates - list->LastTotalAllocates,
                              misses - list->LastAllocateMisses);

    list->LastTotalAllocates = allocates;
    list->LastAllocateMisses = misses;
    if (next != depth) {
        STORE(list->Depth, next);
    }
}

void wdk_tick(void)
{
    static ULONG ticks;

    switch (__atomic_fetch_add(&ticks, 1, __ATOMIC_RELAXED) % TUNING_SECONDS) {
    case 0:
        lists_visit(FALSE, scan);
        break;
    case 1:
        lists_visit(TRUE, scan);
        break;
    default:
        break;
    }
}

/* ---- The thread --------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER; /* of the three below */
static pthread_cond_t stopped = PTHREAD_COND_INITIALIZER;
static pthread_t thread;
static BOOLEAN is_running;
static BOOLEAN shall_stop;

static void *tick_tock(void *unused)
{
    struct timespec next;

    (void)clock_gettime(CLOCK_REALTIME, &next);
    (void)pthread_mutex_lock(&lock);
    while (!shall_stop) {
        next.tv_sec++;
        while (!shall_stop && pthread_cond_timedwait(&stopped, &lock, &next) != ETIMEDOUT) {
        }
        if (!shall_stop) {
            wdk_tick();
        }
    }
    (void)pthread_mutex_unlock(&lock);
    return unused;
}

void wdk_tuner_start(void)
{
    (void)pthread_mutex_lock(&lock);
    if (!is_running) {
        shall_stop = FALSE;
        is_running = pthread_create(&thread, NULL, tick_tock, NULL) == 0;
    }
    (void)pthread_mutex_unlock(&lock);
}

void wdk_tuner_stop(void)
{
    (void)pthread_mutex_lock(&lock);
    BOOLEAN was_running = is_running;
    shall_stop = TRUE;
    is_running = FALSE;
    (void)pthread_cond_signal(&stopped);
    (void)pthread_mutex_unlock(&lock);
    if (was_running) {
        (void)pthread_join(thread, NULL);
    }
}
