/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside_alloc, lookaside_free and the bulk calls: what they give, and the faults they find. */
#include "api.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;
static PLOOKASIDE_LIST_EX native = &list.native;

API_CHECK(api_kernel_numbers, "A.30 The counters are the kernel's: four out and in are four misses")
{
    OPEN(&list, NULL);
    api_fill(&list, 4);
    EXPECT_EQ(native->L.TotalAllocates, 4);
    EXPECT_EQ(native->L.AllocateMisses, 4);
    EXPECT_EQ(native->L.TotalFrees, 4);
    EXPECT_EQ(native->L.FreeMisses, 0);
    api_fill(&list, 4);
    EXPECT_EQ(native->L.TotalAllocates, 8);
    EXPECT_EQ(native->L.AllocateMisses, 4);
    CLOSE(&list);
}

API_CHECK(api_frees_beyond_the_depth, "A.31 What is freed beyond the depth goes to the backing")
{
    lookaside_options options = api_options(TRUE);
    OPEN(&list, &options);
    api_fill(&list, 7);
    EXPECT_EQ(api_backing.frees, 3);
    EXPECT_EQ(native->L.FreeMisses, 3);
    EXPECT_EQ(api_query(&list).current_depth, 4);
    CLOSE(&list);
}

API_CHECK(api_entries_are_a_stack, "A.32 The entry freed last is handed out first, aligned to 16")
{
    void *entries[4];
    OPEN(&list, NULL);
    EXPECT_EQ(lookaside_alloc_bulk(&list, entries, 4), 4);
    for (ULONG i = 0; i < 4; i++) {
        EXPECT_EQ((ULONG_PTR)entries[i] % 16, 0);
        lookaside_free(&list, entries[i]);
    }
    for (ULONG i = 4; i-- > 0;) {
        EXPECT_POINTER(lookaside_alloc(&list), entries[i]);
    }
    lookaside_free_bulk(&list, entries, 4);
    CLOSE(&list);
}

API_CHECK(api_contents_last, "A.33 A cached entry keeps its bytes but the first 8")
{
    OPEN(&list, NULL);
    UCHAR *entry = lookaside_alloc(&list);
    RtlFillMemory(entry, API_SIZE, 0x5A);
    lookaside_free(&list, entry);
    UCHAR *again = lookaside_alloc(&list);
    EXPECT_POINTER(again, entry);
    ULONG changed = 0;
    for (ULONG i = 8; i < API_SIZE; i++) {
        changed += again[i] != 0x5A;
    }
    EXPECT_EQ(changed, 0);
    lookaside_free(&list, again);
    CLOSE(&list);
}

API_CHECK(api_free_null, "A.34 Freeing NULL does nothing")
{
    OPEN(&list, NULL);
    lookaside_free(&list, NULL);
    EXPECT_EQ(native->L.TotalFrees, 0);
    EXPECT_EQ(api_told.bugchecks, 0);
    CLOSE(&list);
}

API_CHECK(api_no_cache, "A.35 A list without a cache passes everything to the backing")
{
    lookaside_options options = api_options(TRUE);
    options.cache = LOOKASIDE_CACHE_NONE;
    OPEN(&list, &options);
    api_fill(&list, 5);
    EXPECT_EQ(api_backing.allocations, 5);
    EXPECT_EQ(api_backing.frees, 5);
    EXPECT_EQ(native->L.Depth, 0);
    EXPECT_EQ(native->L.MaximumDepth, 0xFFFF);
    EXPECT_EQ(api_query(&list).cache, LOOKASIDE_CACHE_NONE);
    CLOSE(&list);
}

