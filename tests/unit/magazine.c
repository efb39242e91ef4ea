/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One thread's magazine alone: its life, entries in and out, spilling and loading.
 *
 * Caught: withdrawn not kept up at a deposit or a spill, the wrong half spilled, a half that
 * does not fit its array, the loaded-out array lost, frees of a retired magazine forgotten,
 * space beyond the array, what passes through a thread left in its order. */
#include "magazine_fixture.h"

#include <pthread.h>

/* ---- the life of a magazine ---- */

TEST(the_first_call_of_a_thread_opens_an_account_with_room_for_the_depth)
{
    struct account *account = cache_account(&cache);
    assert_non_null(account);
    assert_ptr_equal(account, cache_account(&cache));
    assert_ptr_equal(account->magazine, lookaside_magazine_at(cache.place));
    assert_int_equal(account->magazine->capacity, DEPTH_FLOOR);
    assert_int_equal(account->magazine->word, 0);
    assert_true(cache.metadata > 0);
    struct cache_totals totals = cache_totals_locked(&cache);
    assert_int_equal(totals.threads, 1);
}

TEST(a_list_that_caches_nothing_has_no_place_and_no_accounts)
{
    struct cache none;
    cache_init(&none, MAXIMUM_DEPTH, false);
    assert_int_equal(none.place, 0);
    assert_null(cache_account(&none));
    cache_destroy(&none);
}

TEST(without_memory_there_is_no_account_and_later_there_is)
{
    no_memory = true;
    assert_null(cache_account(&cache));
    assert_int_equal(cache.metadata, 0);
    assert_int_equal(lookaside_magazine_at(cache.place)->capacity, 0);
    no_memory = false;
    assert_non_null(cache_account(&cache));
}

TEST(a_retired_magazine_leaves_its_entries_to_the_depot_and_its_counts_to_the_list)
{
    struct account *account = loaded(8, 5);
    struct lookaside_magazine *magazine = account->magazine;
    cache_passed_allocation_locked(&cache, account);
    cache_close(&cache);
    cache_reopen(&cache);
    assert_int_equal(cache.depot.entries, 5);
    assert_true(cache.kept.limit >= 5); /* nobody gives them back at once */
    struct cache_totals totals = cache_totals_locked(&cache);
    assert_int_equal(totals.allocates, 1);
    assert_int_equal(totals.frees, 5);
    assert_int_equal(totals.in_magazines, 0);
    assert_int_equal(totals.threads, 0);
    const struct lookaside_magazine zero = {0};
    assert_memory_equal(magazine, &zero, sizeof(zero));
    for (uintptr_t i = 5; i > 0; i--) {
        assert_ptr_equal(depot_take_one(&cache.depot), fake_pointer(i));
    }
}

static void *fill_five(void *argument)
{
    (void)argument;
    (void)loaded(8, 5);
    return NULL;
}

TEST(a_thread_that_ends_retires_its_magazine)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, fill_five, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_null(cache.accounts);
    assert_int_equal(cache.depot.entries, 5);
    assert_int_equal(cache_totals_locked(&cache).frees, 5);
}

TEST(retiring_an_empty_magazine_keeps_its_array_for_the_next)
{
    struct account *account = cache_account(&cache);
    void **entries = account->magazine->entries;
    cache_close(&cache);
    cache_reopen(&cache);
    assert_int_equal(cache.depot.entries, 0);
    assert_ptr_equal(cache_account(&cache)->magazine->entries, entries);
}

/* ---- entries in and out ---- */

TEST(entries_come_back_last_in_first_out)
{
    struct account *account = loaded(32, 20);
    for (uintptr_t i = 20; i > 0; i--) {
        assert_ptr_equal(cache_take_locked(account), fake_pointer(i));
    }
    assert_null(cache_take_locked(account));
    assert_int_equal(allocations_of(account), 20);
}

TEST(the_hit_path_and_the_slow_path_see_one_magazine)
{
    struct account *account = loaded(32, 1);
    lookaside_free_at(NULL, cache.place, fake_pointer(2));
    assert_int_equal(depth_of(account), 2);
    assert_ptr_equal(cache_take_locked(account), fake_pointer(2));
    assert_ptr_equal(lookaside_alloc_at(NULL, cache.place), fake_pointer(1));
    assert_int_equal(allocations_of(account), 2);
    assert_int_equal(cache_totals_locked(&cache).frees, 2);
}

TEST(a_full_magazine_takes_no_more)
{
    struct account *account = loaded(8, 8);
    assert_false(cache_put_locked(account, fake_pointer(9)));
    assert_int_equal(depth_of(account), 8);
    cache.depth = 4; /* lowered meanwhile */
    (void)cache_take_locked(account);
    assert_false(cache_put_locked(account, fake_pointer(9)));
}

