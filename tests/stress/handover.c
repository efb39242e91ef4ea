/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Entries allocated by some threads are freed by others, through queues, in both directions; and
 * threads that only free keep no more than one magazine each, while the depot keeps a bounded part
 * of a burst that nobody wants back. Caught: a depot without a bound. */
#include "crowd.h"
#include "queue.h"

#include <stdio.h>

enum { SIZE = 64, PAIRS = 3 };

static struct {
    lookaside_list list;
    struct queue queues[PAIRS];
    size_t count;
} shared = {.list = LOOKASIDE_LIST_INIT, .queues = {QUEUE_INIT, QUEUE_INIT, QUEUE_INIT}};

/* Even workers produce for the odd one after them, which only frees. */
static void produce_or_consume(struct worker *worker)
{
    struct queue *queue = &shared.queues[worker->number / 2];
    for (size_t i = 0; i < shared.count; i++) {
        if (worker->number % 2 == 0) {
            void *entry = lookaside_alloc(&shared.list);
            CHECK(entry != NULL, "allocation failed");
            mark_entry(entry, SIZE, i);
            queue_put(queue, entry);
        } else {
            void *entry = queue_take(queue);
            check_entry(entry, SIZE, i);
            lookaside_free(&shared.list, entry);
        }
    }
}

static void hand_over(size_t count)
{
    shared.count = count;
    CHECK(lookaside_init(&shared.list, SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
    for (int round = 0; round < 3; round++) {
        run_workers((size_t)2 * PAIRS, produce_or_consume, NULL);
        lookaside_statistics s = check_laws(&shared.list, "handed over");
        CHECK(s.live_entries == 0, "entries lost on the way");
        CHECK(s.total_allocates == (uint64_t)(round + 1) * PAIRS * count, "totals");
    }
    destroy_checked(&shared.list);
    printf("hand-over of %zu entries: laws hold\n", (size_t)3 * PAIRS * count);
}

/* Free-only threads, each with its share of a burst; they wait so that their magazines stay. */
static struct {
    lookaside_list list;
    void **entries;
    size_t share;
    pthread_barrier_t freed;
    pthread_barrier_t seen;
} burst = {.list = LOOKASIDE_LIST_INIT};

enum { FREERS = 8 };

static void only_free(struct worker *worker)
{
    void **mine = burst.entries + worker->number * burst.share;
    for (size_t i = 0; i < burst.share; i++) {
        lookaside_free(&burst.list, mine[i]);
    }
    pthread_barrier_wait(&burst.freed);
    pthread_barrier_wait(&burst.seen);
}

static void free_elsewhere(size_t count)
{
    burst.share = count / FREERS;
    count = burst.share * FREERS;
    burst.entries = calloc(count, sizeof(*burst.entries));
    pthread_barrier_init(&burst.freed, NULL, FREERS + 1);
    pthread_barrier_init(&burst.seen, NULL, FREERS + 1);
    CHECK(lookaside_init(&burst.list, SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
    for (size_t i = 0; i < count; i++) {
        burst.entries[i] = lookaside_alloc(&burst.list);
        CHECK(burst.entries[i] != NULL, "allocation failed");
    }

    struct worker *workers = start_workers(FREERS, only_free, NULL);
    pthread_barrier_wait(&burst.freed);
    lookaside_statistics s = check_laws(&burst.list, "all freed elsewhere");
    uint64_t magazines = s.magazine_bytes / SIZE;
    uint64_t depot = s.depot_bytes / SIZE;
    printf("free-only: of %zu entries %zu are in %zu magazines, %zu in the depot\n", count,
           (size_t)magazines, (size_t)s.threads, (size_t)depot);
    CHECK(s.live_entries == 0, "entries lost");
    CHECK(magazines <= s.threads * s.maximum_depth, "a hoard beyond one magazine per thread");
    CHECK(depot <= count / 10, "the depot keeps the burst");
    pthread_barrier_wait(&burst.seen);
    join_workers(workers, FREERS);

    CHECK(check_laws(&burst.list, "ended").magazine_bytes <= (uint64_t)s.maximum_depth * SIZE,
          "magazines of ended threads");
    destroy_checked(&burst.list);
    free(burst.entries);
}

int main(void)
{
    hand_over(rounds(150000));
    free_elsewhere(rounds(1000000));
    return 0;
}
