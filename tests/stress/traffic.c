/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Many threads use several lists at once, in pairs, batches and random live sets; no entry is ever
 * given to two owners, and at every quiet point the laws hold and the totals are exact. Run with
 * as many threads as CPUs, with a few, and with 64. Caught: locks that let everybody in. */
#include "crowd.h"

#include <stdio.h>

enum { LISTS = 5, LIVE = 300 };

static const size_t sizes[LISTS] = {8, 24, 64, 200, 5000};

static struct traffic {
    lookaside_list lists[LISTS];
    size_t threads;
    size_t rounds;
    uint64_t operations[64][LISTS]; /* allocations of each thread from each list */
} traffic;

struct walk {
    uint64_t random;
    uint64_t owner;
    uint64_t *operations;
    void *live[LISTS][LIVE];
};

static void *take_marked(struct walk *walk, size_t list)
{
    void *entry = lookaside_alloc(&traffic.lists[list]);
    CHECK(entry != NULL, "allocation failed");
    mark_entry(entry, sizes[list], walk->owner);
    walk->operations[list]++;
    return entry;
}

static void give_checked(struct walk *walk, size_t list, void *entry)
{
    check_entry(entry, sizes[list], walk->owner);
    lookaside_free(&traffic.lists[list], entry);
}

static void pairs(struct walk *walk, size_t list)
{
    for (size_t i = 0; i < 50; i++) {
        give_checked(walk, list, take_marked(walk, list));
    }
}

static void batch(struct walk *walk, size_t list)
{
    void *entries[LIVE];
    size_t count = next_random(&walk->random) % LIVE;
    bool in_order = next_random(&walk->random) % 2 == 0;
    for (size_t i = 0; i < count; i++) {
        entries[i] = take_marked(walk, list);
    }
    for (size_t i = 0; i < count; i++) {
        give_checked(walk, list, entries[in_order ? i : count - 1 - i]);
    }
}

static void bulk(struct walk *walk, size_t list)
{
    void *entries[LIVE];
    size_t count = next_random(&walk->random) % LIVE;
    size_t taken = lookaside_alloc_bulk(&traffic.lists[list], entries, count);
    CHECK(taken == count, "a bulk of %zu gave %zu", count, taken);
    walk->operations[list] += taken;
    for (size_t i = 0; i < taken; i++) {
        mark_entry(entries[i], sizes[list], walk->owner);
    }
    for (size_t i = 0; i < taken; i++) {
        check_entry(entries[i], sizes[list], walk->owner);
    }
    lookaside_free_bulk(&traffic.lists[list], entries, taken);
}

static void replace_some(struct walk *walk, size_t list)
{
    for (size_t i = 0; i < 100; i++) {
        void **slot = &walk->live[list][next_random(&walk->random) % LIVE];
        if (*slot != NULL) {
            give_checked(walk, list, *slot);
            *slot = NULL;
        } else {
            *slot = take_marked(walk, list);
        }
    }
}

static void use_lists(struct worker *worker)
{
    static void (*const kinds[])(struct walk *, size_t) = {pairs, batch, bulk, replace_some};
    struct walk *walk = calloc(1, sizeof(*walk));
    walk->random = worker->number * 7919 + 1;
    walk->owner = (worker->number + 1) << 48;
    walk->operations = traffic.operations[worker->number];
    for (size_t round = 0; round < traffic.rounds; round++) {
        uint64_t choice = next_random(&walk->random);
        kinds[choice % COUNT_OF(kinds)](walk, (choice >> 8) % LISTS);
    }
    for (size_t list = 0; list < LISTS; list++) {
        for (size_t i = 0; i < LIVE; i++) {
            if (walk->live[list][i] != NULL) {
                give_checked(walk, list, walk->live[list][i]);
            }
        }
    }
    free(walk);
}

static void run(size_t threads, size_t count)
{
    traffic = (struct traffic){.threads = threads, .rounds = rounds(count) / threads + 1};
    for (size_t list = 0; list < LISTS; list++) {
        CHECK(lookaside_init(&traffic.lists[list], sizes[list], LOOKASIDE_PAGED, NULL) ==
                  LOOKASIDE_OK,
              "init");
    }
    for (int quiet_point = 0; quiet_point < 4; quiet_point++) {
        run_workers(threads, use_lists, NULL);
        for (size_t list = 0; list < LISTS; list++) {
            uint64_t operations = 0;
            for (size_t i = 0; i < threads; i++) {
                operations += traffic.operations[i][list];
            }
            lookaside_statistics s = check_laws(&traffic.lists[list], "quiet point");
            CHECK(s.total_allocates == operations, "%zu allocations lost",
                  (size_t)(operations - s.total_allocates));
            CHECK(s.total_frees == operations, "%zu frees lost",
                  (size_t)(operations - s.total_frees));
        }
    }
    for (size_t list = 0; list < LISTS; list++) {
        destroy_checked(&traffic.lists[list]);
    }
    printf("%zu threads: laws hold, totals exact\n", threads);
}

int main(void)
{
    run(2, 150000);
    run(7, 150000);
    run(64, 20000);
    return 0;
}
