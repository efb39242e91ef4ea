/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: each miss has one cause, and it is the right one. (That the causes add up is among the
 * laws that every test checks.) Caught: a second round of a batch counted as cold, entries that
 * count as trimmed for ever. */
#include "cmocka_test.h"
#include "counting_backing.h"

#include <pthread.h>

enum { MANY = 1000 };

static void *entries[MANY];

static lookaside_list *open_list(lookaside_cache cache)
{
    static lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.cache = cache;
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    return &list;
}

TEST(what_is_fetched_for_the_first_time_is_cold)
{
    lookaside_list *list = open_list(LOOKASIDE_CACHE_THREAD);
    take(list, entries, MANY);
    lookaside_statistics s = check_laws(list, "all out");
    assert_int_equal(s.misses_cold, s.allocate_misses);
    assert_int_equal(s.highest_entries, s.live_entries + s.current_depth);
    give(list, entries, MANY);
    destroy_checked(list);
}

TEST(the_highest_number_of_entries_stays_when_they_are_back)
{
    lookaside_list *list = open_list(LOOKASIDE_CACHE_NONE);
    take(list, entries, 30);
    give(list, entries, 30);
    take(list, entries, 10);
    assert_int_equal(check_laws(list, "10 out").highest_entries, 30);
    give(list, entries, 10);
    destroy_checked(list);
}

TEST(what_the_cache_could_not_keep_and_fetches_again_is_a_burst)
{
    lookaside_list *list = open_list(LOOKASIDE_CACHE_NONE);
    take(list, entries, 30);
    give(list, entries, 30);
    take(list, entries, 40);
    lookaside_statistics s = check_laws(list, "40 out");
    assert_int_equal(s.misses_cold, 40);
    assert_int_equal(s.misses_burst, 30);
    give(list, entries, 40);
    destroy_checked(list);
}

TEST(what_was_flushed_or_trimmed_is_trimmed_once)
{
    lookaside_list *list = open_list(LOOKASIDE_CACHE_THREAD);
    take(list, entries, 6);
    give(list, entries, 6); /* four are cached, there is no room for two */
    assert_status(lookaside_flush(list), LOOKASIDE_OK);
    take(list, entries, 6);
    lookaside_statistics s = check_laws(list, "after a flush");
    assert_int_equal(s.misses_trimmed, 4);
    assert_int_equal(s.misses_burst, 2);
    give(list, entries, 6);
    assert_status(lookaside_trim(list, 1, NULL), LOOKASIDE_OK);
    take(list, entries, 8);
    s = check_laws(list, "after a trim");
    assert_int_equal(s.misses_trimmed, 4 + 3);
    assert_int_equal(s.misses_burst, 2 + 2);
    assert_int_equal(s.misses_cold, 8); /* the last two were never out before */
    give(list, entries, 8);
    destroy_checked(list);
}

static void *give_all(void *list)
{
    lookaside_free_bulk(list, entries, MANY);
    return NULL;
}

TEST(who_allocates_what_another_thread_frees_misses_because_it_hands_over)
{
    lookaside_list *list = open_list(LOOKASIDE_CACHE_THREAD);
    pthread_t thread;
    take(list, entries, MANY);
    uint64_t cold = check_laws(list, "first batch").misses_cold;
    assert_int_equal(pthread_create(&thread, NULL, give_all, list), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    take(list, entries, MANY / 2);
    lookaside_statistics s = check_laws(list, "second batch");
    assert_int_equal(s.misses_cold, cold);
    assert_true(s.misses_handed_over > 0);
    assert_int_equal(s.misses_burst + s.misses_trimmed, 0);
    give(list, entries, MANY / 2);
    destroy_checked(list);
}

TEST(entries_of_callbacks_have_causes_too)
{
    static lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = 4};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 40, LOOKASIDE_PAGED, &options);
    take(&list, entries, 4);
    assert_null(lookaside_alloc(&list)); /* counted as a failure, and as no miss */
    assert_int_equal(check_laws(&list, "all of the budget").misses_cold, 4);
    give(&list, entries, 4);
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    backing.budget = 2;
    take(&list, entries, 2);
    assert_int_equal(check_laws(&list, "again").misses_trimmed, 2);
    give(&list, entries, 2);
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_fetched_for_the_first_time_is_cold),
        cmocka_unit_test(the_highest_number_of_entries_stays_when_they_are_back),
        cmocka_unit_test(what_the_cache_could_not_keep_and_fetches_again_is_a_burst),
        cmocka_unit_test(what_was_flushed_or_trimmed_is_trimmed_once),
        cmocka_unit_test(who_allocates_what_another_thread_frees_misses_because_it_hands_over),
        cmocka_unit_test(entries_of_callbacks_have_causes_too),
    };
    return RUN_TESTS(tests);
}
