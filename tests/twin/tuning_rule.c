/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The rule alone, at its edges. Caught: <= for < at half a percent, steps twice as wide. */
#include "twin_test.h"

#include "tuning_rule.h"

TEST(idle_is_fewer_than_75_allocations)
{
    assert_int_equal(tuning_rule(100, 256, 74, 74), 90);
    assert_int_equal(tuning_rule(100, 256, 75, 75), 130);
    assert_int_equal(tuning_rule(14, 256, 0, 0), 4);
    assert_int_equal(tuning_rule(13, 256, 0, 0), 4);
    assert_int_equal(tuning_rule(15, 256, 0, 0), 5);
}

TEST(half_a_percent_of_misses_is_the_border)
{
    assert_int_equal(tuning_rule(100, 256, 1000, 4), 99);
    assert_int_equal(tuning_rule(100, 256, 1000, 5), 105);
    assert_int_equal(tuning_rule(4, 256, 1000, 0), 4);
    assert_int_equal(tuning_rule(5, 256, 1000, 0), 4);
}

TEST(one_percent_of_misses_is_six_a_scan)
{
    USHORT depth = 4;
    for (int i = 0; i < 5; i++) {
        USHORT next = tuning_rule(depth, 256, 10000, 100);
        assert_int_equal(next - depth, 6);
        depth = next;
    }
}

TEST(all_hits_from_256_to_4_in_252_scans)
{
    USHORT depth = 256;
    int scans = 0;
    while (depth > 4) {
        depth = tuning_rule(depth, 256, 100000, 0);
        scans++;
    }
    assert_int_equal(scans, 252);
}

TEST(the_maximum_is_reached_and_kept)
{
    assert_int_equal(tuning_rule(253, 256, 1000, 1000), 256);
    assert_int_equal(tuning_rule(256, 256, 1000, 1000), 256);
    assert_int_equal(tuning_rule(1000, 1024, 1000, 1000), 1017);
    assert_int_equal(tuning_rule(7, 0xFFFF, 1000, 1000), 7);
    assert_int_equal(tuning_rule(0, 0xFFFF, 0, 0), 0);
}

TEST(every_depth_stays_between_4_and_the_maximum)
{
    for (ULONG depth = 4; depth <= 1024; depth++) {
        for (ULONG misses = 0; misses <= 1000; misses += 50) {
            USHORT next = tuning_rule((USHORT)depth, 1024, 1000, misses);
            assert_in_range(next, 4, 1024);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_is_fewer_than_75_allocations),
        cmocka_unit_test(half_a_percent_of_misses_is_the_border),
        cmocka_unit_test(one_percent_of_misses_is_six_a_scan),
        cmocka_unit_test(all_hits_from_256_to_4_in_252_scans),
        cmocka_unit_test(the_maximum_is_reached_and_kept),
        cmocka_unit_test(every_depth_stays_between_4_and_the_maximum),
    };
    return RUN_TESTS(tests);
}
