/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* fork in a threaded process, from a busy state: the child's lists work, the laws hold in it, and
 * what the threads that did not survive had cached is there again. Also in the child's child, and
 * a hundred times while the parent's threads go on. Caught: a child that left the magazines of its
 * lost threads as they were. */
#include "crowd.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LISTS = 4, SIZE = 48, THREADS = 4 };

static lookaside_list lists[LISTS];
static int stop;

static void use_lists(size_t times, uint64_t *random)
{
    for (size_t i = 0; i < times; i++) {
        void *entries[30];
        lookaside_list *list = &lists[next_random(random) % LISTS];
        size_t count = next_random(random) % COUNT_OF(entries);
        for (size_t j = 0; j < count; j++) {
            entries[j] = lookaside_alloc(list);
            CHECK(entries[j] != NULL, "allocation failed");
            mark_entry(entries[j], SIZE, *random);
        }
        for (size_t j = 0; j < count; j++) {
            check_entry(entries[j], SIZE, *random);
            lookaside_free(list, entries[j]);
        }
        if (next_random(random) % 64 == 0) {
            CHECK(lookaside_trim(list, 10, NULL) == LOOKASIDE_OK, "trim");
        }
    }
}

static void keep_busy(struct worker *worker)
{
    uint64_t random = worker->number + 1;
    while (!flag_is_up(&stop)) {
        use_lists(1, &random);
    }
}

/* What every child does. Entries that the parent's threads had out at the fork stay out here: no
 * thread is left that could free them. */
static void live_as_a_child(size_t generations)
{
    alarm(30);
    uint64_t random = (uint64_t)getpid();
    for (size_t i = 0; i < LISTS; i++) {
        lookaside_statistics s = check_laws(&lists[i], "at birth");
        CHECK(s.threads <= 1, "magazines of %zu threads that did not survive", (size_t)s.threads);
    }
    use_lists(50, &random);
    if (generations > 0) {
        int status = 0;
        pid_t child = fork();
        CHECK(child >= 0, "fork failed");
        if (child == 0) {
            live_as_a_child(generations - 1);
            _exit(0);
        }
        CHECK(waitpid(child, &status, 0) == child && status == 0, "the child's child failed");
    }
    for (size_t i = 0; i < LISTS; i++) {
        CHECK(lookaside_flush(&lists[i]) == LOOKASIDE_OK, "flush");
        lookaside_statistics s = check_laws(&lists[i], "flushed in the child");
        CHECK(s.current_depth == 0, "%zu entries not recovered", (size_t)s.current_depth);
        lookaside_status status = lookaside_destroy(&lists[i]);
        CHECK(status == (s.live_entries == 0 ? LOOKASIDE_OK : LOOKASIDE_IN_USE), "destroy");
    }
}

static void fork_and_wait(size_t generations)
{
    int status = 0;
    pid_t child = fork();
    CHECK(child >= 0, "fork failed");
    if (child == 0) {
        live_as_a_child(generations);
        _exit(0);
    }
    CHECK(waitpid(child, &status, 0) == child, "waitpid");
    CHECK(status == 0, "a child ended with wait status %#x", (unsigned)status);
}

/* A thread that caches four entries and then waits: its magazine is all that is cached. */
static pthread_barrier_t cached;

static void cache_four_and_wait(struct worker *worker)
{
    (void)worker;
    void *entries[4];
    for (size_t i = 0; i < 4; i++) {
        entries[i] = lookaside_alloc(&lists[0]);
    }
    for (size_t i = 0; i < 4; i++) {
        lookaside_free(&lists[0], entries[i]);
    }
    pthread_barrier_wait(&cached);
    pthread_barrier_wait(&cached);
}

static void take_back_what_a_dead_thread_cached(void *argument)
{
    (void)argument;
    lookaside_statistics before = check_laws(&lists[0], "in the child");
    CHECK(before.current_depth == 4, "%zu cached entries survived", (size_t)before.current_depth);
    for (size_t i = 0; i < 4; i++) {
        CHECK(lookaside_alloc(&lists[0]) != NULL, "allocation failed");
    }
    lookaside_statistics after = check_laws(&lists[0], "taken back");
    CHECK(after.allocate_misses == before.allocate_misses, "the cached entries were not used");
}

static void recover_exactly(void)
{
    CHECK(lookaside_init(&lists[0], SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
    pthread_barrier_init(&cached, NULL, 2);
    struct worker *workers = start_workers(1, cache_four_and_wait, NULL);
    pthread_barrier_wait(&cached);
    CHECK(run_in_child(take_back_what_a_dead_thread_cached, NULL, 30) == 0, "child");
    CHECK(check_laws(&lists[0], "parent").current_depth == 4, "the parent lost entries");
    pthread_barrier_wait(&cached);
    join_workers(workers, 1);
    destroy_checked(&lists[0]);
}

int main(void)
{
    recover_exactly();
    for (size_t i = 0; i < LISTS; i++) {
        CHECK(lookaside_init(&lists[i], SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
    }
    struct worker *workers = start_workers(THREADS, keep_busy, NULL);
    size_t forks = rounds(100);
    uint64_t random = 99;
    for (size_t i = 0; i < forks; i++) {
        use_lists(3, &random);
        fork_and_wait(i % 4 == 0 ? 2 : 0);
    }
    raise_flag(&stop);
    join_workers(workers, THREADS);
    for (size_t i = 0; i < LISTS; i++) {
        CHECK(check_laws(&lists[i], "parent").live_entries == 0, "entries lost in the parent");
        destroy_checked(&lists[i]);
    }
    printf("%zu forks of a busy process: every child's lists work\n", forks);
    return 0;
}
