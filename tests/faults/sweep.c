/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Out of memory at any point is survived. One scenario needs everything that the os layer gives:
 * first and later slabs, magazines, depot, records, thread tables, locked pages. It runs once for
 * every n and every function that may fail, each time in a fresh process in which the n-th call
 * fails, until a run meets no failure; and again with all calls from the n-th on failing. After
 * each failure the call has failed cleanly, with its reason; the laws hold; the list works as soon
 * as there is memory again; and in the end no more is mapped than after a run without failures.
 * Caught: a slab whose memory was not given back when it could not be locked. */
#include "lying_os.h"
#include "support.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>

enum { LISTS = 4, MOST = 3000 };

/* Small and large, cached and not, paged and locked, with callbacks and without. */
static const struct kind {
    size_t size;
    lookaside_pool_type pool_type;
    lookaside_cache cache;
    size_t entries;
} kinds[LISTS] = {
    {64, LOOKASIDE_PAGED, LOOKASIDE_CACHE_THREAD, MOST},
    {1000, LOOKASIDE_NONPAGED, LOOKASIDE_CACHE_THREAD, 600},
    {3000000, LOOKASIDE_PAGED, LOOKASIDE_CACHE_THREAD, 5},
    {200, LOOKASIDE_PAGED, LOOKASIDE_CACHE_NONE, 500},
};

static lookaside_list lists[LISTS];
static void *entries[LISTS][MOST];

/* A failed call must be explained by a failure that was injected. */
static void expect_excuse(lookaside_status status, const char *what)
{
    CHECK(lying_os->failures > 0, "%s failed without a reason: %s", what,
          lookaside_status_name(status));
    CHECK(status == LOOKASIDE_NO_MEMORY ||
              (status == LOOKASIDE_LOCKED_MEMORY_LIMIT && lying_os->about == LIE_LOCK_PAGES),
          "%s: the reason is %s", what, lookaside_status_name(status));
}

static void *allocate(size_t list)
{
    uint64_t failures = statistics_of(&lists[list]).allocate_failures;
    void *entry = lookaside_alloc(&lists[list]);
    if (entry == NULL) {
        lookaside_statistics s = check_laws(&lists[list], "after a failed allocation");
        CHECK(s.allocate_failures == failures + 1, "the failure was not counted");
        expect_excuse(s.last_failure, "lookaside_alloc");
        if (!lying_os->from_then_on) {
            entry = lookaside_alloc(&lists[list]);
            CHECK(entry != NULL, "the list did not recover from one failure");
        }
    }
    if (entry != NULL) {
        mark_entry(entry, kinds[list].size, list);
    }
    return entry;
}

static void release(size_t list, void *entry)
{
    if (entry != NULL) {
        check_entry(entry, kinds[list].size, list);
        lookaside_free(&lists[list], entry);
    }
}

static void use(size_t list)
{
    for (int round = 0; round < 3; round++) {
        for (size_t i = 0; i < kinds[list].entries; i++) {
            entries[list][i] = allocate(list);
        }
        check_laws(&lists[list], "entries out");
        for (size_t i = 0; i < kinds[list].entries; i++) {
            release(list, entries[list][i]);
        }
        check_laws(&lists[list], "entries back");
    }
}

static void use_bulk_and_reserve(size_t list)
{
    size_t count = kinds[list].entries;
    lookaside_status status = lookaside_reserve(&lists[list], count);
    if (status != LOOKASIDE_OK) {
        expect_excuse(status, "lookaside_reserve");
        CHECK(check_laws(&lists[list], "reserve failed").reserved_entries == 0, "half a reserve");
    }
    size_t taken = lookaside_alloc_bulk(&lists[list], entries[list], count);
    CHECK(taken == count || status != LOOKASIDE_OK, "the reserve did not serve");
    lookaside_free_bulk(&lists[list], entries[list], taken);
    CHECK(lookaside_reserve(&lists[list], 0) == LOOKASIDE_OK, "reserve of 0");
    check_laws(&lists[list], "after reserve");
}

static void *use_in_a_thread(void *argument)
{
    (void)argument;
    for (size_t list = 0; list < LISTS; list++) {
        use(list);
    }
    return NULL;
}

