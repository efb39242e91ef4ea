/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: trim gives back what is not needed, keeps what it is told to, says how many bytes went
 * back to the system, and after a burst nearly everything goes. Caught: a trim that forgot the
 * empty slabs. */
#include "cmocka_test.h"
#include "counting_backing.h"

#include <stdlib.h>

enum { SIZE = 64 };

/* Takes count entries, writes into each, and gives them all back. */
static void burst(lookaside_list *list, size_t count)
{
    void **entries = malloc(count * sizeof(*entries));
    take(list, entries, count);
    for (size_t i = 0; i < count; i++) {
        memset(entries[i], 1, SIZE);
    }
    give(list, entries, count);
    free(entries);
}

/* Fills the list's cache with a few hundred entries. */
static void fill_cache(lookaside_list *list)
{
    for (size_t round = 0; round < 100; round++) {
        burst(list, 400);
    }
}

TEST(trim_to_0_empties_the_cache)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, NULL);
    fill_cache(&list);
    lookaside_statistics before = check_laws(&list, "full");
    assert_status(lookaside_trim(&list, 0, NULL), LOOKASIDE_OK);
    lookaside_statistics after = check_laws(&list, "trimmed");
    assert_int_equal(after.current_depth, 0);
    assert_int_equal(after.free_misses, before.free_misses);
    assert_int_equal(after.flushed, before.flushed + before.current_depth);
    destroy_checked(&list);
}

TEST(trim_keeps_as_many_cached_entries_as_it_is_told)
{
    const size_t keeps[] = {1000000, 100, 17, 1, 0};
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, NULL);
    fill_cache(&list);
    for (size_t i = 0; i < COUNT_OF(keeps); i++) {
        uint64_t before = check_laws(&list, "before").current_depth;
        assert_status(lookaside_trim(&list, keeps[i], NULL), LOOKASIDE_OK);
        uint64_t expected = before < keeps[i] ? before : keeps[i];
        assert_int_equal(check_laws(&list, "trimmed").current_depth, expected);
    }
    destroy_checked(&list);
}

TEST(released_says_how_much_of_the_process_went_back_to_the_system)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, NULL);
    assert_status(lookaside_trim(&list, 0, NULL), LOOKASIDE_OK); /* what earlier lists left */
    burst(&list, 100000);
    uint64_t mapped_before = check_laws(&list, "before").mapped_bytes;
    size_t size_before = mapped_bytes();
    size_t released = 12345;
    assert_status(lookaside_trim(&list, 0, &released), LOOKASIDE_OK);
    size_t size_after = mapped_bytes();
    /* Not to the byte: records shrink too, and memory never touched may go with the rest. */
    uint64_t less = mapped_before - check_laws(&list, "trimmed").mapped_bytes;
    assert_in_range(released, less - less / 10, less + less / 10);
    if (!UNDER_SANITIZER) {
        assert_in_range(size_before - size_after, released, 2 * released);
    }
    assert_status(lookaside_trim(&list, 0, &released), LOOKASIDE_OK);
    assert_int_equal(released, 0);
    destroy_checked(&list);
}

TEST(after_a_burst_95_percent_of_the_memory_goes_back_to_the_system)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, NULL);
    const size_t count = 500000;
    void **entries = calloc(count, sizeof(*entries));
    memset(entries, 1, count * sizeof(*entries));
    size_t start = resident_bytes();
    take(&list, entries, count);
    for (size_t i = 0; i < count; i++) {
        memset(entries[i], 1, SIZE);
    }
    size_t grown = resident_bytes() - start;
    uint64_t mapped = statistics_of(&list).mapped_bytes;
    give(&list, entries, count);
    assert_status(lookaside_trim(&list, 0, NULL), LOOKASIDE_OK);
    assert_true(statistics_of(&list).mapped_bytes <= mapped / 20);
    if (!UNDER_SANITIZER) {
        assert_true(grown >= count * SIZE);
        assert_true(resident_bytes() <= start + grown / 20);
    }
    free(entries);
    destroy_checked(&list);
}

TEST(trim_spares_the_entries_that_are_out)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, NULL);
    enum { COUNT = 50000, STEP = 1000 };
    static void *entries[COUNT];
    take(&list, entries, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
        mark_entry(entries[i], SIZE, i);
    }
    for (size_t i = 0; i < COUNT; i++) {
        if (i % STEP != 0) {
            lookaside_free(&list, entries[i]);
        }
    }
    assert_status(lookaside_trim(&list, 0, NULL), LOOKASIDE_OK);
    assert_int_equal(check_laws(&list, "trimmed").live_entries, COUNT / STEP);
    for (size_t i = 0; i < COUNT; i += STEP) {
        check_entry(entries[i], SIZE, i);
        lookaside_free(&list, entries[i]);
    }
    destroy_checked(&list);
}

TEST(trim_calls_the_free_callback)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, &options);
    void *entries[4];
    take(&list, entries, 4);
    give(&list, entries, 4);
    assert_status(lookaside_trim(&list, 1, NULL), LOOKASIDE_OK);
    assert_int_equal(backing.freed, 3);
    assert_int_equal(check_laws(&list, "trimmed").current_depth, 1);
    destroy_checked(&list);
}

TEST(trim_of_no_list_says_so)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    size_t released = 0;
    assert_status(lookaside_trim(NULL, 0, &released), LOOKASIDE_NULL_ARGUMENT);
    assert_status(lookaside_trim(&list, 0, &released), LOOKASIDE_NOT_INITIALIZED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(trim_to_0_empties_the_cache),
        cmocka_unit_test(trim_keeps_as_many_cached_entries_as_it_is_told),
        cmocka_unit_test(released_says_how_much_of_the_process_went_back_to_the_system),
        cmocka_unit_test(after_a_burst_95_percent_of_the_memory_goes_back_to_the_system),
        cmocka_unit_test(trim_spares_the_entries_that_are_out),
        cmocka_unit_test(trim_calls_the_free_callback),
        cmocka_unit_test(trim_of_no_list_says_so),
    };
    return RUN_TESTS(tests);
}
