/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: a small program sees the numbers that the Windows kernel shows. Caught: a refill that
 * fetched two entries at the depth's floor. */
#include "cmocka_test.h"

#include <stdlib.h>

static void expect_counters(lookaside_list *list, uint64_t allocates, uint64_t allocate_misses,
                            uint64_t frees, uint64_t free_misses)
{
    lookaside_statistics s = check_laws(list, "kernel numbers");
    assert_int_equal(s.total_allocates, allocates);
    assert_int_equal(s.allocate_misses, allocate_misses);
    assert_int_equal(s.total_frees, frees);
    assert_int_equal(s.free_misses, free_misses);
}

TEST(four_contexts_freed_in_the_order_1_3_4_2_miss_4_and_0_times)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 8, LOOKASIDE_NONPAGED_NX, NULL);
    void *contexts[4];
    take(&list, contexts, 4);
    expect_counters(&list, 4, 4, 0, 0);
    const int order[] = {0, 2, 3, 1};
    for (size_t i = 0; i < 4; i++) {
        lookaside_free(&list, contexts[order[i]]);
    }
    expect_counters(&list, 4, 4, 4, 0);
    assert_int_equal(statistics_of(&list).current_depth, 4);
    assert_int_equal(statistics_of(&list).depth, 4);
    destroy_checked(&list);
}

TEST(with_five_contexts_one_free_misses)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 8, LOOKASIDE_PAGED, NULL);
    void *contexts[5];
    take(&list, contexts, 5);
    give(&list, contexts, 5);
    expect_counters(&list, 5, 5, 5, 1);
    assert_int_equal(statistics_of(&list).current_depth, 4);
    destroy_checked(&list);
}

TEST(cached_contexts_are_handed_out_again_without_a_miss)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 8, LOOKASIDE_PAGED, NULL);
    void *contexts[4];
    take(&list, contexts, 4);
    give(&list, contexts, 4);
    take(&list, contexts, 4);
    expect_counters(&list, 8, 4, 4, 0);
    give(&list, contexts, 4);
    expect_counters(&list, 8, 4, 8, 0);
    destroy_checked(&list);
}

TEST(null_frees_are_ignored_and_not_counted)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 8, LOOKASIDE_PAGED, NULL);
    void *contexts[4];
    lookaside_free(&list, NULL);
    expect_counters(&list, 0, 0, 0, 0);
    take(&list, contexts, 4);
    for (size_t i = 0; i < 4; i++) {
        lookaside_free(&list, NULL);
        lookaside_free(&list, contexts[i]);
    }
    for (size_t i = 0; i < 100; i++) {
        lookaside_free(&list, NULL);
    }
    expect_counters(&list, 4, 4, 4, 0);
    take(&list, contexts, 4);
    expect_counters(&list, 8, 4, 4, 0);
    give(&list, contexts, 4);
    destroy_checked(&list);
}

/* The batch that misses no more is found by traffic alone, not after a time. */
TEST(a_hot_list_reaches_the_depth_at_which_it_does_not_miss)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 64, LOOKASIDE_PAGED, NULL);
    void *batch[100];
    size_t quiet_batches = 0;
    for (size_t i = 0; i < 200000 && quiet_batches < 1000; i++) {
        uint64_t before = statistics_of(&list).allocate_misses;
        take(&list, batch, 100);
        give(&list, batch, 100);
        quiet_batches = statistics_of(&list).allocate_misses == before ? quiet_batches + 1 : 0;
    }
    assert_int_equal(quiet_batches, 1000);
    lookaside_statistics s = check_laws(&list, "hot list");
    assert_true(s.depth > LOOKASIDE_MINIMUM_DEPTH);
    destroy_checked(&list);
}

TEST(the_depth_never_exceeds_the_maximum_depth)
{
    const uint32_t maxima[] = {4, 5, 33, 1023};
    for (size_t i = 0; i < COUNT_OF(maxima); i++) {
        lookaside_list list = LOOKASIDE_LIST_INIT;
        lookaside_options options = LOOKASIDE_OPTIONS_INIT;
        options.maximum_depth = maxima[i];
        init_or_fail(&list, 16, LOOKASIDE_PAGED, &options);
        void *batch[2000];
        for (size_t round = 0; round < 200; round++) {
            take(&list, batch, COUNT_OF(batch));
            give(&list, batch, COUNT_OF(batch));
            lookaside_statistics s = check_laws(&list, "hot list");
            assert_in_range(s.depth, LOOKASIDE_MINIMUM_DEPTH, maxima[i]);
            assert_true(s.magazine_bytes <= (uint64_t)maxima[i] * 16);
        }
        destroy_checked(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(four_contexts_freed_in_the_order_1_3_4_2_miss_4_and_0_times),
        cmocka_unit_test(with_five_contexts_one_free_misses),
        cmocka_unit_test(cached_contexts_are_handed_out_again_without_a_miss),
        cmocka_unit_test(null_frees_are_ignored_and_not_counted),
        cmocka_unit_test(a_hot_list_reaches_the_depth_at_which_it_does_not_miss),
        cmocka_unit_test(the_depth_never_exceeds_the_maximum_depth),
    };
    return RUN_TESTS(tests);
}
