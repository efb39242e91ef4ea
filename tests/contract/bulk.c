/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: the bulk calls take and give what single calls would, all or as many as can be had, and
 * never raise. Caught: a bulk that raised. */
#include "cmocka_test.h"
#include "counting_backing.h"

#include <stdlib.h>

static int by_address(const void *left, const void *right)
{
    uintptr_t a = *(const uintptr_t *)left;
    uintptr_t b = *(const uintptr_t *)right;
    return (a > b) - (a < b);
}

static void expect_distinct(void **entries, size_t count)
{
    void **sorted = malloc(count * sizeof(*sorted));
    memcpy(sorted, entries, count * sizeof(*sorted));
    qsort(sorted, count, sizeof(*sorted), by_address);
    for (size_t i = 0; i < count; i++) {
        assert_non_null(sorted[i]);
        assert_true(i == 0 || sorted[i] != sorted[i - 1]);
    }
    free(sorted);
}

TEST(bulk_gives_all_it_was_asked_for_and_takes_all_back)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    static void *entries[5000];
    const size_t counts[] = {1, 2, 3, 4, 5, 63, 64, 65, 256, 257, 1000, 5000};
    uint64_t total = 0;
    for (size_t i = 0; i < COUNT_OF(counts); i++) {
        assert_int_equal(lookaside_alloc_bulk(&list, entries, counts[i]), counts[i]);
        expect_distinct(entries, counts[i]);
        total += counts[i];
        lookaside_statistics s = check_laws(&list, "bulk out");
        assert_int_equal(s.total_allocates, total);
        assert_int_equal(s.live_entries, counts[i]);
        lookaside_free_bulk(&list, entries, counts[i]);
        assert_int_equal(check_laws(&list, "bulk back").total_frees, total);
    }
    destroy_checked(&list);
}

TEST(bulk_and_single_calls_mix)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    void *entries[300];
    take(&list, entries, 100);
    assert_int_equal(lookaside_alloc_bulk(&list, entries + 100, 200), 200);
    expect_distinct(entries, 300);
    lookaside_free_bulk(&list, entries, 150);
    give(&list, entries + 150, 150);
    assert_int_equal(check_laws(&list, "mixed").live_entries, 0);
    destroy_checked(&list);
}

TEST(bulk_uses_cached_entries_before_the_backing)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    void *entries[6];
    take(&list, entries, 4);
    give(&list, entries, 4);
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 6), 6);
    assert_int_equal(check_laws(&list, "bulk").allocate_misses, 4 + 2);
    lookaside_free_bulk(&list, entries, 6);
    destroy_checked(&list);
}

TEST(a_count_of_zero_does_nothing)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    assert_int_equal(lookaside_alloc_bulk(&list, NULL, 0), 0);
    lookaside_free_bulk(&list, NULL, 0);
    lookaside_statistics s = check_laws(&list, "nothing");
    assert_int_equal(s.total_allocates + s.total_frees + s.allocate_failures, 0);
    destroy_checked(&list);
}

TEST(NULLs_among_the_entries_are_ignored_and_not_counted)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    void *mixed[40] = {NULL};
    for (size_t i = 0; i < COUNT_OF(mixed); i += 2) {
        mixed[i] = lookaside_alloc(&list);
    }
    lookaside_free_bulk(&list, mixed, COUNT_OF(mixed));
    lookaside_statistics s = check_laws(&list, "with NULLs");
    assert_int_equal(s.total_frees, 20);
    assert_int_equal(s.live_entries, 0);
    destroy_checked(&list);
}

TEST(bulk_gives_as_many_as_the_backing_has)
{
    for (uint64_t budget = 0; budget < 20; budget++) {
        lookaside_list list = LOOKASIDE_LIST_INIT;
        struct backing backing = {.budget = budget};
        lookaside_options options = backing_options(&backing);
        init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
        void *entries[20];
        assert_int_equal(lookaside_alloc_bulk(&list, entries, 20), budget);
        lookaside_statistics s = check_laws(&list, "short bulk");
        assert_int_equal(s.total_allocates, budget);
        assert_int_equal(s.last_failure, LOOKASIDE_ALLOCATE_FAILED);
        assert_true(s.allocate_failures > 0);
        lookaside_free_bulk(&list, entries, budget);
        destroy_checked(&list);
    }
}

static void count_call(lookaside_status status, lookaside_list *list, void *context)
{
    (void)status;
    (void)list;
    ++*(size_t *)context;
}

TEST(bulk_never_raises)
{
    size_t raised = 0;
    lookaside_set_raise_handler(count_call, &raised);
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = 2};
    lookaside_options options = backing_options(&backing);
    options.flags = LOOKASIDE_RAISE_ON_FAIL;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    void *entries[3];
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 3), 2);
    assert_int_equal(raised, 0);
    lookaside_free_bulk(&list, entries, 2);
    destroy_checked(&list);
    lookaside_set_raise_handler(NULL, NULL);
}

TEST(without_a_cache_bulk_goes_to_the_backing)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.cache = LOOKASIDE_CACHE_NONE;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    void *entries[100];
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 100), 100);
    expect_distinct(entries, 100);
    lookaside_free_bulk(&list, entries, 100);
    lookaside_statistics s = check_laws(&list, "no cache");
    assert_int_equal(s.allocate_misses, 100);
    assert_int_equal(s.free_misses, 100);
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bulk_gives_all_it_was_asked_for_and_takes_all_back),
        cmocka_unit_test(bulk_and_single_calls_mix),
        cmocka_unit_test(bulk_uses_cached_entries_before_the_backing),
        cmocka_unit_test(a_count_of_zero_does_nothing),
        cmocka_unit_test(NULLs_among_the_entries_are_ignored_and_not_counted),
        cmocka_unit_test(bulk_gives_as_many_as_the_backing_has),
        cmocka_unit_test(bulk_never_raises),
        cmocka_unit_test(without_a_cache_bulk_goes_to_the_backing),
    };
    return RUN_TESTS(tests);
}
