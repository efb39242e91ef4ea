/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: with LOOKASIDE_CACHE_NONE every call goes to the backing, and nothing is kept. Caught:
 * magazines made for a list without a cache. */
#include "cmocka_test.h"
#include "counting_backing.h"

TEST(every_call_goes_to_the_backing)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    options.cache = LOOKASIDE_CACHE_NONE;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    assert_int_equal(statistics_of(&list).cache, LOOKASIDE_CACHE_NONE);
    for (uint64_t i = 1; i <= 1000; i++) {
        lookaside_free(&list, lookaside_alloc(&list));
        assert_int_equal(backing.allocated, i);
        assert_int_equal(backing.freed, i);
    }
    lookaside_statistics s = check_laws(&list, "no cache");
    assert_int_equal(s.total_allocates, 1000);
    assert_int_equal(s.allocate_misses, 1000);
    assert_int_equal(s.total_frees, 1000);
    assert_int_equal(s.free_misses, 1000);
    assert_int_equal(s.current_depth + s.magazine_bytes + s.depot_bytes, 0);
    destroy_checked(&list);
}

TEST(nothing_is_cached_in_slab_lists_either)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.cache = LOOKASIDE_CACHE_NONE;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    void *entries[3000];
    for (size_t round = 0; round < 10; round++) {
        take(&list, entries, COUNT_OF(entries));
        check_laws(&list, "out");
        give(&list, entries, COUNT_OF(entries));
        lookaside_statistics s = check_laws(&list, "back");
        assert_int_equal(s.free_misses, s.total_frees);
        assert_int_equal(s.current_depth, 0);
        assert_int_equal(s.live_bytes, 0);
    }
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    assert_int_equal(check_laws(&list, "flushed").flushed, 0);
    destroy_checked(&list);
}

TEST(null_frees_are_ignored_without_a_cache)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.cache = LOOKASIDE_CACHE_NONE;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    lookaside_free(&list, NULL);
    assert_int_equal(check_laws(&list, "NULL").total_frees, 0);
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_goes_to_the_backing),
        cmocka_unit_test(nothing_is_cached_in_slab_lists_either),
        cmocka_unit_test(null_frees_are_ignored_without_a_cache),
    };
    return RUN_TESTS(tests);
}
