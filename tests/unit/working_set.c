/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The working set's rule alone: regret raises the limit, idleness lowers it.
 *
 * Caught: regret of more than was given back, regret counted twice or across periods, a limit
 * above the ceiling, an idle period that takes everything, a fetch that does not prove need. */
#include "unit.h"

#include "working_set.h"

#define CEILING 1000u
#define PERIOD WORKING_SET_PERIOD

TEST(at_first_nothing_is_worth_keeping)
{
    struct working_set set = {0};
    assert_int_equal(working_set_observe(&set, 0, 0), 0);
    assert_int_equal(working_set_observe(&set, 50, 10), 0);
}

TEST(what_is_fetched_without_having_been_given_back_is_no_regret)
{
    struct working_set set = {0};
    working_set_fetched(&set, 100, CEILING);
    assert_int_equal(set.limit, 0);
}

TEST(what_is_given_back_and_never_fetched_again_is_no_regret)
{
    struct working_set set = {0};
    working_set_gave_back(&set, 100);
    assert_int_equal(working_set_observe(&set, 0, PERIOD), 0);
}

TEST(what_is_given_back_and_fetched_again_raises_the_limit_by_as_much)
{
    struct working_set set = {0};
    working_set_gave_back(&set, 100);
    working_set_fetched(&set, 30, CEILING);
    assert_int_equal(set.limit, 30);
    working_set_fetched(&set, 300, CEILING);
    assert_int_equal(set.limit, 100); /* no more than was given back */
}

TEST(each_entry_given_back_is_regretted_once)
{
    struct working_set set = {0};
    working_set_gave_back(&set, 10);
    working_set_fetched(&set, 10, CEILING);
    working_set_fetched(&set, 10, CEILING);
    assert_int_equal(set.limit, 10);
}

TEST(what_was_given_back_in_an_earlier_period_is_forgotten)
{
    struct working_set set = {0};
    working_set_gave_back(&set, 100);
    (void)working_set_observe(&set, 0, PERIOD);
    working_set_fetched(&set, 100, CEILING);
    assert_int_equal(set.limit, 0);
}

TEST(the_limit_never_passes_the_ceiling)
{
    struct working_set set = {0};
    working_set_gave_back(&set, 5000);
    working_set_fetched(&set, 5000, CEILING);
    assert_int_equal(set.limit, CEILING);
    working_set_expect(&set, 5000, CEILING);
    assert_int_equal(set.limit, CEILING);
}

TEST(expecting_raises_the_limit_and_never_lowers_it)
{
    struct working_set set = {0};
    working_set_expect(&set, 40, CEILING);
    assert_int_equal(set.limit, 40);
    working_set_expect(&set, 20, CEILING);
    assert_int_equal(set.limit, 40);
}

TEST(what_lay_idle_for_a_whole_period_is_given_up)
{
    struct working_set set = {.limit = 100, .since = 0, .lowest = 60};
    assert_int_equal(working_set_observe(&set, 80, PERIOD - 1), 100); /* not yet over */
    assert_int_equal(working_set_observe(&set, 70, PERIOD), 40);      /* 60 were never needed */
}

TEST(what_was_needed_once_in_a_period_stays)
{
    struct working_set set = {.limit = 100, .since = 0, .lowest = 60};
    (void)working_set_observe(&set, 0, PERIOD / 2); /* all of them were in use */
    assert_int_equal(working_set_observe(&set, 60, PERIOD), 100);
}

TEST(having_to_fetch_proves_that_nothing_lay_idle)
{
    struct working_set set = {.limit = 100, .since = 0, .lowest = 60};
    working_set_fetched(&set, 1, CEILING);
    assert_int_equal(working_set_observe(&set, 60, PERIOD), 100);
}

TEST(an_idle_set_comes_down_to_nothing_in_two_periods)
{
    struct working_set set = {0};
    working_set_expect(&set, 64, CEILING);
    (void)working_set_observe(&set, 64, PERIOD);
    assert_int_equal(working_set_observe(&set, 64, UINT64_C(2) * PERIOD), 0);
}

TEST(a_population_that_swings_keeps_its_swing_after_one_round)
{
    struct working_set set = {0};
    const uint64_t swing = 200;
    uint64_t fetched_in_round[10];
    uint64_t kept = 0;

    for (uint64_t round = 0; round < COUNT_OF(fetched_in_round); round++) {
        const uint64_t now = round * PERIOD / 4;
        uint64_t needed = swing > kept ? swing - kept : 0;
        kept -= swing - needed;
        (void)working_set_observe(&set, kept, now);
        if (needed > 0) {
            working_set_fetched(&set, needed, CEILING);
        }
        fetched_in_round[round] = needed;
        kept += swing;
        uint64_t limit = working_set_observe(&set, kept, now);
        if (kept > limit) {
            working_set_gave_back(&set, kept - limit);
            kept = limit;
        }
    }
    assert_int_equal(fetched_in_round[0], swing); /* it had to learn */
    assert_int_equal(fetched_in_round[1], swing);
    for (size_t round = 2; round < COUNT_OF(fetched_in_round); round++) {
        assert_int_equal(fetched_in_round[round], 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_first_nothing_is_worth_keeping),
        cmocka_unit_test(what_is_fetched_without_having_been_given_back_is_no_regret),
        cmocka_unit_test(what_is_given_back_and_never_fetched_again_is_no_regret),
        cmocka_unit_test(what_is_given_back_and_fetched_again_raises_the_limit_by_as_much),
        cmocka_unit_test(each_entry_given_back_is_regretted_once),
        cmocka_unit_test(what_was_given_back_in_an_earlier_period_is_forgotten),
        cmocka_unit_test(the_limit_never_passes_the_ceiling),
        cmocka_unit_test(expecting_raises_the_limit_and_never_lowers_it),
        cmocka_unit_test(what_lay_idle_for_a_whole_period_is_given_up),
        cmocka_unit_test(what_was_needed_once_in_a_period_stays),
        cmocka_unit_test(having_to_fetch_proves_that_nothing_lay_idle),
        cmocka_unit_test(an_idle_set_comes_down_to_nothing_in_two_periods),
        cmocka_unit_test(a_population_that_swings_keeps_its_swing_after_one_round),
    };
    return RUN_TESTS(tests);
}
