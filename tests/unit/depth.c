/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The depth rule alone, against the kernel's as it was measured from outside: the sequences below
 * are not computed by the rule under test.
 *
 * Caught: -2 for -1, steps in proportion to the maximum, <= for < at both thresholds, a product
 * that overflows, a depth above the maximum. */
#include "unit.h"

#include "depth.h"

#define KERNEL_MAXIMUM 256u

/* Scans until the depth reaches the end; returns how many it took. */
static unsigned scans_until(uint32_t depth, uint32_t end, uint64_t allocations, uint64_t misses)
{
    unsigned scans = 0;
    while (depth != end) {
        depth = depth_next(depth, KERNEL_MAXIMUM, allocations, misses);
        scans++;
        assert_true(scans < 10000);
    }
    return scans;
}

TEST(when_all_miss_the_depth_rises_as_in_the_kernel)
{
    const uint32_t expected[] = {34, 64, 94, 124, 154, 184, 214, 240, 253, 256, 256};
    uint32_t depth = DEPTH_FLOOR;
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        depth = depth_next(depth, KERNEL_MAXIMUM, 1000, 1000);
        assert_int_equal(depth, expected[i]);
    }
}

TEST(when_one_percent_misses_the_depth_rises_by_about_six)
{
    uint32_t depth = DEPTH_FLOOR;
    for (int i = 0; i < 8; i++) {
        uint32_t next = depth_next(depth, KERNEL_MAXIMUM, 1000, 10);
        assert_in_range(next - depth, 5, 7);
        depth = next;
    }
    assert_int_equal(depth_next(4, KERNEL_MAXIMUM, 1000, 10), 10);
}

TEST(an_idle_list_falls_from_256_to_4_in_26_scans)
{
    assert_int_equal(scans_until(256, 4, 0, 0), 26);
    assert_int_equal(scans_until(256, 4, DEPTH_BUSY - 1, DEPTH_BUSY - 1), 26);
}

TEST(a_list_that_always_hits_falls_from_256_to_4_in_252_scans)
{
    assert_int_equal(scans_until(256, 4, 1000, 0), 252);
}

TEST(half_a_percent_of_misses_is_where_the_depth_turns)
{
    assert_int_equal(depth_next(100, KERNEL_MAXIMUM, 1000, 4), 99);
    assert_true(depth_next(100, KERNEL_MAXIMUM, 1000, 5) >= 105);
    assert_int_equal(depth_next(100, KERNEL_MAXIMUM, 100000, 499), 99);
    assert_true(depth_next(100, KERNEL_MAXIMUM, 100000, 500) >= 105);
}

TEST(seventy_five_allocations_are_traffic)
{
    assert_int_equal(depth_next(100, KERNEL_MAXIMUM, 74, 74), 90);
    assert_int_equal(depth_next(100, KERNEL_MAXIMUM, 75, 75), 130);
}

TEST(a_step_up_is_never_more_than_thirty_nor_less_than_five)
{
    assert_int_equal(depth_next(4, 1023, 1000, 1000), 34);
    assert_int_equal(depth_next(200, KERNEL_MAXIMUM, 1000, 5), 205);
}

TEST(the_depth_stays_between_the_floor_and_the_maximum_whatever_comes)
{
    uint64_t random = 3;
    uint32_t depth = DEPTH_FLOOR;
    for (int i = 0; i < 100000; i++) {
        uint32_t maximum = DEPTH_FLOOR + (uint32_t)(next_random(&random) % 1020);
        uint64_t allocations = next_random(&random) >> next_random(&random) % 64;
        uint64_t misses = next_random(&random) >> next_random(&random) % 64;
        depth = depth < maximum ? depth : maximum;
        uint32_t next = depth_next(depth, maximum, allocations, misses >> 12);
        assert_in_range(next, DEPTH_FLOOR, maximum);
        assert_true(next <= depth + 30 && next + 10 >= depth);
        depth = next;
    }
}

TEST(more_misses_than_allocations_count_as_all_missed)
{
    assert_int_equal(depth_next(4, KERNEL_MAXIMUM, 100, 5000), 34);
    const uint64_t wraps_to_0_per_mille = UINT64_C(1) << 61;
    assert_int_equal(depth_next(4, KERNEL_MAXIMUM, 100, wraps_to_0_per_mille), 34);
}

TEST(a_maximum_at_the_floor_keeps_the_depth_there)
{
    assert_int_equal(depth_next(4, 4, 1000, 1000), 4);
    assert_int_equal(depth_next(4, 5, 1000, 1000), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(when_all_miss_the_depth_rises_as_in_the_kernel),
        cmocka_unit_test(when_one_percent_misses_the_depth_rises_by_about_six),
        cmocka_unit_test(an_idle_list_falls_from_256_to_4_in_26_scans),
        cmocka_unit_test(a_list_that_always_hits_falls_from_256_to_4_in_252_scans),
        cmocka_unit_test(half_a_percent_of_misses_is_where_the_depth_turns),
        cmocka_unit_test(seventy_five_allocations_are_traffic),
        cmocka_unit_test(a_step_up_is_never_more_than_thirty_nor_less_than_five),
        cmocka_unit_test(the_depth_stays_between_the_floor_and_the_maximum_whatever_comes),
        cmocka_unit_test(more_misses_than_allocations_count_as_all_missed),
        cmocka_unit_test(a_maximum_at_the_floor_keeps_the_depth_there),
    };
    return RUN_TESTS(tests);
}
