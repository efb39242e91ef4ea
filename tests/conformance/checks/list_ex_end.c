/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* ExFlushLookasideListEx and ExDeleteLookasideListEx, and the set of all lists.
 *
 * Caught: a flush that pops entry by entry, one that counts, one that reads Next too late, a delete
 * that leaves the set last. */
#include "backing.h"
#include "check.h"

#define TAG 'tseT'
#define SIZE 64

static LOOKASIDE_LIST_EX list;
static PVOID cached[4]; /* by fill(), in the order in which they were freed */

static NTSTATUS initialize(PLOOKASIDE_LIST_EX which, POOL_TYPE type)
{
    return ExInitializeLookasideListEx(which, backing_allocate_ex, backing_free_ex, type, 0, SIZE,
                                       TAG, 0);
}

/* A list of the backing with four cached entries. */
static void begin(void)
{
    backing_reset();
    (void)!initialize(&list, PagedPool);
    for (ULONG i = 0; i < 4; i++) {
        cached[i] = ExAllocateFromLookasideListEx(&list);
    }
    for (ULONG i = 0; i < 4; i++) {
        ExFreeToLookasideListEx(&list, cached[i]);
    }
}

#define EXPECT_FREED_LIFO()                                                                        \
    do {                                                                                           \
        EXPECT_EQ(backing.frees, 4);                                                               \
        for (ULONG i = 0; i < 4; i++) {                                                            \
            EXPECT_POINTER(backing.freed[i], cached[3 - i]);                                       \
        }                                                                                          \
    } while (0)

#define EXPECT_UNCHANGED_COUNTERS()                                                                \
    do {                                                                                           \
        EXPECT_EQ(list.L.TotalAllocates, 4);                                                       \
        EXPECT_EQ(list.L.AllocateMisses, 4);                                                       \
        EXPECT_EQ(list.L.TotalFrees, 4);                                                           \
        EXPECT_EQ(list.L.FreeMisses, 0);                                                           \
        EXPECT_EQ(list.L.Depth, 4);                                                                \
    } while (0)

CHECK(ex_flush_frees_everything,
      "4.1 Flush gives each cached entry to the free routine, the last freed first")
{
    begin();
    ExFlushLookasideListEx(&list);
    EXPECT_FREED_LIFO();
    EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 0);
    ExDeleteLookasideListEx(&list);
}

CHECK(ex_flush_tells_the_list,
      "4.1 Flush gives each cached entry to the free routine, the last freed first")
{
    begin();
    ExFlushLookasideListEx(&list);
    EXPECT_POINTER(backing.free_list, &list);
    ExDeleteLookasideListEx(&list);
}

CHECK(ex_flush_moves_no_counter, "4.2 Flush moves no counter and no depth")
{
    begin();
    ExFlushLookasideListEx(&list);
    EXPECT_UNCHANGED_COUNTERS();
    ExDeleteLookasideListEx(&list);
}

CHECK(ex_flush_leaves_the_list_usable, "4.3 A flushed list is used as before")
{
    begin();
    ExFlushLookasideListEx(&list);
    PVOID entry = ExAllocateFromLookasideListEx(&list);
    EXPECT_EQ(list.L.AllocateMisses, 5);
    ExFreeToLookasideListEx(&list, entry);
    EXPECT_POINTER(ExAllocateFromLookasideListEx(&list), entry);
    EXPECT_EQ(list.L.AllocateMisses, 5);
    ExFreeToLookasideListEx(&list, entry);
    ExDeleteLookasideListEx(&list);
}

CHECK(ex_flush_of_nothing, "4.4 Flush of an empty list calls nothing")
{
    begin();
    ExFlushLookasideListEx(&list);
    ExFlushLookasideListEx(&list);
    EXPECT_EQ(backing.frees, 4);
    ExDeleteLookasideListEx(&list);
    EXPECT_EQ(backing.frees, 4);
}