API_CHECK(api_used_before_init, "A.36 Use before lookaside_init is bugcheck NOT_INITIALIZED")
{
    UCHAR block[32];
    RtlZeroMemory(&list, sizeof list);
    EXPECT_POINTER(lookaside_alloc(&list), NULL);
    EXPECT_EQ(api_told.code, LOOKASIDE_BUGCHECK_NOT_INITIALIZED);
    EXPECT_POINTER(api_told.list, &list);
    EXPECT_POINTER(api_told.entry, NULL);
    EXPECT_POINTER(api_told.context, &api_told);
    lookaside_free(&list, block);
    EXPECT_EQ(api_told.bugchecks, 2);
    EXPECT_POINTER(api_told.entry, block);
    EXPECT_EQ(lookaside_alloc_bulk(&list, NULL, 1), 0);
    EXPECT_POINTER(lookaside_backing_allocate(&list), NULL);
    lookaside_backing_free(&list, block);
    EXPECT_EQ(api_told.bugchecks, 5);
}

API_CHECK(api_used_after_destroy, "A.37 Use after lookaside_destroy is bugcheck USED_AFTER_DESTROY")
{
    OPEN(&list, NULL);
    CLOSE(&list);
    EXPECT_POINTER(lookaside_alloc(&list), NULL);
    EXPECT_EQ(api_told.code, LOOKASIDE_BUGCHECK_USED_AFTER_DESTROY);
    EXPECT_EQ(native->L.TotalAllocates, 0);
}

API_CHECK(api_moved_list, "A.38 A list that was moved or overwritten is bugcheck CORRUPTED_LIST")
{
    static lookaside_list moved;
    OPEN(&list, NULL);
    moved = list;
    EXPECT_POINTER(lookaside_alloc(&moved), NULL);
    EXPECT_EQ(api_told.code, LOOKASIDE_BUGCHECK_CORRUPTED_LIST);
    EXPECT_EQ(lookaside_destroy(&moved), LOOKASIDE_NOT_INITIALIZED);
    RtlFillMemory(&moved, sizeof moved, 0xCC);
    EXPECT_POINTER(lookaside_alloc(&moved), NULL);
    EXPECT_EQ(api_told.bugchecks, 2);
    CLOSE(&list);
}

API_CHECK(api_misaligned_free,
          "A.39 Freeing what is not aligned to 16 is bugcheck INTERIOR_POINTER")
{
    OPEN(&list, NULL);
    UCHAR *entry = lookaside_alloc(&list);
    lookaside_free(&list, entry + 8);
    EXPECT_EQ(api_told.code, LOOKASIDE_BUGCHECK_INTERIOR_POINTER);
    EXPECT_POINTER(api_told.entry, entry + 8);
    EXPECT_EQ(native->L.TotalFrees, 0);
    lookaside_free(&list, entry);
    CLOSE(&list);
}

API_CHECK(api_more_frees_than_entries,
          "A.40 A list that counts finds a free of nothing: DOUBLE_FREE")
{
    lookaside_options options = api_options(FALSE);
    options.flags = LOOKASIDE_COUNT_OUTSTANDING;
    OPEN(&list, &options);
    void *entry = lookaside_alloc(&list);
    lookaside_free(&list, entry);
    lookaside_free(&list, entry);
    EXPECT_EQ(api_told.code, LOOKASIDE_BUGCHECK_DOUBLE_FREE);
    EXPECT_POINTER(api_told.entry, entry);
    EXPECT_EQ(api_query(&list).current_depth, 1);
    EXPECT_EQ(api_query(&list).live_entries, 0);
    entry = lookaside_alloc(&list);
    EXPECT_EQ(lookaside_destroy(&list), LOOKASIDE_IN_USE);
    lookaside_free(&list, entry);
    CLOSE(&list);
}

static BOOLEAN contains(const CHAR *text, const CHAR *words)
{
    for (; *text != '\0'; text++) {
        ULONG i = 0;
        while (words[i] != '\0' && words[i] == text[i]) {
            i++;
        }
        if (words[i] == '\0') {
            return TRUE;
        }
    }
    return FALSE;
}