TEST(filled_entries_count_as_misses_not_as_frees)
{
    cache.depth = 8;
    struct account *account = cache_account(&cache);
    size_t count = 4;
    void **space = cache_space_locked(account, &count);
    assert_int_equal(count, 4);
    for (uintptr_t i = 0; i < count; i++) {
        space[i] = fake_pointer(i + 1);
    }
    cache_fetched_locked(&cache, account, count);
    cache_filled_locked(account, count);
    struct cache_totals totals = cache_totals_locked(&cache);
    assert_int_equal(totals.allocates, 0);
    assert_int_equal(totals.frees, 0);
    assert_int_equal(totals.in_magazines, 4);
    assert_int_equal(cache.allocate_misses, 4);
    assert_ptr_equal(cache_take_locked(account), fake_pointer(4));
}

TEST(there_is_never_more_space_than_the_array_has_room)
{
    struct account *account = cache_account(&cache);
    uint32_t room = magazine_of(account->magazine->entries)->room;
    size_t count = 100000;
    (void)cache_space_locked(account, &count);
    assert_int_equal(count, room);
}

TEST(what_passes_by_the_magazine_is_counted_with_and_without_an_account)
{
    struct account *account = cache_account(&cache);
    cache_passed_allocation_locked(&cache, account);
    cache_passed_allocation_locked(&cache, NULL);
    cache_passed_allocation_locked(&cache, NULL);
    cache_passed_free_locked(&cache, account);
    cache_passed_free_locked(&cache, NULL);
    struct cache_totals totals = cache_totals_locked(&cache);
    assert_int_equal(totals.allocates, 3);
    assert_int_equal(totals.frees, 2);
    assert_int_equal(totals.in_magazines, 0);
}

/* ---- spilling and loading ---- */

TEST(a_full_magazine_keeps_its_recent_half_and_spills_the_older_one)
{
    struct account *account = loaded_and_used(32, 32);
    struct magazine *spilled;
    assert_true(cache_make_room_locked(account, &spilled));
    assert_non_null(spilled);
    assert_int_equal(spilled->count, 16);
    for (uintptr_t i = 0; i < 16; i++) {
        assert_ptr_equal(spilled->entries[i], fake_pointer(i + 1));
    }
    assert_int_equal(depth_of(account), 16);
    for (uintptr_t i = 32; i > 16; i--) {
        assert_ptr_equal(cache_take_locked(account), fake_pointer(i));
    }
    assert_int_equal(cache_totals_locked(&cache).frees, 33);
    depot_put_empty(&cache.depot, spilled);
}

TEST(a_thread_that_has_only_freed_for_long_hands_on_everything_oldest_entry_on_top)
{
    struct account *account = loaded(32, 32);
    struct magazine *spilled;
    account->passing = 64; /* spills without an allocation between them */
    assert_true(cache_make_room_locked(account, &spilled));
    assert_non_null(spilled);
    assert_int_equal(spilled->count, 32);
    assert_int_equal(depth_of(account), 0);
    for (uint32_t i = 0; i < 32; i++) {
        assert_ptr_equal(spilled->entries[i], fake_pointer(32 - i));
    }
    depot_push(&cache.depot, spilled, spilled->count);
    for (uintptr_t i = 32; i > 0; i--) {
        /* A flush is not misled: the entry that was freed last still comes first. */
        assert_ptr_equal(depot_take_one(&cache.depot), fake_pointer(i));
    }
}

TEST(a_cycle_that_lacked_a_little_room_fits_the_next_time)
{
    enum { DEPTH = 32, MISSING = 5 };
    struct account *account = loaded_and_used(DEPTH, DEPTH);
    struct magazine *spilled;
    assert_true(cache_make_room_locked(account, &spilled));
    depot_push(&cache.depot, spilled, spilled->count);
    for (uintptr_t i = 0; i < MISSING; i++) {
        assert_true(cache_put_locked(account, fake_pointer(100 + i)));
    }
    while (cache_take_locked(account) != NULL) {
    }
    assert_true(cache_load_locked(account));
    for (uintptr_t i = 0; cache_put_locked(account, fake_pointer(200 + i)); i++) {
    }
    assert_true(cache_make_room_locked(account, &spilled));
    assert_int_equal(spilled->count, MISSING);
    depot_put_empty(&cache.depot, spilled);
}

TEST(a_full_magazine_grows_when_the_depth_has_grown)
{
    struct account *account = loaded(6, 6);
    cache.depth = 100;
    struct magazine *spilled;
    assert_true(cache_make_room_locked(account, &spilled));
    assert_null(spilled);
    assert_int_equal(account->magazine->capacity, 100);
    assert_int_equal(depth_of(account), 6);
    assert_true(cache_put_locked(account, fake_pointer(7)));
    for (uintptr_t i = 7; i > 0; i--) {
        assert_ptr_equal(cache_take_locked(account), fake_pointer(i));
    }
}

