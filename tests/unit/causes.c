/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The rule for why entries missed. Caught: an entry with two reasons or none, a fetch that is cold
 * as a whole when only a part of it is. */
#include "causes.h"
#include "unit.h"

static struct causes causes_of(struct fetch fetch)
{
    struct causes causes = {0};
    causes_count(&causes, &fetch);
    return causes;
}

TEST(what_no_list_ever_had_out_before_is_cold)
{
    struct causes causes = causes_of((struct fetch){.count = 8, .out = 100, .highest = 100});
    assert_int_equal(causes.cold, 8);
    assert_int_equal(causes.trimmed + causes.handed_over + causes.burst, 0);
}

TEST(only_what_goes_beyond_the_highest_is_cold)
{
    struct causes causes = causes_of((struct fetch){.count = 8, .out = 97, .highest = 100});
    assert_int_equal(causes.cold, 5);
    assert_int_equal(causes.burst, 3);
}

TEST(what_was_there_before_and_given_back_by_the_cache_is_a_burst)
{
    struct causes causes = causes_of((struct fetch){.count = 8, .out = 50, .highest = 100});
    assert_int_equal(causes.burst, 8);
}

TEST(what_was_trimmed_and_is_fetched_again_is_trimmed_no_more_than_once)
{
    struct causes causes =
        causes_of((struct fetch){.count = 8, .out = 50, .highest = 100, .trimmed = 6});
    assert_int_equal(causes.trimmed, 6);
    assert_int_equal(causes.burst, 2);
}

TEST(being_cold_comes_before_having_been_trimmed)
{
    struct causes causes =
        causes_of((struct fetch){.count = 8, .out = 100, .highest = 100, .trimmed = 6});
    assert_int_equal(causes.cold, 8);
    assert_int_equal(causes.trimmed, 0);
}

TEST(a_thread_whose_entries_others_freed_misses_because_it_hands_over)
{
    struct fetch fetch = {.count = 8, .out = 50, .highest = 100, .trimmed = 2, .surplus = 51};
    struct causes causes = causes_of(fetch);
    assert_int_equal(causes.trimmed, 2);
    assert_int_equal(causes.handed_over, 6);
    fetch.surplus = 50; /* all that is out may be its own */
    assert_int_equal(causes_of(fetch).burst, 6);
}

TEST(causes_add_up_over_fetches)
{
    struct causes causes = {0};
    uint64_t random = 88172645463325252u;
    uint64_t fetched = 0;
    for (int i = 0; i < 10000; i++) {
        struct fetch fetch = {.count = next_random(&random) % 40,
                              .out = next_random(&random) % 100,
                              .highest = next_random(&random) % 100,
                              .trimmed = next_random(&random) % 20,
                              .surplus = next_random(&random) % 200};
        causes_count(&causes, &fetch);
        fetched += fetch.count;
        assert_int_equal(causes.cold + causes.trimmed + causes.handed_over + causes.burst, fetched);
    }
    assert_true(causes.cold > 0 && causes.trimmed > 0);
    assert_true(causes.handed_over > 0 && causes.burst > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_no_list_ever_had_out_before_is_cold),
        cmocka_unit_test(only_what_goes_beyond_the_highest_is_cold),
        cmocka_unit_test(what_was_there_before_and_given_back_by_the_cache_is_a_burst),
        cmocka_unit_test(what_was_trimmed_and_is_fetched_again_is_trimmed_no_more_than_once),
        cmocka_unit_test(being_cold_comes_before_having_been_trimmed),
        cmocka_unit_test(a_thread_whose_entries_others_freed_misses_because_it_hands_over),
        cmocka_unit_test(causes_add_up_over_fetches),
    };
    return RUN_TESTS(tests);
}
