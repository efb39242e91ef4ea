/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What is cached, changed on purpose: lookaside_flush, lookaside_trim, lookaside_reserve. */
#include "api.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;
static PLOOKASIDE_LIST_EX native = &list.native;

API_CHECK(api_flush_gives_all_back, "A.70 lookaside_flush gives all back, last freed first")
{
    void *entries[3];
    lookaside_options options = api_options(TRUE);
    OPEN(&list, &options);
    EXPECT_EQ(lookaside_alloc_bulk(&list, entries, 3), 3);
    lookaside_free_bulk(&list, entries, 3);
    EXPECT_EQ(lookaside_flush(&list), LOOKASIDE_OK);
    EXPECT_EQ(api_backing.frees, 3);
    for (ULONG i = 0; i < 3; i++) {
        EXPECT_POINTER(api_backing.freed[i], entries[2 - i]);
    }
    EXPECT_EQ(api_query(&list).current_depth, 0);
    CLOSE(&list);
}

API_CHECK(api_flush_moves_no_counter, "A.71 Flush and trim move no counter of the kernel's")
{
    OPEN(&list, NULL);
    api_fill(&list, 4);
    EXPECT_EQ(lookaside_trim(&list, 2, NULL), LOOKASIDE_OK);
    EXPECT_EQ(lookaside_flush(&list), LOOKASIDE_OK);
    EXPECT_EQ(native->L.TotalAllocates, 4);
    EXPECT_EQ(native->L.TotalFrees, 4);
    EXPECT_EQ(native->L.AllocateMisses, 4);
    EXPECT_EQ(native->L.FreeMisses, 0);
    EXPECT_EQ(native->L.Depth, 4);
    EXPECT_EQ(api_query(&list).flushed, 4);
    CLOSE(&list);
}

API_CHECK(api_list_is_usable_after_flush, "A.72 A flushed list stays usable")
{
    OPEN(&list, NULL);
    api_fill(&list, 4);
    EXPECT_EQ(lookaside_flush(&list), LOOKASIDE_OK);
    EXPECT_EQ(lookaside_flush(&list), LOOKASIDE_OK);
    api_fill(&list, 2);
    EXPECT_EQ(api_query(&list).current_depth, 2);
    EXPECT_EQ(api_query(&list).allocate_misses, 6);
    CLOSE(&list);
}

API_CHECK(api_trim_keeps, "A.73 lookaside_trim keeps what it is told and says what went")
{
    size_t released = 99;
    lookaside_options options = api_options(TRUE);
    OPEN(&list, &options);
    api_fill(&list, 4);
    EXPECT_EQ(lookaside_trim(&list, 1, &released), LOOKASIDE_OK);
    EXPECT_EQ(released, 3 * API_SIZE);
    EXPECT_EQ(api_backing.frees, 3);
    EXPECT_EQ(api_query(&list).current_depth, 1);
    EXPECT_EQ(lookaside_trim(&list, 100, &released), LOOKASIDE_OK);
    EXPECT_EQ(released, 0);
    EXPECT_EQ(api_query(&list).current_depth, 1);
    CLOSE(&list);
}

API_CHECK(api_reserved_allocations_cannot_fail,
          "A.74 After lookaside_reserve(n), n allocations cannot fail")
{
    void *entries[20];
    lookaside_options options = api_options(TRUE);
    OPEN(&list, &options);
    EXPECT_EQ(lookaside_reserve(&list, 20), LOOKASIDE_OK);
    EXPECT_EQ(api_backing.allocations, 20);
    api_backing.fail_after = 1;
    EXPECT_EQ(lookaside_alloc_bulk(&list, entries, 20), 20);
    EXPECT_POINTER(lookaside_alloc(&list), NULL);
    lookaside_free_bulk(&list, entries, 20);
    CLOSE(&list);
    EXPECT_EQ(api_backing.blocks, 0);
}

