/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: any thread may free what another allocated, and a thread that ends leaves nothing
 * behind: its entries go to the list, its counters stay. Caught: the frees of a thread forgotten
 * at its end. */
#include "cmocka_test.h"

#include <pthread.h>

struct work {
    lookaside_list *list;
    void **entries;
    size_t count;
};

static void *allocate_all(void *argument)
{
    struct work *work = argument;
    for (size_t i = 0; i < work->count; i++) {
        work->entries[i] = lookaside_alloc(work->list);
        CHECK(work->entries[i] != NULL, "allocation failed");
    }
    return NULL;
}

static void *free_all(void *argument)
{
    struct work *work = argument;
    for (size_t i = 0; i < work->count; i++) {
        lookaside_free(work->list, work->entries[i]);
    }
    return NULL;
}

static void run_thread(void *(*body)(void *argument), struct work *work)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, body, work), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

TEST(one_thread_may_free_what_another_allocated)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    static void *entries[1000];
    struct work work = {&list, entries, COUNT_OF(entries)};
    for (uint64_t round = 1; round <= 20; round++) {
        run_thread(allocate_all, &work);
        lookaside_statistics s = check_laws(&list, "allocated there");
        assert_int_equal(s.live_entries, COUNT_OF(entries));
        run_thread(free_all, &work);
        s = check_laws(&list, "freed there");
        assert_int_equal(s.total_allocates, round * COUNT_OF(entries));
        assert_int_equal(s.total_frees, round * COUNT_OF(entries));
    }
    destroy_checked(&list);
}

TEST(entries_cached_by_a_thread_that_ended_are_used_again)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    void *entries[4];
    take(&list, entries, 4);
    struct work work = {&list, entries, 4};
    run_thread(free_all, &work);
    lookaside_statistics s = check_laws(&list, "thread ended");
    assert_int_equal(s.current_depth + s.free_misses, 4);
    assert_int_equal(s.magazine_bytes, 0);
    uint64_t cached = s.current_depth;
    uint64_t misses = s.allocate_misses;
    take(&list, entries, 4);
    assert_int_equal(check_laws(&list, "used again").allocate_misses, misses + 4 - cached);
    assert_int_equal(cached, 4);
    give(&list, entries, 4);
    destroy_checked(&list);
}

TEST(a_thread_may_make_a_list_and_another_destroy_it)
{
    static lookaside_list list;
    static void *entries[100];
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    struct work work = {&list, entries, COUNT_OF(entries)};
    run_thread(allocate_all, &work);
    assert_status(lookaside_destroy(&list), LOOKASIDE_IN_USE);
    run_thread(free_all, &work);
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_may_free_what_another_allocated),
        cmocka_unit_test(entries_cached_by_a_thread_that_ended_are_used_again),
        cmocka_unit_test(a_thread_may_make_a_list_and_another_destroy_it),
    };
    return RUN_TESTS(tests);
}