static void run_thread(void)
{
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, use_in_a_thread, NULL) == 0, "pthread_create");
    pthread_join(thread, NULL);
}

static void init_list(size_t list)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.cache = kinds[list].cache;
    lookaside_status status =
        lookaside_init(&lists[list], kinds[list].size, kinds[list].pool_type, &options);
    if (status != LOOKASIDE_OK) {
        expect_excuse(status, "lookaside_init");
        CHECK(lookaside_destroy(&lists[list]) == LOOKASIDE_NOT_INITIALIZED, "half a list");
        stop_lying();
        status = lookaside_init(&lists[list], kinds[list].size, kinds[list].pool_type, &options);
        CHECK(status == LOOKASIDE_OK, "init did not recover: %s", lookaside_status_name(status));
    }
}

static void scenario(void)
{
    for (size_t list = 0; list < LISTS; list++) {
        init_list(list);
        use(list);
        use_bulk_and_reserve(list);
    }
    run_thread();
    run_thread();

    stop_lying();
    for (size_t list = 0; list < LISTS; list++) {
        for (size_t i = 0; i < 3; i++) {
            entries[list][i] = allocate(list);
            CHECK(entries[list][i] != NULL, "a list did not recover");
        }
        for (size_t i = 0; i < 3; i++) {
            release(list, entries[list][i]);
        }
        destroy_checked(&lists[list]);
    }
}

/* Runs the scenario in a process of its own; returns what its os layer saw. */
static struct lying_os run(enum lie about, size_t fail_at, bool from_then_on)
{
    char request[64];
    char answer[64];
    struct lying_os seen = {0};
    (void)snprintf(request, sizeof(request), "%d %zu %d", (int)about, fail_at, from_then_on);
    int status = run_again(request, answer, sizeof(answer));
    CHECK(status == 0 && sscanf(answer, "%zu %zu", &seen.failures, &seen.mapped) == 2,
          "function %d, call %zu%s: the process ended with %d", (int)about, fail_at,
          from_then_on ? " and later ones" : "", status);
    return seen;
}

/* The other side of run. */
static int serve(const char *request)
{
    static struct lying_os os;
    int about;
    int from_then_on;
    CHECK(sscanf(request, "%d %zu %d", &about, &os.fail_at, &from_then_on) == 3, "a bad request");
    os.about = (enum lie)about;
    os.from_then_on = from_then_on != 0;
    lying_os = &os;
    end_after(60);
    scenario();
    printf("%zu %zu\n", os.failures, os.mapped);
    return 0;
}

/* Records of the address space are kept for good, one more or less as addresses and timing have it;
 * an entry or a slab that is lost keeps a chunk of 4 MiB mapped. */
#define SLACK ((size_t)128 << 10)

static void sweep(enum lie about, const char *name, bool from_then_on)
{
    const size_t step = UNDER_SANITIZER || !system_has_fork() ? 5 : 1; /* where each run is dear */
    size_t honest = run(about, 0, false).mapped;
    size_t runs = 0;
    size_t failures = 0;
    struct lying_os seen;
    do {
        size_t n = 1 + runs++ * step;
        seen = run(about, n, from_then_on);
        failures += seen.failures;
        CHECK(seen.mapped <= honest + SLACK,
              "%s, call %zu: %zu bytes stay mapped, %zu without a failure", name, n, seen.mapped,
              honest);
    } while (seen.failures > 0);
    CHECK(runs > 1, "the scenario never calls %s", name);
    printf("%s: %zu runs, %zu failures%s, all survived\n", name, runs, failures,
           from_then_on ? " from the n-th on" : "");
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return serve(argv[1]);
    }
    for (int from_then_on = 0; from_then_on < 2; from_then_on++) {
        sweep(LIE_MAP, "os_map", from_then_on != 0);
        sweep(LIE_RESERVE, "os_reserve", from_then_on != 0);
        sweep(LIE_COMMIT, "os_commit", from_then_on != 0);
        sweep(LIE_LOCK_PAGES, "os_lock_pages", from_then_on != 0);
        sweep(LIE_THREAD_AT_EXIT, "os_thread_at_exit", from_then_on != 0);
        sweep(LIE_META_ALLOC, "meta_alloc", from_then_on != 0);
    }
    return 0;
}
