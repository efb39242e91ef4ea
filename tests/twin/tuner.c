/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Depths over time, driven by wdk_tick(). Caught: a scan every second, a scan that freed entries. */
#include "twin_test.h"

/* Three seconds: each list is scanned once, whatever the turn it begins with. */
static void scan(void)
{
    for (int i = 0; i < 3; i++) {
        wdk_tick();
    }
}

/* What n allocations that all miss do to the counters. */
static void all_miss(PLOOKASIDE_LIST_EX list, ULONG n)
{
    list->L.TotalAllocates += n;
    list->L.AllocateMisses += n;
}

static LOOKASIDE_LIST_EX list;

static int set_up(void **state)
{
    (void)state;
    return ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, 64, 'Test', 0);
}

static int tear_down(void **state)
{
    (void)state;
    ExDeleteLookasideListEx(&list);
    return 0;
}

TEST(nothing_but_misses)
{
    const USHORT depths[] = {34, 64, 94, 124, 154, 184, 214, 240, 253, 256, 256};
    for (size_t i = 0; i < RTL_NUMBER_OF(depths); i++) {
        all_miss(&list, 1000);
        scan();
        assert_int_equal(list.L.Depth, depths[i]);
    }
}

TEST(idle_from_256_to_4_in_26_scans)
{
    list.L.Depth = 256;
    for (int i = 1; i <= 25; i++) {
        scan();
        assert_int_equal(list.L.Depth, 256 - 10 * i);
    }
    scan();
    assert_int_equal(list.L.Depth, 4);
    scan();
    assert_int_equal(list.L.Depth, 4);
}

TEST(only_what_happened_since_the_last_scan_counts)
{
    all_miss(&list, 1000);
    scan();
    assert_int_equal(list.L.Depth, 34);
    assert_int_equal(list.L.LastTotalAllocates, 1000);
    assert_int_equal(list.L.LastAllocateMisses, 1000);
    scan();
    assert_int_equal(list.L.Depth, 24);
}

TEST(counters_that_wrapped_are_no_trouble)
{
    list.L.TotalAllocates = list.L.LastTotalAllocates = 0xFFFFFF00;
    list.L.AllocateMisses = list.L.LastAllocateMisses = 0xFFFFFFF0;
    all_miss(&list, 1000);
    scan();
    assert_int_equal(list.L.Depth, 34);
}

TEST(a_fixed_list_is_left_alone)
{
    list.L.Depth = 0;
    list.L.MaximumDepth = 0xFFFF;
    all_miss(&list, 1000);
    scan();
    assert_int_equal(list.L.Depth, 0);
}

TEST(surplus_entries_stay_cached)
{
    PVOID entries[20];
    list.L.Depth = 20;
    for (size_t i = 0; i < 20; i++) {
        entries[i] = ExAllocateFromLookasideListEx(&list);
    }
    for (size_t i = 0; i < 20; i++) {
        ExFreeToLookasideListEx(&list, entries[i]);
    }
    list.L.LastTotalAllocates = list.L.TotalAllocates;
    scan();
    scan();
    assert_int_equal(list.L.Depth, 4);
    assert_int_equal(ExQueryDepthSList(&list.L.ListHead), 20);
    assert_int_equal(wdk_pool_blocks('Test'), 20);
}

TEST(nonpaged_and_paged_lists_take_turns)
{
    LOOKASIDE_LIST_EX paged;
    USHORT seen[3][2];
    assert_int_equal(ExInitializeLookasideListEx(&paged, NULL, NULL, PagedPool, 0, 64, 'Test', 0),
                     STATUS_SUCCESS);
    scan();
    for (int i = 0; i < 3; i++) {
        list.L.Depth = paged.L.Depth = 100;
        wdk_tick();
        seen[i][0] = list.L.Depth;
        seen[i][1] = paged.L.Depth;
    }
    ExDeleteLookasideListEx(&paged);
    /* One turn each, nonpaged right before paged, and one second for neither. */
    for (int i = 0; i < 3; i++) {
        if (seen[i][0] == 90) {
            assert_int_equal(seen[i][1], 100);
            assert_int_equal(seen[(i + 1) % 3][0], 100);
            assert_int_equal(seen[(i + 1) % 3][1], 90);
            assert_int_equal(seen[(i + 2) % 3][0], 100);
            assert_int_equal(seen[(i + 2) % 3][1], 100);
            return;
        }
    }
    fail_msg("the nonpaged list had no turn");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_but_misses, set_up, tear_down),
        cmocka_unit_test_setup_teardown(idle_from_256_to_4_in_26_scans, set_up, tear_down),
        cmocka_unit_test_setup_teardown(only_what_happened_since_the_last_scan_counts, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(counters_that_wrapped_are_no_trouble, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_fixed_list_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(surplus_entries_stay_cached, set_up, tear_down),
        cmocka_unit_test_setup_teardown(nonpaged_and_paged_lists_take_turns, set_up, tear_down),
    };
    return RUN_TESTS(tests);
}
