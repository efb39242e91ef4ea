/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Thousands of short threads leave nothing behind: no entry, no memory, no index; the counters
 * stay exact. They use lists in their bodies and in the destructors of pthread keys made before
 * and after the library's own, when the thread's magazines may already be gone. Caught: tables of
 * ended threads that were not used again. */
#include "crowd.h"

#include <stdio.h>

enum { SIZE = 64, AT_ONCE = 8 };

static lookaside_list lists[3];
static pthread_key_t early_key; /* made before the library is used */
static pthread_key_t late_key;  /* made after */
static uint64_t destructor_pairs;

/* Runs at a thread's end, several times: pthread repeats destructors that set their key again. */
static void use_lists_at_the_end(void *value)
{
    uintptr_t left = (uintptr_t)value;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        void *entry = lookaside_alloc(&lists[i]);
        CHECK(entry != NULL, "allocation failed at a thread's end");
        mark_entry(entry, SIZE, left);
        check_entry(entry, SIZE, left);
        lookaside_free(&lists[i], entry);
    }
    __atomic_fetch_add(&destructor_pairs, 1, __ATOMIC_RELAXED);
    if (left > 1) {
        pthread_setspecific(left % 2 == 0 ? early_key : late_key, (void *)(left - 1));
    }
}

static void live_shortly(struct worker *worker)
{
    pthread_setspecific(early_key, (void *)(uintptr_t)3);
    pthread_setspecific(late_key, (void *)(uintptr_t)2);
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        void *entries[20];
        size_t count = 1 + (worker->number + i) % COUNT_OF(entries);
        for (size_t j = 0; j < count; j++) {
            entries[j] = lookaside_alloc(&lists[i]);
            CHECK(entries[j] != NULL, "allocation failed");
            mark_entry(entries[j], SIZE, j);
        }
        for (size_t j = 0; j < count; j++) {
            check_entry(entries[j], SIZE, j);
            lookaside_free(&lists[i], entries[j]);
        }
    }
}

/* Pairs that live_shortly makes on all lists for one thread. */
static uint64_t body_pairs(size_t number)
{
    uint64_t pairs = 0;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        pairs += 1 + (number + i) % 20;
    }
    return pairs;
}

int main(void)
{
    CHECK(pthread_key_create(&early_key, use_lists_at_the_end) == 0, "key");
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        CHECK(lookaside_init(&lists[i], SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
        lookaside_free(&lists[i], lookaside_alloc(&lists[i]));
    }
    CHECK(pthread_key_create(&late_key, use_lists_at_the_end) == 0, "key");

    size_t groups = rounds(20000) / AT_ONCE + 10;
    size_t resident = 0;
    uint64_t mapped = 0;
    uint64_t pairs = COUNT_OF(lists);
    for (size_t group = 0; group < groups; group++) {
        run_workers(AT_ONCE, live_shortly, NULL);
        for (size_t number = 0; number < AT_ONCE; number++) {
            pairs += body_pairs(number);
        }
        if (group == groups / 10) {
            resident = resident_bytes();
            for (size_t i = 0; i < COUNT_OF(lists); i++) {
                mapped += statistics_of(&lists[i]).mapped_bytes;
            }
        }
    }

    uint64_t total = 0;
    uint64_t mapped_now = 0;
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        lookaside_statistics s = check_laws(&lists[i], "after the churn");
        CHECK(s.live_entries == 0, "entries lost");
        CHECK(s.threads <= 1, "%zu threads own a magazine", (size_t)s.threads);
        CHECK(s.current_depth <= (uint64_t)AT_ONCE * 100, "%zu entries hoarded",
              (size_t)s.current_depth);
        total += s.total_allocates;
        mapped_now += s.mapped_bytes;
    }
    CHECK(total == pairs + destructor_pairs * COUNT_OF(lists), "%zd allocations not counted",
          (ssize_t)(pairs + destructor_pairs * COUNT_OF(lists) - total));
    size_t grown = resident_bytes() > resident ? resident_bytes() - resident : 0;
    printf("%zu threads, %zu allocations exact; lists map %zu then %zu bytes, process +%zu bytes\n",
           groups * AT_ONCE, (size_t)total, (size_t)mapped, (size_t)mapped_now, grown);
    /* An entry kept for each thread would be 1.2 MB; how many threads overlap decides the rest. */
    CHECK(mapped_now <= mapped + (512 << 10),
          "the lists grow with the threads: %zu, then %zu bytes", (size_t)mapped,
          (size_t)mapped_now);
    CHECK(UNDER_SANITIZER || grown < (2 << 20), "the process grows with the threads");
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        destroy_checked(&lists[i]);
    }
    return 0;
}
