/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: construct runs once for an entry that comes from the backing, destruct once when it
 * goes back, and in between nothing is written into the entry. Caught: an entry that construct
 * refused and nobody put back. */
#include "cmocka_test.h"
#include "counting_backing.h"

enum { SIZE = 48 };

/* Fills the whole entry; a cached entry must keep it to the first byte. */
static int fill(void *entry, lookaside_list *list, void *context)
{
    memset(entry, 0xc7, SIZE);
    return backing_construct(entry, list, context);
}

static void expect_filled(const void *entry)
{
    unsigned char expected[SIZE];
    memset(expected, 0xc7, SIZE);
    assert_memory_equal(entry, expected, SIZE);
}

static lookaside_options constructing(struct backing *backing)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.construct = fill;
    options.destruct = backing_destruct;
    options.context = backing;
    return options;
}

TEST(an_entry_stays_constructed_while_the_list_has_it)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = constructing(&backing);
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, &options);
    void *entries[200];
    for (size_t round = 0; round < 50; round++) {
        take(&list, entries, COUNT_OF(entries));
        for (size_t i = 0; i < COUNT_OF(entries); i++) {
            expect_filled(entries[i]);
        }
        give(&list, entries, COUNT_OF(entries));
        lookaside_statistics s = check_laws(&list, "round");
        assert_int_equal(backing.constructed, s.allocate_misses);
        assert_int_equal(backing.destructed, s.free_misses);
    }
    destroy_checked(&list);
    assert_int_equal(backing.constructed, backing.destructed);
}

TEST(flush_and_trim_destruct_what_they_give_back)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = constructing(&backing);
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, &options);
    void *entries[4];
    take(&list, entries, 4);
    give(&list, entries, 4);
    assert_int_equal(backing.destructed, 0);
    assert_status(lookaside_trim(&list, 3, NULL), LOOKASIDE_OK);
    assert_int_equal(backing.destructed, 1);
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    assert_int_equal(backing.destructed, 4);
    destroy_checked(&list);
    assert_int_equal(backing.destructed, 4);
}

TEST(construct_is_told_list_and_context_and_wraps_the_callbacks)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    options.construct = fill;
    options.destruct = backing_destruct;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, &options);
    void *entry = lookaside_alloc(&list);
    assert_ptr_equal(backing.list, &list);
    assert_int_equal(backing.allocated, 1);
    assert_int_equal(backing.constructed, 1);
    lookaside_free(&list, entry);
    destroy_checked(&list);
    assert_int_equal(backing.destructed, 1);
    assert_int_equal(backing.freed, 1);
}

TEST(a_refused_entry_goes_back_to_the_backing_undestructed)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED, .refusals = 1};
    lookaside_options options = backing_options(&backing);
    options.construct = backing_construct;
    options.destruct = backing_destruct;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, &options);
    assert_null(lookaside_alloc(&list));
    assert_int_equal(backing.allocated, 1);
    assert_int_equal(backing.freed, 1);
    assert_int_equal(backing.destructed, 0);
    lookaside_statistics s = check_laws(&list, "refused");
    assert_int_equal(s.allocate_failures, 1);
    assert_int_equal(s.last_failure, LOOKASIDE_CONSTRUCT_FAILED);
    assert_int_equal(s.total_allocates + s.allocate_misses + s.total_frees + s.free_misses, 0);

    void *entry = lookaside_alloc(&list);
    assert_non_null(entry);
    lookaside_free(&list, entry);
    destroy_checked(&list);
    assert_int_equal(backing.allocated, backing.freed);
}

TEST(a_refused_slab_entry_is_not_lost)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = constructing(&backing);
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, &options);
    lookaside_free(&list, lookaside_alloc(&list));
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    uint64_t mapped = statistics_of(&list).mapped_bytes;
    backing.refusals = 100000;
    for (size_t i = 0; i < 100000; i++) {
        assert_null(lookaside_alloc(&list));
    }
    assert_int_equal(check_laws(&list, "refused").mapped_bytes, mapped);
    destroy_checked(&list);
}

TEST(bulk_stops_at_the_entry_that_construct_refuses)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = constructing(&backing);
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, &options);
    void *entries[10];
    backing.refusals = 1000000;
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 10), 0);
    backing.refusals = 0;
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 10), 10);
    assert_int_equal(backing.constructed, 10);
    lookaside_free_bulk(&list, entries, 10);
    destroy_checked(&list);
    assert_int_equal(backing.destructed, 10);
}

TEST(without_a_cache_every_call_constructs_and_destructs)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = constructing(&backing);
    options.cache = LOOKASIDE_CACHE_NONE;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, &options);
    for (uint64_t i = 1; i <= 10; i++) {
        lookaside_free(&list, lookaside_alloc(&list));
        assert_int_equal(backing.constructed, i);
        assert_int_equal(backing.destructed, i);
    }
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_stays_constructed_while_the_list_has_it),
        cmocka_unit_test(flush_and_trim_destruct_what_they_give_back),
        cmocka_unit_test(construct_is_told_list_and_context_and_wraps_the_callbacks),
        cmocka_unit_test(a_refused_entry_goes_back_to_the_backing_undestructed),
        cmocka_unit_test(a_refused_slab_entry_is_not_lost),
        cmocka_unit_test(bulk_stops_at_the_entry_that_construct_refuses),
        cmocka_unit_test(without_a_cache_every_call_constructs_and_destructs),
    };
    return RUN_TESTS(tests);
}
