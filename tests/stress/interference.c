/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* flush, trim, reserve, query and report from other threads, under traffic: no entry is lost or
 * given twice, and every answer of query is consistent in itself at any moment. Caught:
 * allocations that were read before the frees. */
#include "counting_backing.h"
#include "crowd.h"

#include <stdio.h>

enum { SIZE = 64, BUSY = 3 };

static lookaside_list list = LOOKASIDE_LIST_INIT;
static int stop;
static size_t loops;

static void send_traffic(struct worker *worker)
{
    uint64_t random = worker->number + 1;
    void *live[100] = {NULL};
    for (size_t i = 0; i < loops; i++) {
        void **slot = &live[next_random(&random) % COUNT_OF(live)];
        if (*slot != NULL) {
            check_entry(*slot, SIZE, worker->number);
            lookaside_free(&list, *slot);
            *slot = NULL;
        } else {
            *slot = lookaside_alloc(&list);
            CHECK(*slot != NULL, "allocation failed");
            mark_entry(*slot, SIZE, worker->number);
        }
    }
    lookaside_free_bulk(&list, live, COUNT_OF(live));
}

static void ignore_text(void *context, const char *text, size_t length)
{
    (void)text;
    *(size_t *)context += length;
}

static void look(struct worker *worker)
{
    (void)worker;
    uint64_t allocates = 0;
    uint64_t frees = 0;
    size_t queries = 0;
    while (!flag_is_up(&stop)) {
        lookaside_statistics s = statistics_of(&list);
        check_laws_under_traffic(&s, "under traffic");
        CHECK(s.total_allocates >= allocates && s.total_frees >= frees, "a counter went back");
        allocates = s.total_allocates;
        frees = s.total_frees;
        size_t length = 0;
        if (++queries % 100 == 0) {
            CHECK(lookaside_report(&list, ignore_text, &length) == LOOKASIDE_OK, "report");
            CHECK(length > 300, "the report has %zu characters", length);
        }
    }
    printf("%zu queries under traffic were consistent\n", queries);
}

static void interfere(struct worker *worker)
{
    uint64_t random = 77 + worker->number;
    while (!flag_is_up(&stop)) {
        uint64_t choice = next_random(&random);
        if (choice % 4 == 0) {
            CHECK(lookaside_flush(&list) == LOOKASIDE_OK, "flush");
        } else if (choice % 4 == 1) {
            size_t released = 0;
            CHECK(lookaside_trim(&list, choice >> 8 & 63, &released) == LOOKASIDE_OK, "trim");
        } else if (choice % 4 == 2) {
            CHECK(lookaside_reserve(&list, choice >> 8 & 63) == LOOKASIDE_OK, "reserve");
        } else {
            lookaside_free(&list, lookaside_alloc(&list));
        }
    }
}

/* Traffic and meddling on one list; construct and destruct take the slow paths that go entry by
 * entry and need a reserve of constructed entries. */
static void run(bool constructs)
{
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.construct = constructs ? backing_construct : NULL;
    options.destruct = constructs ? backing_destruct : NULL;
    options.context = &backing;
    CHECK(lookaside_init(&list, SIZE, LOOKASIDE_PAGED, &options) == LOOKASIDE_OK, "init");
    __atomic_store_n(&stop, 0, __ATOMIC_RELEASE);
    struct worker *lookers = start_workers(1, look, NULL);
    struct worker *meddlers = start_workers(2, interfere, NULL);
    for (int quiet_point = 0; quiet_point < 3; quiet_point++) {
        run_workers(BUSY, send_traffic, NULL);
    }
    raise_flag(&stop);
    join_workers(lookers, 1);
    join_workers(meddlers, 2);
    CHECK(check_laws(&list, "quiet").live_entries == 0, "entries lost");
    CHECK(lookaside_flush(&list) == LOOKASIDE_OK, "flush");
    CHECK(check_laws(&list, "flushed").current_depth == 0, "entries left");
    destroy_checked(&list);
    CHECK(backing.constructed == backing.destructed, "an entry was not destructed");
}

int main(void)
{
    loops = rounds(3000000);
    run(false);
    run(true);
    return 0;
}
