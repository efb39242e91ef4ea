/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Threads that die in the middle of their work: by pthread_exit with entries out, by cancellation
 * outside of our calls, with full magazines. What they had cached is back in the list, what they
 * had out stays out, and the counters are exact. Caught: the allocations of a thread forgotten at
 * its end. */
#include "crowd.h"

#include <stdio.h>

enum { SIZE = 40, OUT = 7 };

static lookaside_list list = LOOKASIDE_LIST_INIT;
static void *left_out[1000][OUT];
static uint64_t operations;

/* Fills the magazine, then leaves OUT entries for the test to free. */
static void work_then_leave(size_t number)
{
    void *entries[64];
    size_t count = 1 + number % COUNT_OF(entries);
    for (size_t i = 0; i < count; i++) {
        entries[i] = lookaside_alloc(&list);
        CHECK(entries[i] != NULL, "allocation failed");
    }
    for (size_t i = 0; i < count; i++) {
        lookaside_free(&list, entries[i]);
    }
    for (size_t i = 0; i < OUT; i++) {
        void *entry = lookaside_alloc(&list);
        CHECK(entry != NULL, "allocation failed");
        __atomic_store_n(&left_out[number][i], entry, __ATOMIC_RELEASE);
    }
    __atomic_fetch_add(&operations, count + OUT, __ATOMIC_RELAXED);
}

static void exit_deep_in_a_call(struct worker *worker)
{
    work_then_leave(worker->number);
    pthread_exit(NULL);
}

/* ThreadSanitizer stops following a thread that is cancelled in a blocking call, and then takes its
 * locks for races; so under it the thread does not block. */
static void be_cancelled_while_waiting(struct worker *worker)
{
    work_then_leave(worker->number);
    while (UNDER_SANITIZER) {
        pthread_testcancel();
        sched_yield();
    }
    sleep_until_cancelled();
}

static void be_cancelled_while_busy(struct worker *worker)
{
    work_then_leave(worker->number);
    for (;;) {
        pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, NULL);
        lookaside_free(&list, lookaside_alloc(&list));
        __atomic_fetch_add(&operations, 1, __ATOMIC_RELAXED);
        pthread_setcancelstate(PTHREAD_CANCEL_ENABLE, NULL);
        pthread_testcancel();
    }
}

static void run(const char *how, void (*work)(struct worker *), size_t count, bool cancel)
{
    for (int round = 0; round < 3; round++) {
        struct worker *workers = start_workers(count, work, NULL);
        for (size_t i = 0; cancel && i < count; i++) {
            while (__atomic_load_n(&left_out[i][OUT - 1], __ATOMIC_ACQUIRE) == NULL) {
                sched_yield();
            }
            pthread_cancel(workers[i].thread);
        }
        join_workers(workers, count);

        lookaside_statistics s = check_laws(&list, how);
        CHECK(s.live_entries == count * OUT, "%s: %zu entries are out, not %zu", how,
              (size_t)s.live_entries, count * OUT);
        CHECK(s.total_allocates == operations, "%s: allocations lost", how);
        for (size_t i = 0; i < count; i++) {
            lookaside_free_bulk(&list, left_out[i], OUT);
            for (size_t j = 0; j < OUT; j++) {
                __atomic_store_n(&left_out[i][j], NULL, __ATOMIC_RELAXED);
            }
        }
        CHECK(lookaside_flush(&list) == LOOKASIDE_OK, "flush");
        CHECK(check_laws(&list, how).current_depth == 0, "%s: a dead thread keeps entries", how);
    }
    printf("%zu threads ended by %s\n", 3 * count, how);
}

int main(void)
{
    CHECK(lookaside_init(&list, SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
    size_t count = rounds(300) < COUNT_OF(left_out) ? rounds(300) : COUNT_OF(left_out);
    run("pthread_exit", exit_deep_in_a_call, count, false);
    run("cancellation while waiting", be_cancelled_while_waiting, count, true);
    run("cancellation while busy", be_cancelled_while_busy, count / 10 + 1, true);
    destroy_checked(&list);
    return 0;
}
