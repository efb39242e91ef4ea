/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: allocate and free callbacks are independent of each other, are told what they need, and
 * are called exactly for misses, flush and destroy, the last freed entry first. Caught: free
 * misses that were not counted when a whole magazine went back. */
#include "cmocka_test.h"
#include "counting_backing.h"

TEST(callbacks_are_told_type_size_tag_list_and_context)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    options.tag = LOOKASIDE_TAG('t', 'a', 'g', '1');
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    void *entry = lookaside_alloc(&list);
    assert_non_null(entry);
    assert_int_equal(backing.pool_type, LOOKASIDE_PAGED);
    assert_int_equal(backing.size, 40);
    assert_int_equal(backing.tag, LOOKASIDE_TAG('t', 'a', 'g', '1'));
    assert_ptr_equal(backing.list, &list);
    backing.list = NULL;
    lookaside_free(&list, entry);
    destroy_checked(&list);
    assert_ptr_equal(backing.list, &list);
    assert_ptr_equal(backing.free_order[0], entry);
}

TEST(the_flags_bits_reach_the_allocate_callback)
{
    const struct {
        uint32_t flags;
        unsigned pool_type;
    } cases[] = {
        {0, 512}, {LOOKASIDE_RAISE_ON_FAIL, 512 | 0x10}, {LOOKASIDE_FAIL_NO_RAISE, 512 | 0x8}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        lookaside_list list = LOOKASIDE_LIST_INIT;
        struct backing backing = {.budget = BACKING_UNLIMITED};
        lookaside_options options = backing_options(&backing);
        options.flags = cases[i].flags;
        init_or_fail(&list, 40, LOOKASIDE_NONPAGED_NX, &options);
        lookaside_free(&list, lookaside_alloc(&list));
        assert_int_equal(backing.pool_type, cases[i].pool_type);
        destroy_checked(&list);
    }
}

TEST(a_size_below_8_reaches_the_allocate_callback_as_8)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 3, LOOKASIDE_PAGED, &options);
    lookaside_free(&list, lookaside_alloc(&list));
    assert_true(backing.size >= 8);
    destroy_checked(&list);
}

TEST(an_allocate_callback_alone_works_with_the_default_free)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.allocate = slab_backing_allocate;
    options.context = &backing;
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    void *entries[50];
    take(&list, entries, 50);
    assert_int_equal(backing.allocated, 50);
    give(&list, entries, 50);
    assert_int_equal(check_laws(&list, "all back").live_entries, 0);
    destroy_checked(&list);
}

TEST(a_free_callback_alone_works_with_the_default_allocate)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.free = slab_backing_free;
    options.context = &backing;
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    void *entries[50];
    take(&list, entries, 50);
    assert_int_equal(backing.freed, 0);
    give(&list, entries, 50);
    assert_int_equal(backing.freed, check_laws(&list, "all back").free_misses);
    destroy_checked(&list);
    assert_int_equal(backing.freed, 50);
}

TEST(the_allocate_callback_is_called_once_per_miss_and_free_once_per_entry)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    void *entries[100];
    for (size_t round = 0; round < 20; round++) {
        take(&list, entries, 100);
        assert_int_equal(backing.allocated, check_laws(&list, "out").allocate_misses);
        give(&list, entries, 100);
        assert_int_equal(backing.freed, check_laws(&list, "back").free_misses);
    }
    destroy_checked(&list);
    assert_int_equal(backing.freed, backing.allocated);
}

TEST(flush_gives_back_the_most_recently_freed_entry_first)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    void *entries[4];
    take(&list, entries, 4);
    give(&list, entries, 4);
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    assert_int_equal(backing.freed, 4);
    for (size_t i = 0; i < 4; i++) {
        assert_ptr_equal(backing.free_order[i], entries[3 - i]);
    }
    destroy_checked(&list);
}

TEST(flush_keeps_that_order_through_magazine_and_depot)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    options.maximum_depth = 32;
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    void *entries[48];
    for (size_t round = 0; round < 2000; round++) { /* raise the depth, and the depot's */
        take(&list, entries, COUNT_OF(entries));
        give(&list, entries, COUNT_OF(entries));
    }
    take(&list, entries, COUNT_OF(entries));
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    uint64_t misses = statistics_of(&list).free_misses;
    give(&list, entries, COUNT_OF(entries));
    misses = statistics_of(&list).free_misses - misses;

    size_t cached = statistics_of(&list).current_depth;
    assert_int_equal(cached, COUNT_OF(entries) - misses);
    backing.freed = 0;
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    assert_int_equal(backing.freed, cached);
    if (misses == 0) {
        for (size_t i = 0; i < cached; i++) {
            assert_ptr_equal(backing.free_order[i], entries[cached - 1 - i]);
        }
    }
    destroy_checked(&list);
}

TEST(an_allocate_callback_that_returns_NULL_fails_the_allocation_only)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = 3};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    void *entries[3];
    take(&list, entries, 3);
    lookaside_statistics before = check_laws(&list, "before the failure");
    assert_null(lookaside_alloc(&list));
    assert_null(lookaside_alloc(&list));
    lookaside_statistics after = check_laws(&list, "after the failure");
    assert_int_equal(after.allocate_failures, 2);
    assert_int_equal(after.last_failure, LOOKASIDE_ALLOCATE_FAILED);
    assert_int_equal(after.total_allocates, before.total_allocates);
    assert_int_equal(after.allocate_misses, before.allocate_misses);

    backing.budget = 1;
    void *fourth = lookaside_alloc(&list);
    assert_non_null(fourth);
    lookaside_free(&list, fourth);
    give(&list, entries, 3);
    destroy_checked(&list);
}

TEST(the_backing_functions_pass_every_cache_and_counter)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.construct = backing_construct;
    options.destruct = backing_destruct;
    options.context = &backing;
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    void *entry = lookaside_backing_allocate(&list);
    assert_non_null(entry);
    memset(entry, 1, 40);
    lookaside_backing_free(&list, entry);
    lookaside_statistics s = check_laws(&list, "backing");
    assert_int_equal(s.total_allocates + s.allocate_misses + s.total_frees + s.free_misses, 0);
    assert_int_equal(s.current_depth, 0);
    assert_int_equal(backing.constructed + backing.destructed, 0);
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_are_told_type_size_tag_list_and_context),
        cmocka_unit_test(the_flags_bits_reach_the_allocate_callback),
        cmocka_unit_test(a_size_below_8_reaches_the_allocate_callback_as_8),
        cmocka_unit_test(an_allocate_callback_alone_works_with_the_default_free),
        cmocka_unit_test(a_free_callback_alone_works_with_the_default_allocate),
        cmocka_unit_test(the_allocate_callback_is_called_once_per_miss_and_free_once_per_entry),
        cmocka_unit_test(flush_gives_back_the_most_recently_freed_entry_first),
        cmocka_unit_test(flush_keeps_that_order_through_magazine_and_depot),
        cmocka_unit_test(an_allocate_callback_that_returns_NULL_fails_the_allocation_only),
        cmocka_unit_test(the_backing_functions_pass_every_cache_and_counter),
    };
    return RUN_TESTS(tests);
}
