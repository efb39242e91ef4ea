/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What moves magazines on: the depot's limit, the tuner, a flush, a count too large for the word.
 *
 * Caught: misses or allocations carried into the next scan, misses not counted, a count not
 * folded or not insisted on, a flush that asks nobody or asks newcomers, flushed entries counted
 * as frees, a depot without a limit, regret at the floor. */
#include "magazine_fixture.h"

#include <pthread.h>

#define NOW 1000000u /* milliseconds */

/* ---- what the depot keeps ---- */

TEST(the_depot_keeps_only_what_its_working_set_is_worth)
{
    struct magazine *full = depot_take_empty(&cache.depot, 10);
    full->count = 10;
    assert_false(cache_keep_locked(&cache, full));
    cache.kept.limit = 10;
    assert_true(cache_keep_locked(&cache, full));
    assert_int_equal(cache.depot.entries, 10);
}

TEST(what_was_given_back_and_fetched_again_is_kept_the_next_time)
{
    cache.depth = 32;
    cache_gave_back_locked(&cache, 50);
    cache_fetched_locked(&cache, NULL, 30);
    assert_int_equal(cache.kept.limit, 30);
}

TEST(at_the_floor_of_the_depth_nothing_is_regretted)
{
    assert_int_equal(cache.depth, DEPTH_FLOOR);
    cache_gave_back_locked(&cache, 50);
    cache_fetched_locked(&cache, NULL, 30);
    assert_int_equal(cache.kept.limit, 0);
}

TEST(a_depot_above_its_limit_gives_up_a_magazine_at_a_time)
{
    for (int i = 0; i < 2; i++) {
        depot_push(&cache.depot, depot_take_empty(&cache.depot, 10), 10);
    }
    cache.kept = (struct working_set){.limit = 15, .since = NOW};
    struct magazine *surplus = cache_surplus_locked(&cache, NOW);
    assert_non_null(surplus);
    assert_int_equal(cache.depot.entries, 10);
    assert_null(cache_surplus_locked(&cache, NOW));
    depot_put_empty(&cache.depot, surplus);
}

/* ---- the tuner ---- */

/* A scan in which the account makes so many allocations, of which so many miss. */
static void scan(struct account *account, uint32_t allocations, uint32_t misses, uint64_t now)
{
    for (uint32_t i = 0; i < misses; i++) {
        cache_passed_allocation_locked(&cache, account);
    }
    for (uint32_t i = misses; i < allocations; i++) {
        assert_true(cache_put_locked(account, fake_pointer(1)));
        assert_non_null(cache_take_locked(account));
    }
    cache_tune_locked(account, now);
}

TEST(traffic_that_misses_raises_the_depth_without_waiting)
{
    struct account *account = cache_account(&cache);
    cache_tune_locked(account, NOW);
    scan(account, DEPTH_BUSY - 1, DEPTH_BUSY - 1, NOW);
    assert_int_equal(cache.depth, DEPTH_FLOOR); /* not yet traffic */
    scan(account, 1, 1, NOW);
    assert_int_equal(cache.depth, DEPTH_FLOOR + 30);
    scan(account, DEPTH_BUSY - 1, DEPTH_BUSY - 1, NOW); /* the next scan begins at nothing */
    assert_int_equal(cache.depth, DEPTH_FLOOR + 30);
}

TEST(traffic_without_misses_lowers_the_depth_by_one)
{
    struct account *account = loaded(50, 0);
    cache_tune_locked(account, NOW);
    cache.depth = 50;
    scan(account, 1000, 4, NOW);
    assert_int_equal(cache.depth, 49);
}

TEST(an_idle_period_lowers_the_depth_by_ten)
{
    struct account *account = loaded(50, 0);
    cache_tune_locked(account, NOW);
    cache.depth = 50;
    scan(account, 3, 3, NOW + DEPTH_IDLE_PERIOD - 1);
    assert_int_equal(cache.depth, 50);
    scan(account, 3, 3, NOW + DEPTH_IDLE_PERIOD);
    assert_int_equal(cache.depth, 40);
}

