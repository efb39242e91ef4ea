/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: after reserve(n) the next n allocations, whichever threads make them, cannot fail; the
 * reserve is used last and used up; a reserve that cannot be had leaves the earlier one. Caught: a
 * failed reserve that kept what it had got so far. */
#include "cmocka_test.h"
#include "counting_backing.h"

#include <pthread.h>

TEST(reserved_entries_are_taken_from_the_callback_and_constructed_at_once)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    options.construct = backing_construct;
    options.destruct = backing_destruct;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    assert_status(lookaside_reserve(&list, 10), LOOKASIDE_OK);
    assert_int_equal(backing.allocated, 10);
    assert_int_equal(backing.constructed, 10);
    lookaside_statistics s = check_laws(&list, "reserved");
    assert_int_equal(s.reserved_entries, 10);
    assert_int_equal(s.total_allocates, 0);
    destroy_checked(&list);
    assert_int_equal(backing.freed, 10);
    assert_int_equal(backing.destructed, 10);
}

static void exhausted_backing_serves_exactly_the_reserve(lookaside_cache cache)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    options.cache = cache;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    assert_status(lookaside_reserve(&list, 10), LOOKASIDE_OK);
    backing.budget = 0;
    void *entries[10];
    for (uint64_t i = 0; i < 10; i++) {
        entries[i] = lookaside_alloc(&list);
        assert_non_null(entries[i]);
        assert_int_equal(check_laws(&list, "using it up").reserved_entries, 9 - i);
    }
    assert_null(lookaside_alloc(&list));
    give(&list, entries, 10);
    destroy_checked(&list);
    assert_int_equal(backing.freed, 10);
}

TEST(when_the_backing_has_no_more_exactly_the_reserve_is_served)
{
    exhausted_backing_serves_exactly_the_reserve(LOOKASIDE_CACHE_THREAD);
}

TEST(a_list_without_a_cache_can_reserve_too)
{
    exhausted_backing_serves_exactly_the_reserve(LOOKASIDE_CACHE_NONE);
}

TEST(the_reserve_is_used_only_when_the_backing_has_no_more)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    assert_status(lookaside_reserve(&list, 5), LOOKASIDE_OK);
    void *entries[20];
    take(&list, entries, 20);
    assert_int_equal(check_laws(&list, "not used").reserved_entries, 5);
    give(&list, entries, 20);
    assert_int_equal(check_laws(&list, "not refilled").reserved_entries, 5);
    destroy_checked(&list);
}

TEST(bulk_uses_the_reserve_too)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    assert_status(lookaside_reserve(&list, 10), LOOKASIDE_OK);
    backing.budget = 3;
    void *entries[20];
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 20), 13);
    assert_int_equal(check_laws(&list, "used up").reserved_entries, 0);
    lookaside_free_bulk(&list, entries, 13);
    destroy_checked(&list);
}

TEST(a_second_call_raises_and_does_not_add_and_0_gives_back)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    assert_status(lookaside_reserve(&list, 10), LOOKASIDE_OK);
    assert_status(lookaside_reserve(&list, 15), LOOKASIDE_OK);
    assert_int_equal(backing.allocated, 15);
    assert_int_equal(statistics_of(&list).reserved_entries, 15);
    assert_status(lookaside_reserve(&list, 0), LOOKASIDE_OK);
    assert_int_equal(backing.freed, 15);
    assert_int_equal(check_laws(&list, "given back").reserved_entries, 0);
    destroy_checked(&list);
}

TEST(a_reserve_that_cannot_be_had_leaves_the_earlier_one)
{
    for (uint64_t budget = 0; budget < 10; budget++) {
        lookaside_list list = LOOKASIDE_LIST_INIT;
        struct backing backing = {.budget = 5 + budget};
        lookaside_options options = backing_options(&backing);
        options.construct = backing_construct;
        options.destruct = backing_destruct;
        init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
        assert_status(lookaside_reserve(&list, 5), LOOKASIDE_OK);
        assert_status(lookaside_reserve(&list, 15), LOOKASIDE_ALLOCATE_FAILED);
        assert_int_equal(check_laws(&list, "failed").reserved_entries, 5);
        assert_int_equal(backing.allocated - backing.freed, 5);
        assert_int_equal(backing.constructed - backing.destructed, 5);
        destroy_checked(&list);
        assert_int_equal(backing.allocated, backing.freed);
    }
}

TEST(a_refusing_construct_fails_the_reserve)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.construct = backing_construct;
    options.destruct = backing_destruct;
    options.context = &backing;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    assert_status(lookaside_reserve(&list, 2), LOOKASIDE_OK);
    backing.refusals = 1000;
    assert_status(lookaside_reserve(&list, 4), LOOKASIDE_CONSTRUCT_FAILED);
    assert_int_equal(check_laws(&list, "refused").reserved_entries, 2);
    backing.refusals = 0;
    destroy_checked(&list);
    assert_int_equal(backing.constructed, backing.destructed);
}

TEST(a_reserve_beyond_all_memory_fails_cleanly)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 4096, LOOKASIDE_PAGED, NULL);
    assert_status(lookaside_reserve(&list, 3), LOOKASIDE_OK);
    const size_t counts[] = {SIZE_MAX, SIZE_MAX / 4096, SIZE_MAX / 2};
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        assert_status(lookaside_reserve(&list, counts[i]), LOOKASIDE_NO_MEMORY);
        assert_int_equal(check_laws(&list, "too much").reserved_entries, 3);
    }
    destroy_checked(&list);
}

static void *take_five(void *list)
{
    static void *entries[2][5];
    static int next;
    void **mine = entries[__atomic_fetch_add(&next, 1, __ATOMIC_RELAXED) % 2];
    for (size_t i = 0; i < 5; i++) {
        mine[i] = lookaside_alloc(list);
        CHECK(mine[i] != NULL, "reserved allocation %zu failed", i);
    }
    for (size_t i = 0; i < 5; i++) {
        lookaside_free(list, mine[i]);
    }
    return NULL;
}

TEST(the_reserve_serves_any_thread)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    assert_status(lookaside_reserve(&list, 10), LOOKASIDE_OK);
    backing.budget = 0;
    pthread_t threads[2];
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, take_five, &list), 0);
    }
    for (size_t i = 0; i < 2; i++) {
        pthread_join(threads[i], NULL);
    }
    destroy_checked(&list);
    assert_int_equal(backing.freed, 10);
}

TEST(reserve_of_no_list_says_so)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    assert_status(lookaside_reserve(NULL, 1), LOOKASIDE_NULL_ARGUMENT);
    assert_status(lookaside_reserve(&list, 1), LOOKASIDE_NOT_INITIALIZED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reserved_entries_are_taken_from_the_callback_and_constructed_at_once),
        cmocka_unit_test(when_the_backing_has_no_more_exactly_the_reserve_is_served),
        cmocka_unit_test(a_list_without_a_cache_can_reserve_too),
        cmocka_unit_test(the_reserve_is_used_only_when_the_backing_has_no_more),
        cmocka_unit_test(bulk_uses_the_reserve_too),
        cmocka_unit_test(a_second_call_raises_and_does_not_add_and_0_gives_back),
        cmocka_unit_test(a_reserve_that_cannot_be_had_leaves_the_earlier_one),
        cmocka_unit_test(a_refusing_construct_fails_the_reserve),
        cmocka_unit_test(a_reserve_beyond_all_memory_fails_cleanly),
        cmocka_unit_test(the_reserve_serves_any_thread),
        cmocka_unit_test(reserve_of_no_list_says_so),
    };
    return RUN_TESTS(tests);
}