API_CHECK(api_reserve_raises_the_depth,
          "A.75 A reserve raises the depth, so that what is freed stays")
{
    OPEN(&list, NULL);
    EXPECT_EQ(lookaside_reserve(&list, 20), LOOKASIDE_OK);
    EXPECT_EQ(native->L.Depth, 20);
    api_fill(&list, 20);
    EXPECT_EQ(native->L.FreeMisses, 0);
    EXPECT_EQ(api_query(&list).current_depth, 20);
    CLOSE(&list);
}

API_CHECK(api_reserve_does_not_add,
          "A.76 A second reserve does not add to the first; 0 changes nothing")
{
    lookaside_options options = api_options(TRUE);
    OPEN(&list, &options);
    EXPECT_EQ(lookaside_reserve(&list, 8), LOOKASIDE_OK);
    EXPECT_EQ(lookaside_reserve(&list, 6), LOOKASIDE_OK);
    EXPECT_EQ(lookaside_reserve(&list, 0), LOOKASIDE_OK);
    EXPECT_EQ(api_backing.allocations, 8);
    EXPECT_EQ(api_query(&list).current_depth, 8);
    EXPECT_EQ(lookaside_reserve(&list, 10), LOOKASIDE_OK);
    EXPECT_EQ(api_backing.allocations, 10);
    CLOSE(&list);
}

API_CHECK(api_reserve_too_much, "A.77 A reserve beyond the maximum depth is NOT_SUPPORTED")
{
    lookaside_options options = api_options(TRUE);
    options.maximum_depth = 32;
    OPEN(&list, &options);
    EXPECT_EQ(lookaside_reserve(&list, 33), LOOKASIDE_NOT_SUPPORTED);
    EXPECT_EQ(api_backing.allocations, 0);
    EXPECT_EQ(native->L.Depth, 4);
    EXPECT_EQ(lookaside_reserve(&list, 32), LOOKASIDE_OK);
    EXPECT_EQ(native->L.Depth, 32);
    CLOSE(&list);
}

API_CHECK(api_failed_reserve, "A.78 A reserve that fails puts back what it took")
{
    lookaside_options options = api_options(TRUE);
    options.flags = LOOKASIDE_RAISE_ON_FAIL;
    OPEN(&list, &options);
    api_fill(&list, 2);
    api_backing.fail_after = 6;
    EXPECT_EQ(lookaside_reserve(&list, 10), LOOKASIDE_ALLOCATE_FAILED);
    EXPECT_EQ(api_told.raises, 0);
    EXPECT_EQ(api_query(&list).current_depth, 2);
    EXPECT_EQ(api_backing.blocks, 2);
    EXPECT_EQ(native->L.Depth, 4);
    CLOSE(&list);
}

API_CHECK(api_reserve_without_a_cache, "A.79 A list without a cache can be reserved for, once")
{
    void *entries[3];
    lookaside_options options = api_options(TRUE);
    options.cache = LOOKASIDE_CACHE_NONE;
    OPEN(&list, &options);
    EXPECT_EQ(lookaside_reserve(&list, 3), LOOKASIDE_OK);
    EXPECT_EQ(native->L.Depth, 0);
    api_backing.fail_after = 1;
    EXPECT_EQ(lookaside_alloc_bulk(&list, entries, 3), 3);
    lookaside_free_bulk(&list, entries, 3);
    EXPECT_EQ(api_backing.frees, 3);
    CLOSE(&list);
}

CHECK_TABLE(api_cached_checks) = {
    ENTRY(api_flush_gives_all_back),
    ENTRY(api_flush_moves_no_counter),
    ENTRY(api_list_is_usable_after_flush),
    ENTRY(api_trim_keeps),
    ENTRY(api_reserved_allocations_cannot_fail),
    ENTRY(api_reserve_raises_the_depth),
    ENTRY(api_reserve_does_not_add),
    ENTRY(api_reserve_too_much),
    ENTRY(api_failed_reserve),
    ENTRY(api_reserve_without_a_cache),
    CHECK_TABLE_END,
};