TEST(misses_of_one_scan_do_not_count_in_the_next)
{
    struct account *account = loaded(50, 0);
    cache_tune_locked(account, NOW);
    cache.depth = 50;
    scan(account, 100, 100, NOW);
    uint32_t raised = cache.depth;
    assert_true(raised > 50);
    scan(account, 1000, 0, NOW);
    assert_int_equal(cache.depth, raised - 1);
}

TEST(the_last_change_of_the_depth_is_remembered_with_its_reason)
{
    struct account *account = cache_account(&cache);
    cache_tune_locked(account, NOW);
    assert_int_equal(cache.tuned.from, 0); /* it was at the floor and stays there */
    scan(account, 100, 80, NOW + 5);
    assert_int_equal(cache.tuned.from, DEPTH_FLOOR);
    assert_int_equal(cache.tuned.to, cache.depth);
    assert_int_equal(cache.tuned.allocations, 100);
    assert_int_equal(cache.tuned.misses, 80);
    assert_int_equal(cache.tuned.at, NOW + 5);
    cache.depth = MAXIMUM_DEPTH;
    scan(account, 100, 80, NOW + 6); /* cannot be raised */
    assert_int_equal(cache.tuned.at, NOW + 5);
}

/* ---- what is counted of misses ---- */

TEST(misses_are_counted_with_their_causes_and_the_highest_number_out)
{
    struct account *account = cache_account(&cache);
    cache_fetched_locked(&cache, account, 10);
    assert_int_equal(cache.causes.cold, 10);
    assert_int_equal(cache.highest_out, 10);
    cache.flushed = 3;
    cache_fetched_locked(&cache, account, 5);
    assert_int_equal(cache.allocate_misses, 15);
    assert_int_equal(cache.highest_out, 12);
    assert_int_equal(cache.causes.cold, 12);
    assert_int_equal(cache.causes.trimmed, 3);
    cache.free_misses = 4;
    cache_fetched_locked(&cache, account, 4); /* its own thread frees as many as it allocates */
    assert_int_equal(cache.causes.burst, 4);
}

TEST(a_thread_hands_over_when_it_allocates_more_than_it_frees_and_more_than_is_out)
{
    struct account *account = cache_account(&cache);
    for (int i = 0; i < 100; i++) {
        cache_fetched_locked(&cache, account, 1);
        cache_passed_allocation_locked(&cache, account);
    }
    cache.free_misses = 60; /* by others */
    cache_fetched_locked(&cache, account, 1);
    assert_int_equal(cache.causes.handed_over, 1);
    for (int i = 0; i < 60; i++) {
        cache_passed_free_locked(&cache, account); /* no, by itself */
    }
    cache_fetched_locked(&cache, account, 1);
    assert_int_equal(cache.causes.handed_over, 1);
    assert_int_equal(cache.causes.burst, 1);
}

/* ---- flushing ---- */

TEST(a_flush_empties_the_magazine_then_the_depot_recent_entries_first)
{
    struct account *account = loaded_and_used(32, 32);
    struct magazine *spilled;
    assert_true(cache_make_room_locked(account, &spilled));
    depot_push(&cache.depot, spilled, spilled->count);
    struct cache_totals before = cache_totals_locked(&cache);
    for (uintptr_t i = 32; i > 0; i--) {
        assert_ptr_equal(cache_flush_one_locked(&cache, account), fake_pointer(i));
    }
    assert_null(cache_flush_one_locked(&cache, account));
    struct cache_totals after = cache_totals_locked(&cache);
    assert_int_equal(after.allocates, before.allocates);
    assert_int_equal(after.frees, before.frees);
    assert_int_equal(after.in_magazines, 0);
}

TEST(without_an_account_a_flush_reaches_the_depot_alone)
{
    struct account *account = loaded(8, 5);
    assert_null(cache_flush_one_locked(&cache, NULL));
    assert_int_equal(depth_of(account), 5);
    assert_int_equal(cache_loaded(NULL), 0);
}

struct other {
    pthread_barrier_t barrier;
    struct account *account;
    bool asked;
    bool asked_again;
};

