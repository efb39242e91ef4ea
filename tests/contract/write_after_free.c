/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: a free entry holds nothing of the library's, so that writing into it after the free
 * harms no list. Caught: a hit path that wrote into the freed entry. */
#include "cmocka_test.h"

#include <stdlib.h>

enum { SIZE = 48, MOST = 40 };

static int by_address(const void *left, const void *right)
{
    uintptr_t a = *(const uintptr_t *)left;
    uintptr_t b = *(const uintptr_t *)right;
    return (a > b) - (a < b);
}

static void scribble(void **entries, size_t count, int byte)
{
    for (size_t i = 0; i < count; i++) {
        memset(entries[i], byte, SIZE);
    }
}

static void expect_distinct(void **entries, size_t count)
{
    qsort(entries, count, sizeof(*entries), by_address);
    for (size_t i = 1; i < count; i++) {
        assert_ptr_not_equal(entries[i], entries[i - 1]);
    }
}

/* Frees entries and writes into them while the list has them; then as many are taken again. One
 * entry of their slab stays out, so that their memory stays mapped. */
static void write_after_free(lookaside_cache cache, size_t count)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_list neighbour = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.cache = cache;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, &options);
    init_or_fail(&neighbour, SIZE, LOOKASIDE_PAGED, &options);
    void *kept = lookaside_alloc(&list);
    void *other = lookaside_alloc(&neighbour);
    mark_entry(other, SIZE, 1);
    void *entries[MOST];
    void *again[MOST];
    for (int round = 0; round < 100; round++) {
        take(&list, entries, count);
        give(&list, entries, count);
        scribble(entries, count, 0xff - round);
        check_laws(&list, "scribbled");
        take(&list, again, count);
        expect_distinct(again, count);
        scribble(again, count, round);
        give(&list, again, count);
    }
    check_entry(other, SIZE, 1);
    lookaside_free(&neighbour, other);
    lookaside_free(&list, kept);
    assert_status(lookaside_flush(&list), LOOKASIDE_OK);
    destroy_checked(&list);
    destroy_checked(&neighbour);
}

TEST(writing_into_cached_entries_harms_no_list)
{
    write_after_free(LOOKASIDE_CACHE_THREAD, 4);
    write_after_free(LOOKASIDE_CACHE_THREAD, MOST);
}

TEST(writing_into_entries_that_are_back_in_their_slab_harms_no_list)
{
    write_after_free(LOOKASIDE_CACHE_NONE, 4);
    write_after_free(LOOKASIDE_CACHE_NONE, MOST);
}

TEST(a_hit_neither_reads_nor_writes_the_entry)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, SIZE, LOOKASIDE_PAGED, NULL);
    unsigned char *entry = lookaside_alloc(&list);
    for (int round = 0; round < 100; round++) {
        memset(entry, round, SIZE);
        lookaside_free(&list, entry);
        assert_ptr_equal(lookaside_alloc(&list), entry);
        for (size_t i = 0; i < SIZE; i++) {
            assert_int_equal(entry[i], round);
        }
    }
    lookaside_free(&list, entry);
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(writing_into_cached_entries_harms_no_list),
        cmocka_unit_test(writing_into_entries_that_are_back_in_their_slab_harms_no_list),
        cmocka_unit_test(a_hit_neither_reads_nor_writes_the_entry),
    };
    return RUN_TESTS(tests);
}
