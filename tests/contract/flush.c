/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: flush empties the depot, the caller's magazine and those of ended threads, moves none
 * of the four counters, and another running thread empties its own at its next free. Caught: a
 * flush that counted its entries as free misses. */
#include "cmocka_test.h"

#include <pthread.h>

/* A thread that caches four entries, keeps one more out, and waits before it frees that one. */
struct holder {
    lookaside_list *list;
    pthread_barrier_t barrier;
    bool frees_before_it_ends;
};

static void *hold(void *argument)
{
    struct holder *holder = argument;
    void *entries[5];
    for (size_t i = 0; i < 5; i++) {
        entries[i] = lookaside_alloc(holder->list);
    }
    for (size_t i = 0; i < 4; i++) {
        lookaside_free(holder->list, entries[i]);
    }
    pthread_barrier_wait(&holder->barrier); /* four cached */
    pthread_barrier_wait(&holder->barrier); /* flushed */
    if (holder->frees_before_it_ends) {
        lookaside_free(holder->list, entries[4]);
    }
    pthread_barrier_wait(&holder->barrier); /* freed */
    pthread_barrier_wait(&holder->barrier); /* looked at */
    if (!holder->frees_before_it_ends) {
        lookaside_free(holder->list, entries[4]);
    }
    return NULL;
}

TEST(flush_moves_no_counter_and_empties_the_cache)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    void *entries[200];
    for (size_t round = 0; round < 100; round++) {
        take(&list, entries, COUNT_OF(entries));
        give(&list, entries, COUNT_OF(entries));
    }
    lookaside_statistics before = check_laws(&list, "before flush");
    assert_true(before.current_depth > 0);
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    lookaside_statistics after = check_laws(&list, "after flush");
    assert_int_equal(after.current_depth, 0);
    assert_int_equal(after.magazine_bytes + after.depot_bytes, 0);
    assert_int_equal(after.flushed, before.flushed + before.current_depth);
    assert_int_equal(after.total_allocates, before.total_allocates);
    assert_int_equal(after.allocate_misses, before.allocate_misses);
    assert_int_equal(after.total_frees, before.total_frees);
    assert_int_equal(after.free_misses, before.free_misses);
    destroy_checked(&list);
}

TEST(a_flushed_list_is_usable_and_may_be_flushed_again)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    void *entries[10];
    for (size_t round = 0; round < 10; round++) {
        take(&list, entries, 10);
        assert_status(lookaside_flush(&list), LOOKASIDE_OK);
        check_laws(&list, "flushed with entries out");
        give(&list, entries, 10);
        assert_status(lookaside_flush(&list), LOOKASIDE_OK);
        assert_status(lookaside_flush(&list), LOOKASIDE_OK);
        assert_int_equal(check_laws(&list, "flushed").current_depth, 0);
    }
    destroy_checked(&list);
}

static void start(struct holder *holder, pthread_t *thread)
{
    assert_int_equal(pthread_barrier_init(&holder->barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(thread, NULL, hold, holder), 0);
    pthread_barrier_wait(&holder->barrier);
}

TEST(flush_empties_the_magazines_of_ended_threads)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    struct holder holder = {.list = &list, .frees_before_it_ends = true};
    pthread_t thread;
    start(&holder, &thread);
    for (size_t i = 0; i < 3; i++) {
        pthread_barrier_wait(&holder.barrier);
    }
    pthread_join(thread, NULL);
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    assert_int_equal(check_laws(&list, "after its end").current_depth, 0);
    destroy_checked(&list);
    pthread_barrier_destroy(&holder.barrier);
}

TEST(another_running_thread_empties_its_magazine_at_its_next_free)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    struct holder holder = {.list = &list, .frees_before_it_ends = true};
    pthread_t thread;
    start(&holder, &thread);
    assert_int_equal(check_laws(&list, "cached").current_depth, 4);
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    lookaside_statistics s = check_laws(&list, "flushed");
    assert_true(s.current_depth <= s.depth);
    pthread_barrier_wait(&holder.barrier);
    pthread_barrier_wait(&holder.barrier);
    assert_true(check_laws(&list, "after its free").current_depth <= 1);
    pthread_barrier_wait(&holder.barrier);
    pthread_join(thread, NULL);
    destroy_checked(&list);
    pthread_barrier_destroy(&holder.barrier);
}

TEST(flush_of_no_list_says_so)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    assert_status(lookaside_flush(NULL), LOOKASIDE_NULL_ARGUMENT);
    assert_status(lookaside_flush(&list), LOOKASIDE_NOT_INITIALIZED);
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    destroy_checked(&list);
    assert_status(lookaside_flush(&list), LOOKASIDE_NOT_INITIALIZED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flush_moves_no_counter_and_empties_the_cache),
        cmocka_unit_test(a_flushed_list_is_usable_and_may_be_flushed_again),
        cmocka_unit_test(flush_empties_the_magazines_of_ended_threads),
        cmocka_unit_test(another_running_thread_empties_its_magazine_at_its_next_free),
        cmocka_unit_test(flush_of_no_list_says_so),
    };
    return RUN_TESTS(tests);
}