TEST(the_recent_half_fits_its_array_even_when_the_depth_has_fallen)
{
    struct account *account = loaded(200, 200);
    cache.depth = 10;
    struct magazine *spilled = NULL;
    bool made = cache_make_room_locked(account, &spilled);
    uint32_t room = magazine_of(account->magazine->entries)->room;
    assert_true(depth_of(account) <= room);
    assert_true(depth_of(account) <= cache.depth);
    assert_int_equal(depth_of(account) + (made && spilled != NULL ? spilled->count : 0), 200);
    if (spilled != NULL) {
        depot_push(&cache.depot, spilled, spilled->count);
    }
}

TEST(a_magazine_no_deeper_than_the_floor_makes_no_room)
{
    struct account *account = loaded(DEPTH_FLOOR, DEPTH_FLOOR);
    struct magazine *spilled;
    assert_false(cache_make_room_locked(account, &spilled));
    assert_null(spilled);
    assert_int_equal(depth_of(account), DEPTH_FLOOR);
}

TEST(without_memory_no_room_is_made_and_nothing_is_lost)
{
    struct account *account = loaded(32, 32);
    struct magazine *spilled;
    no_memory = true;
    assert_false(cache_make_room_locked(account, &spilled));
    assert_null(spilled);
    assert_int_equal(depth_of(account), 32);
    assert_ptr_equal(cache_take_locked(account), fake_pointer(32));
}

TEST(an_empty_magazine_is_exchanged_for_a_full_one_of_the_depot)
{
    struct account *account = loaded_and_used(32, 32);
    struct magazine *spilled;
    assert_true(cache_make_room_locked(account, &spilled));
    cache.kept.limit = 16;
    assert_true(cache_keep_locked(&cache, spilled));
    while (cache_take_locked(account) != NULL) {
    }
    void **emptied = account->magazine->entries;
    assert_true(cache_load_locked(account));
    assert_int_equal(depth_of(account), 16);
    assert_int_equal(cache.depot.entries, 0);
    assert_ptr_equal(account->magazine->entries, spilled->entries); /* no entry was copied */
    assert_ptr_equal(cache_take_locked(account), fake_pointer(16));
    assert_ptr_equal(depot_take_empty(&cache.depot, 16)->entries, emptied);
    depot_put_empty(&cache.depot, magazine_of(emptied));
    assert_int_equal(cache_totals_locked(&cache).allocates, 18);
    assert_int_equal(cache_totals_locked(&cache).frees, 33);
}

TEST(an_empty_depot_loads_nothing)
{
    struct account *account = cache_account(&cache);
    assert_false(cache_load_locked(account));
    assert_int_equal(account->magazine->capacity, DEPTH_FLOOR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CACHE_TEST(the_first_call_of_a_thread_opens_an_account_with_room_for_the_depth),
        CACHE_TEST(a_list_that_caches_nothing_has_no_place_and_no_accounts),
        CACHE_TEST(without_memory_there_is_no_account_and_later_there_is),
        CACHE_TEST(a_retired_magazine_leaves_its_entries_to_the_depot_and_its_counts_to_the_list),
        CACHE_TEST(a_thread_that_ends_retires_its_magazine),
        CACHE_TEST(retiring_an_empty_magazine_keeps_its_array_for_the_next),
        CACHE_TEST(entries_come_back_last_in_first_out),
        CACHE_TEST(the_hit_path_and_the_slow_path_see_one_magazine),
        CACHE_TEST(a_full_magazine_takes_no_more),
        CACHE_TEST(filled_entries_count_as_misses_not_as_frees),
        CACHE_TEST(there_is_never_more_space_than_the_array_has_room),
        CACHE_TEST(what_passes_by_the_magazine_is_counted_with_and_without_an_account),
        CACHE_TEST(a_full_magazine_keeps_its_recent_half_and_spills_the_older_one),
        CACHE_TEST(a_thread_that_has_only_freed_for_long_hands_on_everything_oldest_entry_on_top),
        CACHE_TEST(a_cycle_that_lacked_a_little_room_fits_the_next_time),
        CACHE_TEST(a_full_magazine_grows_when_the_depth_has_grown),
        CACHE_TEST(the_recent_half_fits_its_array_even_when_the_depth_has_fallen),
        CACHE_TEST(a_magazine_no_deeper_than_the_floor_makes_no_room),
        CACHE_TEST(without_memory_no_room_is_made_and_nothing_is_lost),
        CACHE_TEST(an_empty_magazine_is_exchanged_for_a_full_one_of_the_depot),
        CACHE_TEST(an_empty_depot_loads_nothing),
    };
    return RUN_TESTS(tests);
}
