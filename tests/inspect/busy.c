/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A process that is never at rest, for those who look into it: lists of every kind; threads that
 * allocate, free, hand entries on, and end; trims, flushes and reserves; lists that are destroyed
 * and made again; forks, each child working on. It says "busy" once everything runs, and runs until
 * it is killed. SEED in the environment makes another one. */
#include "callbacks.h"
#include "support.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

enum { STEADY = 6, PASSING = 2, LISTS = STEADY + PASSING, WORKERS = 4, HELD = 64, SHARED = 128 };

static lookaside_list lists[LISTS];
static void *shared[LISTS][SHARED]; /* entries on their way to another thread */
static uint64_t seed;

/* ---- lists of every kind ---- */

static int prepare(void *entry, lookaside_list *list, void *context)
{
    (void)list, (void)context;
    *(uint64_t *)entry = 0;
    return 0;
}

static void undo(void *entry, lookaside_list *list, void *context)
{
    (void)entry, (void)list, (void)context;
}

static void make(size_t number)
{
    static const size_t sizes[LISTS] = {64, 8, 3000, 48, 100, 200, 64, 70000};
    static const char *const names[LISTS] = {"sessions", "tiny",    "pages",   "made by malloc",
                                             "prepared", "wrapped", "passing", "passing and huge"};
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;

    options.name = names[number];
    if (number == 3) {
        options.allocate = from_malloc;
        options.free = to_malloc;
    }
    if (number == 4) {
        options.construct = prepare;
        options.destruct = undo;
    }
    if (number == 5) {
        options.allocate = from_slabs;
    }
    if (number == 1) {
        options.maximum_depth = 16;
    }
    lookaside_status status =
        lookaside_init(&lists[number], sizes[number], LOOKASIDE_PAGED, &options);
    CHECK(status == LOOKASIDE_OK, "lookaside_init: %s", lookaside_status_name(status));
}

/* ---- threads ---- */

static void swap_shared(uint64_t *random, size_t list, void **entry)
{
    void **slot = &shared[list][next_random(random) % SHARED];

    *entry = __atomic_exchange_n(slot, *entry, __ATOMIC_ACQ_REL);
}

static void maintain(uint64_t *random, lookaside_list *list)
{
    switch (next_random(random) % 8) {
    case 0:
        lookaside_flush(list);
        break;
    case 1:
        lookaside_trim(list, next_random(random) % 100, NULL);
        break;
    case 2:
        lookaside_reserve(list, next_random(random) % 20);
        break;
    default:
        break;
    }
}

/* Bursts of allocations and frees, of which some entries go to other threads. */
static void work(uint64_t *random, size_t rounds)
{
    void *held[STEADY][HELD] = {{NULL}};

    for (size_t round = 0; round < rounds; round++) {
        size_t list = next_random(random) % STEADY;
        size_t count = next_random(random) % HELD;
        for (size_t i = 0; i < count; i++) {
            if (held[list][i] == NULL) {
                held[list][i] = lookaside_alloc(&lists[list]);
            } else if (next_random(random) % 4 != 0) {
                lookaside_free(&lists[list], held[list][i]);
                held[list][i] = NULL;
            } else {
                swap_shared(random, list, &held[list][i]);
            }
        }
        if (next_random(random) % 64 == 0) {
            maintain(random, &lists[list]);
        }
    }
    for (size_t list = 0; list < STEADY; list++) {
        for (size_t i = 0; i < HELD; i++) {
            lookaside_free(&lists[list], held[list][i]);
        }
    }
}

static void *short_life(void *argument)
{
    uint64_t random = (uint64_t)(uintptr_t)argument;

    work(&random, 20 + next_random(&random) % 200);
    return NULL;
}

/* Starts threads one after the other, for ever. */
static void *worker(void *argument)
{
    uint64_t random = (uint64_t)(uintptr_t)argument;
    pthread_t thread;

    for (;;) {
        work(&random, 100);
        if (pthread_create(&thread, NULL, short_life, (void *)(uintptr_t)next_random(&random)) ==
            0) {
            pthread_join(thread, NULL);
        }
    }
    return NULL;
}

/* Makes lists and destroys them; forks children that work for a moment. */
static void *changer(void *argument)
{
    uint64_t random = (uint64_t)(uintptr_t)argument;

    for (size_t round = 0;; round++) {
        size_t list = STEADY + next_random(&random) % PASSING;
        make(list);
        void *entries[40];
        size_t count = lookaside_alloc_bulk(&lists[list], entries, next_random(&random) % 40);
        lookaside_free_bulk(&lists[list], entries, count);
        lookaside_destroy(&lists[list]);
        if (round % 16 == 0) {
            pid_t child = fork();
            if (child == 0) {
                work(&random, 50);
                _exit(0);
            }
            CHECK(child > 0 && waitpid(child, NULL, 0) == child, "fork failed");
        }
    }
    return NULL;
}

int main(void)
{
    const char *given = getenv("SEED");
    pthread_t thread;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    seed = given == NULL ? 1 : strtoull(given, NULL, 10);
    for (size_t i = 0; i < STEADY; i++) {
        make(i);
    }
    for (size_t i = 0; i < WORKERS; i++) {
        uintptr_t own = (uintptr_t)(seed * 1000 + i + 1);
        CHECK(pthread_create(&thread, NULL, worker, (void *)own) == 0, "no thread");
    }
    CHECK(pthread_create(&thread, NULL, changer, (void *)(uintptr_t)(seed * 1000)) == 0,
          "no thread");
    CHECK(write(STDOUT_FILENO, "busy\n", 5) == 5, "nobody listens");
    for (;;) {
        pause();
    }
}
