/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Ten thousand lists and a thousand threads in one process: it works, memory per idle list and
 * idle thread is told, and the number of mappings stays below the system's limit. Then more lists
 * than a thread's table has room for: slower ones, never wrong ones. Caught: places handed out
 * beyond the end of the table. */
#include "crowd.h"

#include <stdio.h>
#include <string.h>

enum { MOST = 20000, MANY = 10000, SIZE = 64, LIVE = 3 };

static lookaside_list lists[MOST];
static void *live[MOST][LIVE];
static struct {
    pthread_barrier_t arrived;
    pthread_barrier_t may_end;
    size_t count;
} crowd;

/* Each thread uses a few lists and then idles. */
static void use_a_few_and_idle(struct worker *worker)
{
    for (size_t i = 0; i < 5; i++) {
        lookaside_list *list = &lists[(worker->number * 5 + i) % crowd.count];
        void *entry = lookaside_alloc(list);
        CHECK(entry != NULL, "allocation failed");
        mark_entry(entry, SIZE, worker->number);
        check_entry(entry, SIZE, worker->number);
        lookaside_free(list, entry);
    }
    pthread_barrier_wait(&crowd.arrived);
    pthread_barrier_wait(&crowd.may_end);
}

static void init_lists(size_t first, size_t end)
{
    for (size_t i = first; i < end; i++) {
        lookaside_status status = lookaside_init(&lists[i], SIZE, LOOKASIDE_PAGED, NULL);
        CHECK(status == LOOKASIDE_OK, "list %zu: %s", i, lookaside_status_name(status));
    }
}

/* Every list hands out entries that no other list has, and takes them back. */
static void use_all_lists(size_t count)
{
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < LIVE; j++) {
            live[i][j] = lookaside_alloc(&lists[i]);
            CHECK(live[i][j] != NULL, "list %zu has no entry", i);
            mark_entry(live[i][j], SIZE, i * LIVE + j);
        }
    }
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < LIVE; j++) {
            check_entry(live[i][j], SIZE, i * LIVE + j);
            lookaside_free(&lists[i], live[i][j]);
        }
        check_laws(&lists[i], "one of many lists");
    }
}

static size_t most_mappings(void)
{
    FILE *file = fopen("/proc/sys/vm/max_map_count", "r");
    size_t most = 65530;
    if (file != NULL) {
        CHECK(fscanf(file, "%zu", &most) == 1, "max_map_count");
        fclose(file);
    }
    return most;
}

static void tell_mappings(const char *when)
{
    size_t mappings = mapping_count();
    printf("%s: %zu mappings of at most %zu\n", when, mappings, most_mappings());
    CHECK(mappings < most_mappings(), "too many mappings");
}

int main(void)
{
    size_t threads = rounds(1000) > 1000 ? 1000 : rounds(1000);
    crowd.count = MANY;
    memset(lists, 0, sizeof(lists)); /* resident before the measurement */
    memset(live, 0, sizeof(live));
    size_t start = resident_bytes();
    init_lists(0, MANY);
    size_t idle = resident_bytes();
    printf("an idle list costs %zu bytes of resident memory\n", (idle - start) / MANY);

    use_all_lists(MANY);
    size_t used = resident_bytes();
    printf("a list that one thread has used, %zu bytes\n", (used - start) / MANY);
    tell_mappings("10000 lists");

    pthread_barrier_init(&crowd.arrived, NULL, (unsigned)threads + 1);
    pthread_barrier_init(&crowd.may_end, NULL, (unsigned)threads + 1);
    struct worker *workers = start_workers(threads, use_a_few_and_idle, NULL);
    pthread_barrier_wait(&crowd.arrived);
    printf("an idle thread that has used 5 of them, %zu bytes with its stack\n",
           (resident_bytes() - used) / threads);
    tell_mappings("and 1000 threads");
    use_all_lists(MANY);
    pthread_barrier_wait(&crowd.may_end);
    join_workers(workers, threads);

    init_lists(MANY, MOST);
    use_all_lists(MOST);
    crowd.count = MOST;
    pthread_barrier_destroy(&crowd.arrived);
    pthread_barrier_init(&crowd.arrived, NULL, 51);
    pthread_barrier_destroy(&crowd.may_end);
    pthread_barrier_init(&crowd.may_end, NULL, 51);
    workers = start_workers(50, use_a_few_and_idle, NULL);
    pthread_barrier_wait(&crowd.arrived);
    use_all_lists(MOST);
    tell_mappings("20000 lists");
    pthread_barrier_wait(&crowd.may_end);
    join_workers(workers, 50);

    for (size_t i = 0; i < MOST; i++) {
        destroy_checked(&lists[i]);
    }
    size_t left = resident_bytes() > start ? resident_bytes() - start : 0;
    printf("all destroyed: %zu bytes per list left, %zu mappings\n", left / MOST, mapping_count());
    return 0;
}