API_CHECK(api_bugcheck_sentence, "A.41 A bugcheck's sentence tells code, fault, name and tag")
{
    lookaside_options options = api_options(FALSE);
    options.name = "contexts";
    OPEN(&list, &options);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_DOUBLE_FREE, &list, &list);
    EXPECT(contains(api_told.sentence, "lookaside: bugcheck 0x13: the entry was freed twice"));
    EXPECT(contains(api_told.sentence, "list \"contexts\", tag \"Api1\", 0x"));
    EXPECT(contains(api_told.sentence, "; entry 0x"));
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_NOT_INITIALIZED, NULL, NULL);
    EXPECT(contains(api_told.sentence, "(no list)"));
    CLOSE(&list);
}

API_CHECK(api_bulk, "A.42 Bulk calls are many single ones; NULLs among the freed are ignored")
{
    void *entries[6];
    OPEN(&list, NULL);
    EXPECT_EQ(lookaside_alloc_bulk(&list, entries, 6), 6);
    EXPECT_EQ(native->L.TotalAllocates, 6);
    void *kept = entries[2];
    entries[2] = NULL;
    lookaside_free_bulk(&list, entries, 6);
    EXPECT_EQ(native->L.TotalFrees, 5);
    lookaside_free(&list, kept);
    EXPECT_EQ(lookaside_alloc_bulk(&list, entries, 0), 0);
    EXPECT_EQ(api_told.bugchecks, 0);
    CLOSE(&list);
}

API_CHECK(api_bulk_takes_what_there_is,
          "A.43 lookaside_alloc_bulk takes what can be had, never raises")
{
    void *entries[6];
    lookaside_options options = api_options(TRUE);
    options.flags = LOOKASIDE_RAISE_ON_FAIL | LOOKASIDE_COUNT_OUTSTANDING;
    api_backing.fail_after = 4;
    OPEN(&list, &options);
    EXPECT_EQ(lookaside_alloc_bulk(&list, entries, 6), 3);
    EXPECT_EQ(api_told.raises, 0);
    lookaside_statistics s = api_query(&list);
    EXPECT_EQ(s.live_entries, 3);
    EXPECT_EQ(s.total_allocates, 3);
    EXPECT_EQ(s.allocate_failures, 1);
    EXPECT_EQ(s.last_failure, LOOKASIDE_ALLOCATE_FAILED);
    lookaside_free_bulk(&list, entries, 3);
    CLOSE(&list);
}

API_CHECK(api_dispatch_level, "A.44 Nonpaged lists work at DISPATCH_LEVEL")
{
    KIRQL old;
    lookaside_options options = api_options(TRUE);
    OPEN(&list, &options);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    api_fill(&list, 6);
    lookaside_status flushed = lookaside_flush(&list);
    lookaside_status reserved = lookaside_reserve(&list, 2);
    lookaside_status trimmed = lookaside_trim(&list, 0, NULL);
    lookaside_statistics s = api_query(&list);
    KeLowerIrql(old);
    EXPECT_EQ(flushed, LOOKASIDE_OK);
    EXPECT_EQ(reserved, LOOKASIDE_OK);
    EXPECT_EQ(trimmed, LOOKASIDE_OK);
    EXPECT_EQ(s.total_allocates, 8);
    CLOSE(&list);
}

CHECK_TABLE(api_entries_checks) = {
    ENTRY(api_kernel_numbers),
    ENTRY(api_frees_beyond_the_depth),
    ENTRY(api_entries_are_a_stack),
    ENTRY(api_contents_last),
    ENTRY(api_free_null),
    ENTRY(api_no_cache),
    ENTRY(api_used_before_init),
    ENTRY(api_used_after_destroy),
    ENTRY(api_moved_list),
    ENTRY(api_misaligned_free),
    ENTRY(api_more_frees_than_entries),
    ENTRY(api_bugcheck_sentence),
    ENTRY(api_bulk),
    ENTRY(api_bulk_takes_what_there_is),
    ENTRY(api_dispatch_level),
    CHECK_TABLE_END,
};
