/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: when the tuner lowers the depth of a list that one thread has used hot, that thread's
 * full magazine shrinks at its next slow path, and every entry is still there, once. The clock is
 * ours (--wrap=os_milliseconds), so that idle time passes at once. Caught: the recent half of a
 * full magazine copied into an array made for the lower depth. */
#include "crowd.h"
#include "os.h"

#include <stdio.h>

enum { SIZE = 64, BATCH = 600 };

static lookaside_list list = LOOKASIDE_LIST_INIT;
static pthread_barrier_t turn;
static uint64_t clock_now = 1000;

uint64_t our_clock(void) __asm__("__wrap_os_milliseconds");

uint64_t our_clock(void)
{
    return __atomic_load_n(&clock_now, __ATOMIC_RELAXED);
}

static void take_batch(void **entries, size_t count, uint64_t owner)
{
    for (size_t i = 0; i < count; i++) {
        entries[i] = lookaside_alloc(&list);
        CHECK(entries[i] != NULL, "allocation failed");
        mark_entry(entries[i], SIZE, owner + i);
    }
}

static void give_batch(void **entries, size_t count, uint64_t owner)
{
    for (size_t i = 0; i < count; i++) {
        check_entry(entries[i], SIZE, owner + i);
        lookaside_free(&list, entries[i]);
    }
}

/* Puts the records of new lists where an array that is too long may have been written. */
static void make_neighbours(void)
{
    lookaside_list neighbours[50] = {LOOKASIDE_LIST_INIT};
    for (size_t i = 0; i < COUNT_OF(neighbours); i++) {
        CHECK(lookaside_init(&neighbours[i], SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
        lookaside_free(&neighbours[i], lookaside_alloc(&neighbours[i]));
    }
    for (size_t i = 0; i < COUNT_OF(neighbours); i++) {
        destroy_checked(&neighbours[i]);
    }
}

/* Gets hot until the depth is at its maximum, then fills the magazine and keeps a batch out; when
 * it is its turn again, frees that batch into the lowered list. */
static void get_hot(struct worker *worker)
{
    (void)worker;
    void *first[BATCH];
    void *kept[BATCH];
    for (size_t i = 0; i < 10000 && statistics_of(&list).depth < 256; i++) {
        take_batch(first, BATCH, 1);
        give_batch(first, BATCH, 1);
    }
    take_batch(first, BATCH, 1);
    take_batch(kept, BATCH, 100000);
    give_batch(first, BATCH, 1);
    pthread_barrier_wait(&turn);
    pthread_barrier_wait(&turn);
    give_batch(kept, BATCH, 100000);
    make_neighbours();
    lookaside_statistics s = check_laws(&list, "freed into the lowered list");
    CHECK(s.magazine_bytes <= (uint64_t)2 * s.depth * SIZE,
          "at depth %u two magazines hold %zu entries", s.depth, (size_t)s.magazine_bytes / SIZE);
    take_batch(first, BATCH, 1);
    take_batch(kept, BATCH, 100000);
    give_batch(first, BATCH, 1);
    give_batch(kept, BATCH, 100000);
    check_laws(&list, "used again");
}

/* The slow path of a thread that allocates little: a scan finds the list idle. */
static void use_once(struct worker *worker)
{
    (void)worker;
    void *entry;
    take_batch(&entry, 1, 7);
    give_batch(&entry, 1, 7);
}

static void run(uint32_t target)
{
    CHECK(lookaside_init(&list, SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
    struct worker *workers = start_workers(1, get_hot, NULL);
    pthread_barrier_wait(&turn);
    lookaside_statistics s = check_laws(&list, "hot");
    CHECK(s.depth == 256, "the list did not get hot: depth %u", s.depth);
    for (size_t i = 0; statistics_of(&list).depth > target; i++) {
        CHECK(i < 1000, "the depth does not fall");
        __atomic_fetch_add(&clock_now, 10000, __ATOMIC_RELAXED);
        run_workers(1, use_once, NULL);
    }
    CHECK(lookaside_trim(&list, SIZE_MAX, NULL) == LOOKASIDE_OK, "trim"); /* no spare arrays */
    s = check_laws(&list, "lowered");
    fprintf(stderr, "depth lowered to %u with %zu entries in magazines\n", s.depth,
            (size_t)s.magazine_bytes / SIZE);
    pthread_barrier_wait(&turn);
    join_workers(workers, 1);
    CHECK(check_laws(&list, "all back").live_entries == 0, "entries lost");
    destroy_checked(&list);
}

int main(void)
{
    pthread_barrier_init(&turn, NULL, 2);
    run(16);
    run(4);
    return 0;
}
