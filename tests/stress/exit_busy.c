/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The process ends while its threads are busy: by exit with atexit handlers that use lists, by
 * return from main, by _exit. It never hangs, never crashes, and nothing is destroyed behind the
 * threads' backs. Caught: a destructor of the library that abandoned all lists. */
#include "crowd.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SIZE = 32, THREADS = 3 };

static lookaside_list lists[2];

static void use_once(uint64_t mark)
{
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        void *entry = lookaside_alloc(&lists[i]);
        CHECK(entry != NULL, "allocation failed");
        mark_entry(entry, SIZE, mark);
        check_entry(entry, SIZE, mark);
        lookaside_free(&lists[i], entry);
    }
}

static void stay_busy(struct worker *worker)
{
    for (;;) {
        use_once(worker->number);
    }
}

static void use_lists_at_exit(void)
{
    for (uint64_t i = 0; i < 100; i++) {
        use_once(i);
    }
    lookaside_statistics s = statistics_of(&lists[0]);
    check_laws_under_traffic(&s, "at exit");
}

/* After everything that atexit runs. */
__attribute__((destructor)) static void use_lists_in_a_destructor(void)
{
    lookaside_statistics s;
    if (lookaside_query(&lists[0], &s) == LOOKASIDE_OK) {
        use_lists_at_exit();
    }
}

/* A process that starts busy threads and ends in the given way. */
static int live(const char *end)
{
    end_after(20);
    atexit(use_lists_at_exit);
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        CHECK(lookaside_init(&lists[i], SIZE, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init");
    }
    (void)start_workers(THREADS, stay_busy, NULL);
    use_once(9);
    sleep_milliseconds(1);
    if (strcmp(end, "exit") == 0) {
        exit(0);
    }
    if (strcmp(end, "quick_exit") == 0) {
        _exit(0);
    }
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const ends[] = {"exit", "return", "quick_exit"};
    if (argc > 1) {
        return live(argv[1]);
    }
    size_t times = rounds(60);
    for (size_t i = 0; i < times; i++) {
        const char *end = ends[i % COUNT_OF(ends)];
        int status = run_again(end, NULL, 0);
        CHECK(status == 0, "a process that ended by %s has exit status %d", end, status);
    }
    printf("%zu processes ended while their threads were busy\n", times);
    return 0;
}