CHECK(ex_flush_takes_all_at_once, "4.5 Flush takes the whole chain before it frees the first entry")
{
    begin();
    backing.watched = &list.L.ListHead;
    backing.depth_seen = 99;
    ExFlushLookasideListEx(&list);
    EXPECT_EQ(backing.depth_seen, 0);
    ExDeleteLookasideListEx(&list);
}

/* A free routine that puts each entry back where it came from, once. */
static ULONG put_back;

static VOID NTAPI put_back_once(PVOID entry, PLOOKASIDE_LIST_EX from)
{
    if (put_back > 0) {
        put_back--;
        ExFreeToLookasideListEx(from, entry);
    } else {
        ExFreePoolWithTag(entry, TAG);
    }
}

CHECK(ex_flush_ends_whatever_the_routine_does,
      "4.5 Flush takes the whole chain before it frees the first entry")
{
    PVOID entries[3];
    put_back = 3;
    if (EXPECT_STATUS(
            ExInitializeLookasideListEx(&list, NULL, put_back_once, PagedPool, 0, SIZE, TAG, 0),
            STATUS_SUCCESS)) {
        for (ULONG i = 0; i < 3; i++) {
            entries[i] = ExAllocateFromLookasideListEx(&list);
        }
        for (ULONG i = 0; i < 3; i++) {
            ExFreeToLookasideListEx(&list, entries[i]);
        }
        ExFlushLookasideListEx(&list);
        EXPECT_EQ(put_back, 0);
        EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 3);
        ExDeleteLookasideListEx(&list);
    }
}

CHECK(ex_flush_leaves_what_is_out, "4.6 Neither flush nor delete knows of entries that are out")
{
    begin();
    PUCHAR entry = ExAllocateFromLookasideListEx(&list);
    RtlFillMemory(entry, SIZE, 0x5A);
    ExFlushLookasideListEx(&list);
    EXPECT_EQ(backing.frees, 3);
    EXPECT_EQ(entry[0], 0x5A);
    ExDeleteLookasideListEx(&list);
    EXPECT_EQ(backing.frees, 3);
    EXPECT_EQ(entry[SIZE - 1], 0x5A);
    ExFreePoolWithTag(entry, BACKING_TAG);
}

CHECK(ex_flush_with_default_routines, "4.7 Flush and delete free to the pool by default")
{
    PVOID entries[4];
    if (EXPECT_STATUS(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, SIZE, TAG, 0),
                      STATUS_SUCCESS)) {
        for (ULONG i = 0; i < 4; i++) {
            entries[i] = ExAllocateFromLookasideListEx(&list);
        }
        for (ULONG i = 0; i < 4; i++) {
            ExFreeToLookasideListEx(&list, entries[i]);
        }
        ExFlushLookasideListEx(&list);
        EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 0);
        ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
        ExDeleteLookasideListEx(&list);
    }
}

CHECK(ex_delete_frees_everything,
      "4.8 Delete gives each cached entry to the free routine, the last freed first")
{
    begin();
    ExDeleteLookasideListEx(&list);
    EXPECT_FREED_LIFO();
    EXPECT_POINTER(backing.free_list, &list);
}

CHECK(ex_delete_moves_no_counter, "4.9 Delete moves no counter and no depth")
{
    begin();
    ExDeleteLookasideListEx(&list);
    EXPECT_UNCHANGED_COUNTERS();
}

CHECK(ex_delete_of_an_unused_list, "4.10 A list that was never used may be deleted")
{
    backing_reset();
    if (EXPECT_STATUS(initialize(&list, PagedPool), STATUS_SUCCESS)) {
        ExDeleteLookasideListEx(&list);
    }
    EXPECT_EQ(backing.frees, 0);
}

CHECK(ex_flush_and_delete_at_dispatch_level,
      "4.11 A nonpaged list may be flushed and deleted at DISPATCH_LEVEL")
{
    KIRQL old;
    backing_reset();
    if (EXPECT_STATUS(initialize(&list, WORLD_NONPAGED_NX), STATUS_SUCCESS)) {
        ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        ExFlushLookasideListEx(&list);
        ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
        ExDeleteLookasideListEx(&list);
        KeLowerIrql(old);
        EXPECT_EQ(backing.frees, 2);
    }
}