static void *be_asked(void *argument)
{
    struct other *other = argument;
    other->account = loaded(8, 5);
    (void)pthread_barrier_wait(&other->barrier);
    (void)pthread_barrier_wait(&other->barrier);
    other->asked = cache_asked_to_flush(other->account);
    cache_obeyed_flush_locked(other->account);
    other->asked_again = cache_asked_to_flush(other->account);
    CHECK(cache_put_locked(other->account, fake_pointer(9)), "no room after the flush was seen");
    CHECK(other->account->magazine->capacity == 8, "the capacity was not restored");
    return NULL;
}

TEST(a_flush_calls_the_other_threads_into_the_slow_path_once)
{
    struct other other;
    pthread_t thread;
    assert_int_equal(pthread_barrier_init(&other.barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, be_asked, &other), 0);
    (void)pthread_barrier_wait(&other.barrier);
    struct account *mine = loaded(8, 3);
    cache_ask_to_flush_locked(&cache, mine);
    assert_int_equal(LOOKASIDE_LOAD(&other.account->magazine->capacity), 0);
    assert_int_equal(mine->magazine->capacity, 8);
    assert_false(cache_asked_to_flush(mine)); /* who asks is not asked */
    (void)pthread_barrier_wait(&other.barrier);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(other.asked);
    assert_false(other.asked_again);
    (void)pthread_barrier_destroy(&other.barrier);
}

TEST(a_thread_that_comes_after_a_flush_is_not_asked)
{
    cache_ask_to_flush_locked(&cache, NULL);
    assert_false(cache_asked_to_flush(cache_account(&cache)));
}

/* ---- counts that are nearly too large for the word ---- */

TEST(a_huge_count_is_folded_and_no_total_changes)
{
    struct account *account = loaded(8, 3);
    const uint64_t huge = (UINT64_C(1) << 47) + 12345;
    account->magazine->word += huge << LOOKASIDE_DEPTH_BITS;
    struct cache_totals before = cache_totals_locked(&cache);
    assert_int_equal(before.allocates, huge);
    assert_int_equal(before.frees, huge + 3);
    assert_int_equal(account->magazine->capacity, 0); /* the owner is called in */
    assert_true(cache_put_locked(account, fake_pointer(4)));
    assert_int_equal(account->magazine->capacity, 8);
    assert_true(account->magazine->word >> LOOKASIDE_DEPTH_BITS < 10);
    struct cache_totals after = cache_totals_locked(&cache);
    assert_int_equal(after.allocates, huge);
    assert_int_equal(after.frees, huge + 4);
    assert_int_equal(after.in_magazines, 4);
    assert_int_equal(account->magazine->capacity, 8); /* nobody insists any more */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CACHE_TEST(the_depot_keeps_only_what_its_working_set_is_worth),
        CACHE_TEST(what_was_given_back_and_fetched_again_is_kept_the_next_time),
        CACHE_TEST(at_the_floor_of_the_depth_nothing_is_regretted),
        CACHE_TEST(a_depot_above_its_limit_gives_up_a_magazine_at_a_time),
        CACHE_TEST(traffic_that_misses_raises_the_depth_without_waiting),
        CACHE_TEST(traffic_without_misses_lowers_the_depth_by_one),
        CACHE_TEST(an_idle_period_lowers_the_depth_by_ten),
        CACHE_TEST(misses_of_one_scan_do_not_count_in_the_next),
        CACHE_TEST(the_last_change_of_the_depth_is_remembered_with_its_reason),
        CACHE_TEST(misses_are_counted_with_their_causes_and_the_highest_number_out),
        CACHE_TEST(a_thread_hands_over_when_it_allocates_more_than_it_frees_and_more_than_is_out),
        CACHE_TEST(a_flush_empties_the_magazine_then_the_depot_recent_entries_first),
        CACHE_TEST(without_an_account_a_flush_reaches_the_depot_alone),
        CACHE_TEST(a_flush_calls_the_other_threads_into_the_slow_path_once),
        CACHE_TEST(a_thread_that_comes_after_a_flush_is_not_asked),
        CACHE_TEST(a_huge_count_is_folded_and_no_total_changes),
    };
    return RUN_TESTS(tests);
}
