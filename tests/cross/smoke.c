/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The whole life of lists in one program that needs nothing but a C library and threads: it runs
 * wherever the core is carried to, with another processor, OS page or C library, where the test
 * framework is not at hand. It ends at the first check that fails, and says which. */

#include "system.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lookaside/lookaside.h>

enum { THREADS = 4, ROUNDS = 200, BATCH = 300, SIZE = 72 };

#define CHECK(condition) check((condition), #condition, __LINE__)

static void check(bool holds, const char *condition, int line)
{
    if (!holds) {
        fprintf(stderr, "smoke.c:%d: does not hold: %s\n", line, condition);
        exit(1);
    }
}

/* The laws of lookaside_statistics, for a list that no thread is using. */
static lookaside_statistics check_laws(lookaside_list *list)
{
    lookaside_statistics s;
    CHECK(lookaside_query(list, &s) == LOOKASIDE_OK);
    CHECK(s.live_entries == s.total_allocates - s.total_frees);
    CHECK(s.current_depth ==
          (s.total_frees - s.free_misses) - (s.total_allocates - s.allocate_misses) - s.flushed);
    CHECK(s.mapped_bytes ==
          s.live_bytes + s.magazine_bytes + s.depot_bytes + s.slab_free_bytes + s.metadata_bytes);
    return s;
}

static void one_thread(size_t size, size_t alignment)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    unsigned char *entries[BATCH];

    options.alignment = alignment;
    CHECK(lookaside_destroy(&list) == LOOKASIDE_NOT_INITIALIZED);
    CHECK(lookaside_init(&list, size, LOOKASIDE_PAGED, &options) == LOOKASIDE_OK);
    CHECK(lookaside_init(&list, size, LOOKASIDE_PAGED, NULL) == LOOKASIDE_ALREADY_INITIALIZED);
    for (int i = 0; i < BATCH; i++) {
        entries[i] = lookaside_alloc(&list);
        CHECK(entries[i] != NULL && (uintptr_t)entries[i] % alignment == 0);
        memset(entries[i], i & 0xFF, size);
    }
    CHECK(check_laws(&list).live_entries == BATCH);
    CHECK(lookaside_destroy(&list) == LOOKASIDE_IN_USE);
    for (int i = 0; i < BATCH; i++) {
        CHECK(entries[i][0] == (i & 0xFF) && entries[i][size - 1] == (i & 0xFF));
        lookaside_free(&list, entries[i]);
    }
    CHECK(lookaside_flush(&list) == LOOKASIDE_OK);
    CHECK(check_laws(&list).current_depth == 0);
    CHECK(lookaside_destroy(&list) == LOOKASIDE_OK);
}

/* Entries that the threads hand round: each takes what the one before it left. */
struct crowd {
    lookaside_list list;
    pthread_mutex_t lock;
    void *shelf[BATCH];
};

static void *work(void *context)
{
    struct crowd *crowd = context;
    for (int round = 0; round < ROUNDS; round++) {
        for (int i = 0; i < BATCH; i++) {
            unsigned char *mine = lookaside_alloc(&crowd->list);
            CHECK(mine != NULL);
            memset(mine, 0xA5, SIZE);
            pthread_mutex_lock(&crowd->lock);
            unsigned char *other = crowd->shelf[i];
            crowd->shelf[i] = mine;
            pthread_mutex_unlock(&crowd->lock);
            CHECK(other == NULL || (other[0] == 0xA5 && other[SIZE - 1] == 0xA5));
            lookaside_free(&crowd->list, other);
        }
    }
    return NULL;
}

static void use_in_child(void *crowd)
{
    check_laws(&((struct crowd *)crowd)->list);
    work(crowd);
    check_laws(&((struct crowd *)crowd)->list);
}

static void many_threads(void)
{
    static struct crowd crowd = {LOOKASIDE_LIST_INIT, PTHREAD_MUTEX_INITIALIZER, {NULL}};
    pthread_t threads[THREADS];

    CHECK(lookaside_init(&crowd.list, SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK);
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_create(&threads[i], NULL, work, &crowd) == 0);
    }
    for (int i = 0; i < THREADS; i++) {
        CHECK(pthread_join(threads[i], NULL) == 0);
    }
    lookaside_statistics s = check_laws(&crowd.list);
    CHECK(s.live_entries == BATCH && s.total_allocates == UINT64_C(1) * THREADS * ROUNDS * BATCH);
    if (system_has_fork()) {
        CHECK(run_in_child(use_in_child, &crowd, 60) == 0);
    }
    lookaside_free_bulk(&crowd.list, crowd.shelf, BATCH);
    CHECK(check_laws(&crowd.list).live_entries == 0);
    CHECK(lookaside_destroy(&crowd.list) == LOOKASIDE_OK);
}

int main(void)
{
    size_t os_page = system_page_size();
    printf("OS page of %zu bytes\n", os_page);
    one_thread(1, 16);
    one_thread(SIZE, 8);
    one_thread(5000, os_page);
    many_threads();
    return 0;
}
