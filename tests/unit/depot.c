/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The depot alone: a stack of magazines, with fake pointers for entries.
 *
 * Caught: a queue instead of a stack, counts not taken down, the wrong end of a magazine taken,
 * an emptied magazine lost, one that is too small handed out, metadata not given back. */
#include "unit.h"

#include "depot.h"
#include "meta.h"

void *real_meta_alloc(size_t size) REAL(meta_alloc);
void *our_meta_alloc(size_t size) INSTEAD_OF(meta_alloc);

static bool no_memory;

void *our_meta_alloc(size_t size)
{
    return no_memory ? NULL : real_meta_alloc(size);
}

/* A magazine of the depot that holds fake pointers first, first + 1, ... */
static struct magazine *filled(struct depot *depot, uint32_t count, uintptr_t first)
{
    struct magazine *magazine = depot_take_empty(depot, count);
    assert_non_null(magazine);
    for (uint32_t i = 0; i < count; i++) {
        magazine->entries[i] = fake_pointer(first + i);
    }
    return magazine;
}

static void drain(struct depot *depot)
{
    while (depot_take_one(depot) != NULL) {
    }
    assert_int_equal(depot->entries, 0);
    depot_trim(depot, 0);
    assert_int_equal(depot->metadata, 0);
    assert_null(depot->full);
}

TEST(an_empty_depot_has_nothing)
{
    struct depot depot = {0};
    assert_null(depot_pop(&depot));
    assert_null(depot_take_one(&depot));
    depot_trim(&depot, 0);
    assert_int_equal(depot.entries, 0);
}

TEST(a_magazine_has_at_least_the_room_asked_for_and_is_counted_as_metadata)
{
    struct depot depot = {0};
    for (uint32_t room = 1; room <= 1023; room++) {
        struct magazine *magazine = depot_take_empty(&depot, room);
        assert_true(magazine->room >= room);
        assert_int_equal(depot.metadata, meta_size(sizeof(*magazine) + room * sizeof(void *)));
        assert_true(sizeof(*magazine) + magazine->room * sizeof(void *) <= depot.metadata);
        assert_ptr_equal(magazine_of(magazine->entries), magazine);
        depot_put_empty(&depot, magazine);
        depot_trim(&depot, 0);
        assert_int_equal(depot.metadata, 0);
    }
}

TEST(the_magazine_pushed_last_is_popped_first)
{
    struct depot depot = {0};
    struct magazine *first = filled(&depot, 3, 1);
    struct magazine *second = filled(&depot, 5, 10);
    depot_push(&depot, first, 3);
    depot_push(&depot, second, 5);
    assert_int_equal(depot.entries, 8);
    assert_ptr_equal(depot_pop(&depot), second);
    assert_int_equal(second->count, 5);
    assert_int_equal(depot.entries, 3);
    assert_ptr_equal(depot_pop(&depot), first);
    assert_int_equal(depot.entries, 0);
    assert_null(depot_pop(&depot));
    depot_put_empty(&depot, first);
    depot_put_empty(&depot, second);
    drain(&depot);
}

TEST(single_entries_come_out_most_recently_freed_first)
{
    struct depot depot = {0};
    depot_push(&depot, filled(&depot, 3, 1), 3);  /* 1 2 3 */
    depot_push(&depot, filled(&depot, 2, 10), 2); /* 10 11 */
    const uintptr_t expected[] = {11, 10, 3, 2, 1};
    for (size_t i = 0; i < COUNT_OF(expected); i++) {
        assert_ptr_equal(depot_take_one(&depot), fake_pointer(expected[i]));
        assert_int_equal(depot.entries, COUNT_OF(expected) - 1 - i);
    }
    assert_null(depot_take_one(&depot));
    drain(&depot);
}

TEST(a_magazine_emptied_one_by_one_serves_again)
{
    struct depot depot = {0};
    struct magazine *magazine = filled(&depot, 2, 1);
    depot_push(&depot, magazine, 2);
    (void)depot_take_one(&depot);
    assert_null(depot.empty);
    (void)depot_take_one(&depot);
    assert_null(depot.full);
    assert_ptr_equal(depot_take_empty(&depot, 2), magazine);
    depot_put_empty(&depot, magazine);
    drain(&depot);
}

TEST(an_empty_magazine_that_is_too_small_is_replaced)
{
    struct depot depot = {0};
    struct magazine *small = depot_take_empty(&depot, 4);
    depot_put_empty(&depot, small);
    struct magazine *large = depot_take_empty(&depot, 500);
    assert_true(large->room >= 500);
    assert_int_equal(depot.metadata, meta_size(sizeof(*large) + large->room * sizeof(void *)));
    assert_null(depot.empty);
    depot_put_empty(&depot, large);
    assert_ptr_equal(depot_take_empty(&depot, 4), large); /* more room than asked is fine */
    depot_put_empty(&depot, large);
    drain(&depot);
}

TEST(without_memory_there_is_no_new_magazine_but_old_ones_serve)
{
    struct depot depot = {0};
    struct magazine *old = depot_take_empty(&depot, 10);
    depot_put_empty(&depot, old);
    no_memory = true;
    assert_ptr_equal(depot_take_empty(&depot, 10), old);
    assert_null(depot_take_empty(&depot, 10));
    no_memory = false;
    depot_put_empty(&depot, old);
    drain(&depot);
}

TEST(a_trim_frees_empty_magazines_and_no_entry)
{
    struct depot depot = {0};
    struct magazine *full = filled(&depot, 4, 1);
    depot_push(&depot, full, 4);
    depot_put_empty(&depot, depot_take_empty(&depot, 100));
    depot_trim(&depot, 0);
    assert_null(depot.empty);
    assert_int_equal(depot.entries, 4);
    assert_int_equal(depot.metadata, meta_size(sizeof(*full) + full->room * sizeof(void *)));
    assert_ptr_equal(depot_pop(&depot), full);
    depot_put_empty(&depot, full);
    drain(&depot);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_empty_depot_has_nothing),
        cmocka_unit_test(a_magazine_has_at_least_the_room_asked_for_and_is_counted_as_metadata),
        cmocka_unit_test(the_magazine_pushed_last_is_popped_first),
        cmocka_unit_test(single_entries_come_out_most_recently_freed_first),
        cmocka_unit_test(a_magazine_emptied_one_by_one_serves_again),
        cmocka_unit_test(an_empty_magazine_that_is_too_small_is_replaced),
        cmocka_unit_test(without_memory_there_is_no_new_magazine_but_old_ones_serve),
        cmocka_unit_test(a_trim_frees_empty_magazines_and_no_entry),
    };
    return RUN_TESTS(tests);
}
