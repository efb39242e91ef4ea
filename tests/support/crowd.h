/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Starts and joins threads that share one argument and know their number. */
#ifndef LOOKASIDE_TESTS_CROWD_H
#define LOOKASIDE_TESTS_CROWD_H

#include "support.h"

#include <pthread.h>
#include <stdlib.h>

struct worker {
    pthread_t thread;
    size_t number;
    void *shared;
    void (*work)(struct worker *worker);
};

static inline void *run_worker(void *argument)
{
    struct worker *worker = argument;
    worker->work(worker);
    return NULL;
}

/* Starts count workers; small stacks, so that a thousand fit anywhere. */
static inline struct worker *start_workers(size_t count, void (*work)(struct worker *),
                                           void *shared)
{
    struct worker *workers = calloc(count, sizeof(*workers));
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, (size_t)256 << 10);
    for (size_t i = 0; i < count; i++) {
        workers[i].number = i;
        workers[i].shared = shared;
        workers[i].work = work;
        int error = pthread_create(&workers[i].thread, &attributes, run_worker, &workers[i]);
        CHECK(error == 0, "pthread_create of thread %zu failed: %d", i, error);
    }
    pthread_attr_destroy(&attributes);
    return workers;
}

static inline void join_workers(struct worker *workers, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    free(workers);
}

/* Runs them all to their end. */
static inline void run_workers(size_t count, void (*work)(struct worker *), void *shared)
{
    join_workers(start_workers(count, work, shared), count);
}

/* A word that one thread sets and others read. */
static inline void raise_flag(int *flag) /* NOLINT(readability-non-const-parameter) */
{
    __atomic_store_n(flag, 1, __ATOMIC_RELEASE);
}

static inline bool flag_is_up(const int *flag)
{
    return __atomic_load_n(flag, __ATOMIC_ACQUIRE) != 0;
}

#endif
