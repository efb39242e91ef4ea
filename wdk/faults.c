/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Which allocations fail on purpose. Three ways, alone or together: the n-th from now; a share of
 * all, the same ones for the same seed; each the first time that its calls are seen (so that every
 * error path of a driver runs once, without a list of them). All are decided under one lock, so the
 * order of threads is the only thing that chance keeps.
 *
 * The sweep is the n-th for n = 1, 2, ...: a driver that survives it has no allocation whose
 * failure it does not handle, on that path. */
#include "faults.h"

#include <pthread.h>
#include <stdlib.h>

#include "owner.h"

#define OF_ALL 10000u

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct {
    BOOLEAN everyone;
    ULONG countdown; /* 0: off */
    ULONG per_10000; /* 0: off */
    uint64_t random;
    BOOLEAN each_new_stack;
    uint64_t *seen; /* hashes of calls, room a power of two; 0: free */
    SIZE_T seen_count;
    SIZE_T seen_room;
    ULONG injected;
} faults;

void wdk_fail_allocation(ULONG n)
{
    (void)pthread_mutex_lock(&lock);
    faults.countdown = n;
    (void)pthread_mutex_unlock(&lock);
}

void wdk_fail_randomly(ULONG seed, ULONG per_10000)
{
    (void)pthread_mutex_lock(&lock);
    faults.random = seed;
    faults.per_10000 = per_10000;
    (void)pthread_mutex_unlock(&lock);
}

void wdk_fail_each_new_stack(BOOLEAN on)
{
    (void)pthread_mutex_lock(&lock);
    faults.each_new_stack = on;
    free(faults.seen);
    faults.seen = NULL;
    faults.seen_count = 0;
    faults.seen_room = 0;
    (void)pthread_mutex_unlock(&lock);
}

void wdk_fault_everyone(BOOLEAN on)
{
    (void)pthread_mutex_lock(&lock);
    faults.everyone = on;
    (void)pthread_mutex_unlock(&lock);
}

ULONG wdk_faults_injected(void)
{
    (void)pthread_mutex_lock(&lock);
    ULONG result = faults.injected;
    (void)pthread_mutex_unlock(&lock);
    return result;
}

/* ---- Whether to strike -------------------------------------------------------------------------- */

static BOOLEAN is_its_turn_locked(void)
{
    return faults.countdown != 0 && --faults.countdown == 0;
}

/* SplitMix64: every seed is a good one. */
static BOOLEAN is_drawn_locked(void)
{
    if (faults.per_10000 == 0) {
        return FALSE;
    }
    uint64_t x = faults.random += 0x9E3779B97F4A7C15u;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
    return (x ^ (x >> 31)) % OF_ALL < faults.per_10000;
}

static void put_locked(uint64_t hash)
{
    SIZE_T i = hash & (faults.seen_room - 1);

    while (faults.seen[i] != 0 && faults.seen[i] != hash) {
        i = (i + 1) & (faults.seen_room - 1);
    }
    faults.seen_count += faults.seen[i] == 0;
    faults.seen[i] = hash;
}

static BOOLEAN grow_locked(void)
{
    uint64_t *old = faults.seen;
    SIZE_T room = faults.seen_room;
    uint64_t *larger = calloc(room == 0 ? 256 : 2 * room, sizeof(*larger));

    if (larger == NULL) {
        return FALSE;
    }
    faults.seen = larger;
    faults.seen_room = room == 0 ? 256 : 2 * room;
    faults.seen_count = 0;
    for (SIZE_T i = 0; i < room; i++) {
        if (old[i] != 0) {
            put_locked(old[i]);
        }
    }
    free(old);
    return TRUE;
}

static BOOLEAN is_new_stack_locked(const struct trace *trace)
{
    SIZE_T before = faults.seen_count;

    if (!faults.each_new_stack || (2 * before >= faults.seen_room && !grow_locked())) {
        return FALSE;
    }
    put_locked(trace_hash(trace) | 1u);
    return faults.seen_count != before;
}

BOOLEAN faults_strike(const struct trace *trace)
{
    BOOLEAN strike = FALSE;

    (void)pthread_mutex_lock(&lock);
    if (faults.everyone || owner_current() != NULL) {
        /* Each way sees each allocation, whatever the others decide. */
        BOOLEAN turn = is_its_turn_locked();
        BOOLEAN drawn = is_drawn_locked();
        strike = is_new_stack_locked(trace) || turn || drawn;
        faults.injected += strike;
    }
    (void)pthread_mutex_unlock(&lock);
    return strike;
}

BOOLEAN faults_strike_here(void)
{
    struct trace trace;

    trace_take(&trace);
    return faults_strike(&trace);
}

ULONG wdk_fault_sweep(wdk_body *body, void *context)
{
    ULONG n = 0;
    ULONG before;

    body(context);
    do {
        before = wdk_faults_injected();
        wdk_fail_allocation(++n);
        body(context);
        wdk_fail_allocation(0);
    } while (wdk_faults_injected() != before);
    return n - 1;
}