/* ---- The set of all lists ---- */

static LOOKASIDE_LIST_EX first;
static LOOKASIDE_LIST_EX second;
static LOOKASIDE_LIST_EX third;

CHECK(ex_init_appends_to_the_set,
      "4.12 A new list is appended to the set of its kind, paged or nonpaged")
{
    static const POOL_TYPE types[] = {PagedPool, NonPagedPool};
    for (ULONG i = 0; i < RTL_NUMBER_OF(types); i++) {
        RtlZeroMemory(&first, sizeof first);
        RtlZeroMemory(&second, sizeof second);
        (void)!initialize(&first, types[i]);
        (void)!initialize(&third, types[1 - i]);
        (void)!initialize(&second, types[i]);
        EXPECT_POINTER(first.L.ListEntry.Flink, &second.L.ListEntry);
        EXPECT_POINTER(second.L.ListEntry.Blink, &first.L.ListEntry);
        ExDeleteLookasideListEx(&second);
        ExDeleteLookasideListEx(&third);
        ExDeleteLookasideListEx(&first);
    }
}

CHECK(ex_delete_closes_the_gap, "4.13 Delete takes the list out of the set")
{
    RtlZeroMemory(&first, sizeof first);
    (void)!initialize(&first, PagedPool);
    (void)!initialize(&second, PagedPool);
    (void)!initialize(&third, PagedPool);
    ExDeleteLookasideListEx(&second);
    EXPECT_POINTER(first.L.ListEntry.Flink, &third.L.ListEntry);
    ExDeleteLookasideListEx(&third);
    ExDeleteLookasideListEx(&first);
}

static PLIST_ENTRY seen_behind_first;

static VOID NTAPI look_behind_first(PVOID entry, PLOOKASIDE_LIST_EX from)
{
    UNREFERENCED_PARAMETER(from);
    seen_behind_first = first.L.ListEntry.Flink;
    ExFreePoolWithTag(entry, TAG);
}

CHECK(ex_delete_unlinks_before_it_frees,
      "4.14 Delete takes the list out of the set before it frees the entries")
{
    RtlZeroMemory(&first, sizeof first);
    seen_behind_first = NULL;
    (void)!initialize(&first, PagedPool);
    (void)!ExInitializeLookasideListEx(&second, NULL, look_behind_first, PagedPool, 0, SIZE, TAG,
                                       0);
    (void)!initialize(&third, PagedPool);
    ExFreeToLookasideListEx(&second, ExAllocateFromLookasideListEx(&second));
    ExDeleteLookasideListEx(&second);
    EXPECT_POINTER(seen_behind_first, &third.L.ListEntry);
    ExDeleteLookasideListEx(&third);
    ExDeleteLookasideListEx(&first);
}

CHECK_TABLE(list_ex_end_checks) = {
    ENTRY(ex_flush_frees_everything),
    ENTRY(ex_flush_tells_the_list),
    ENTRY(ex_flush_moves_no_counter),
    ENTRY(ex_flush_leaves_the_list_usable),
    ENTRY(ex_flush_of_nothing),
    ENTRY(ex_flush_takes_all_at_once),
    ENTRY(ex_flush_ends_whatever_the_routine_does),
    ENTRY(ex_flush_leaves_what_is_out),
    ENTRY(ex_flush_with_default_routines),
    ENTRY(ex_delete_frees_everything),
    ENTRY(ex_delete_moves_no_counter),
    ENTRY(ex_delete_of_an_unused_list),
    ENTRY(ex_flush_and_delete_at_dispatch_level),
    ENTRY(ex_init_appends_to_the_set),
    ENTRY(ex_delete_closes_the_gap),
    ENTRY(ex_delete_unlinks_before_it_frees),
    CHECK_TABLE_END,
};
