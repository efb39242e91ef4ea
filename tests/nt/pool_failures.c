/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A pool that has nothing left, behind lists without callbacks. Wine's pool cannot be made to fail.
 *
 * Caught: a raising list whose pool raises by itself (the bulk call then raises), a reserve that
 * keeps what it got before the failure, a failure that no counter shows. */
#include "twin_test.h"

#include <lookaside/lookaside.h>

#define POOL_TAG LOOKASIDE_TAG('N', 't', 'P', 'f')

static lookaside_list list;

static void open_list(uint32_t flags)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;

    options.tag = POOL_TAG;
    options.flags = flags;
    assert_int_equal(lookaside_init(&list, 64, LOOKASIDE_NONPAGED_NX, &options), LOOKASIDE_OK);
}

static lookaside_statistics asked(void)
{
    lookaside_statistics statistics;

    assert_int_equal(lookaside_query(&list, &statistics), LOOKASIDE_OK);
    return statistics;
}

static void close_list(void)
{
    assert_int_equal(lookaside_destroy(&list), LOOKASIDE_OK);
}

TEST(an_allocation_returns_null_and_says_why)
{
    open_list(0);
    wdk_fail_allocation(1);
    assert_null(lookaside_alloc(&list));
    assert_int_equal(asked().last_failure, LOOKASIDE_NO_MEMORY);
    assert_int_equal(asked().allocate_failures, 1);
    assert_int_equal(asked().total_allocates, 0);
    void *entry = lookaside_alloc(&list);
    assert_non_null(entry);
    lookaside_free(&list, entry);
    close_list();
}

static void allocates(void *context)
{
    *(void **)context = lookaside_alloc(&list);
}

TEST(a_raising_list_raises_the_pools_status)
{
    void *entry = &list;

    open_list(LOOKASIDE_RAISE_ON_FAIL | LOOKASIDE_COUNT_OUTSTANDING);
    wdk_fail_allocation(1);
    assert_int_equal(wdk_catch(allocates, &entry), STATUS_INSUFFICIENT_RESOURCES);
    assert_ptr_equal(entry, &list);
    assert_int_equal(asked().live_entries, 0);
    assert_int_equal(asked().allocate_failures, 1);
    close_list();
}

static void note(lookaside_status status, lookaside_list *of, void *context)
{
    assert_ptr_equal(of, &list);
    *(lookaside_status *)context = status;
}

TEST(a_handler_is_asked_before_anything_is_raised)
{
    lookaside_status told = LOOKASIDE_OK;

    open_list(LOOKASIDE_RAISE_ON_FAIL);
    lookaside_set_raise_handler(note, &told);
    wdk_fail_allocation(1);
    assert_null(lookaside_alloc(&list));
    assert_int_equal(told, LOOKASIDE_NO_MEMORY);
    lookaside_set_raise_handler(NULL, NULL);
    close_list();
}

TEST(what_never_raises_does_not_on_a_raising_list_either)
{
    void *entries[4];

    open_list(LOOKASIDE_RAISE_ON_FAIL);
    wdk_fail_allocation(3);
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 4), 2);
    lookaside_free_bulk(&list, entries, 2);
    wdk_fail_allocation(1);
    assert_null(lookaside_backing_allocate(&list));
    close_list();
}

TEST(a_reserve_that_fails_leaves_all_as_it_was)
{
    open_list(LOOKASIDE_RAISE_ON_FAIL);
    assert_int_equal(lookaside_reserve(&list, 3), LOOKASIDE_OK);
    wdk_fail_allocation(5);
    assert_int_equal(lookaside_reserve(&list, 20), LOOKASIDE_NO_MEMORY);
    assert_int_equal(asked().current_depth, 3);
    assert_int_equal(asked().depth, 4);
    assert_int_equal(asked().live_entries, 0);
    close_list();
}

/* A driver's life with one list; whatever fails, nothing may stay behind. */
static void lives(void *context)
{
    void *entries[8];

    (void)context;
    open_list(0);
    (void)lookaside_reserve(&list, 6);
    size_t taken = lookaside_alloc_bulk(&list, entries, 8);
    lookaside_free_bulk(&list, entries, taken);
    (void)lookaside_trim(&list, 2, NULL);
    lookaside_free(&list, lookaside_alloc(&list));
    close_list();
}

TEST(each_allocation_of_a_lists_life_may_fail)
{
    assert_true(wdk_fault_sweep(lives, NULL) >= 8);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_allocation_returns_null_and_says_why),
        cmocka_unit_test(a_raising_list_raises_the_pools_status),
        cmocka_unit_test(a_handler_is_asked_before_anything_is_raised),
        cmocka_unit_test(what_never_raises_does_not_on_a_raising_list_either),
        cmocka_unit_test(a_reserve_that_fails_leaves_all_as_it_was),
        cmocka_unit_test(each_allocation_of_a_lists_life_may_fail),
    };

    wdk_fault_everyone(TRUE);
    return RUN_TESTS(tests);
}
