/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* ExAllocateFromLookasideListEx and ExFreeToLookasideListEx: entries, counters, routines.
 *
 * Caught: each of the four counters left out, > instead of >= at the depth, a depth that is a
 * constant, flags kept from the routine. */
#include "backing.h"
#include "check.h"

#define TAG 'tseT'
#define SIZE 64

static LOOKASIDE_LIST_EX list;

/* One list over the backing of backing.h. Beginning and end of most checks below. */
static void begin(void)
{
    backing_reset();
    (void)!ExInitializeLookasideListEx(&list, backing_allocate_ex, backing_free_ex, PagedPool, 0,
                                       SIZE, TAG, 0);
}

static void end(void)
{
    ExDeleteLookasideListEx(&list);
}

static void take(PVOID *entries, ULONG count)
{
    for (ULONG i = 0; i < count; i++) {
        entries[i] = ExAllocateFromLookasideListEx(&list);
    }
}

static void give(PVOID *entries, ULONG count)
{
    for (ULONG i = 0; i < count; i++) {
        ExFreeToLookasideListEx(&list, entries[i]);
    }
}

#define EXPECT_COUNTERS(allocates, allocate_misses, frees, free_misses)                            \
    do {                                                                                           \
        EXPECT_EQ(list.L.TotalAllocates, allocates);                                               \
        EXPECT_EQ(list.L.AllocateMisses, allocate_misses);                                         \
        EXPECT_EQ(list.L.TotalFrees, frees);                                                       \
        EXPECT_EQ(list.L.FreeMisses, free_misses);                                                 \
    } while (0)

CHECK(ex_alloc_counts_allocations_and_misses,
      "3.1 Each allocation counts; one from an empty list is a miss, too")
{
    PVOID entries[3];
    begin();
    take(entries, 3);
    EXPECT_COUNTERS(3, 3, 0, 0);
    give(entries, 3);
    take(entries, 2);
    EXPECT_COUNTERS(5, 3, 3, 0);
    give(entries, 2);
    end();
}

CHECK(ex_free_counts_frees_and_misses,
      "3.2 Each free counts; one at the list's depth is a miss, too")
{
    PVOID entries[6];
    begin();
    take(entries, 6);
    give(entries, 4);
    EXPECT_COUNTERS(6, 6, 4, 0);
    give(entries + 4, 2);
    EXPECT_COUNTERS(6, 6, 6, 2);
    end();
}

CHECK(ex_eight_out_and_back, "3.2 Each free counts; one at the list's depth is a miss, too")
{
    PVOID entries[8];
    begin();
    take(entries, 8);
    give(entries, 8);
    EXPECT_COUNTERS(8, 8, 8, 4);
    EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 4);
    end();
}

CHECK(ex_list_is_a_stack, "3.3 The entry freed last is handed out first")
{
    PVOID entries[4];
    begin();
    take(entries, 4);
    give(entries, 4);
    for (ULONG i = 4; i-- > 0;) {
        EXPECT_POINTER(ExAllocateFromLookasideListEx(&list), entries[i]);
    }
    give(entries, 4);
    end();
}

CHECK(ex_alloc_tells_the_routine,
      "3.4 An empty list asks the allocate routine, with its type, size and tag")
{
    begin();
    PVOID entry = ExAllocateFromLookasideListEx(&list);
    EXPECT_EQ(backing.allocations, 1);
    EXPECT_EQ(backing.type, PagedPool);
    EXPECT_EQ(backing.size, SIZE);
    EXPECT_EQ(backing.tag, TAG);
    EXPECT_POINTER(backing.allocate_list, &list);
    ExFreeToLookasideListEx(&list, entry);
    end();
}

CHECK(ex_alloc_routine_sees_the_flags, "3.5 The routine's pool type carries what the flags added")
{
    static const ULONG bits[] = {0, POOL_RAISE_IF_ALLOCATION_FAILURE,
                                 POOL_QUOTA_FAIL_INSTEAD_OF_RAISE};
    for (ULONG flags = 0; flags < 3; flags++) {
        backing_reset();
        if (EXPECT_STATUS(ExInitializeLookasideListEx(&list, backing_allocate_ex, backing_free_ex,
                                                      WORLD_NONPAGED_NX, flags, SIZE, TAG, 0),
                          STATUS_SUCCESS)) {
            ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
            EXPECT_EQ(backing.type, (ULONG)WORLD_NONPAGED_NX | bits[flags]);
            end();
        }
    }
}

CHECK(ex_alloc_returns_the_routines_block,
      "3.6 What the routine returns is returned as it is, past the list")
{
    begin();
    PVOID entry = ExAllocateFromLookasideListEx(&list);
    EXPECT_POINTER(entry, backing.given);
    EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 0);
    EXPECT_EQ(list.L.TotalFrees, 0);
    ExFreeToLookasideListEx(&list, entry);
    end();
}

CHECK(ex_alloc_leaves_the_new_block_alone,
      "3.6 What the routine returns is returned as it is, past the list")
{
    begin();
    PUCHAR block = ExAllocatePoolWithTag(NonPagedPool, SIZE, BACKING_TAG);
    ULONG changed = 0;
    if (EXPECT(block != NULL)) {
        RtlFillMemory(block, SIZE, 0x5A);
        backing.hand_out = block;
        EXPECT_POINTER(ExAllocateFromLookasideListEx(&list), block);
        for (ULONG i = 0; i < SIZE; i++) {
            changed += block[i] != 0x5A;
        }
        EXPECT_EQ(changed, 0);
        ExFreeToLookasideListEx(&list, block);
    }
    end();
}

CHECK(ex_alloc_does_not_ask_while_entries_are_cached,
      "3.7 While entries are cached, no routine is called")
{
    PVOID entries[4];
    begin();
    take(entries, 4);
    give(entries, 4);
    for (ULONG i = 0; i < 100; i++) {
        ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
    }
    EXPECT_EQ(backing.allocations, 4);
    EXPECT_EQ(backing.frees, 0);
    EXPECT_COUNTERS(104, 4, 104, 0);
    end();
}

CHECK(ex_alloc_fails_with_null, "3.8 A failed allocation is NULL and counts as allocation and miss")
{
    begin();
    backing.fail = TRUE;
    EXPECT_POINTER(ExAllocateFromLookasideListEx(&list), NULL);
    EXPECT_POINTER(ExAllocateFromLookasideListEx(&list), NULL);
    EXPECT_COUNTERS(2, 2, 0, 0);
    end();
}

CHECK(ex_alloc_recovers_from_failure,
      "3.8 A failed allocation is NULL and counts as allocation and miss")
{
    begin();
    backing.fail = TRUE;
    EXPECT_POINTER(ExAllocateFromLookasideListEx(&list), NULL);
    backing.fail = FALSE;
    PVOID entry = ExAllocateFromLookasideListEx(&list);
    if (EXPECT(entry != NULL)) {
        ExFreeToLookasideListEx(&list, entry);
    }
    EXPECT_COUNTERS(2, 2, 1, 0);
    end();
}

static VOID NTAPI allocate_one(PVOID argument)
{
    *(PVOID *)argument = ExAllocateFromLookasideListEx(&list);
}

CHECK(ex_alloc_lets_exceptions_pass,
      "3.9 What the routine raises passes through, after both counters moved")
{
    PVOID entry = NULL;
    begin();
    backing.raise = STATUS_INSUFFICIENT_RESOURCES;
    EXPECT_STATUS(world_catch(allocate_one, &entry), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_POINTER(entry, NULL);
    EXPECT_COUNTERS(1, 1, 0, 0);
    end();
}

CHECK(ex_alloc_works_after_an_exception,
      "3.9 What the routine raises passes through, after both counters moved")
{
    PVOID entry = NULL;
    begin();
    backing.raise = STATUS_QUOTA_EXCEEDED;
    EXPECT_STATUS(world_catch(allocate_one, &entry), STATUS_QUOTA_EXCEEDED);
    backing.raise = STATUS_SUCCESS;
    EXPECT_STATUS(world_catch(allocate_one, &entry), STATUS_SUCCESS);
    if (EXPECT(entry != NULL)) {
        ExFreeToLookasideListEx(&list, entry);
    }
    EXPECT_COUNTERS(2, 2, 1, 0);
    end();
}

CHECK(ex_free_tells_the_routine,
      "3.10 A free that misses gives the entry and the list to the free routine")
{
    PVOID entries[5];
    begin();
    take(entries, 5);
    give(entries, 4);
    EXPECT_EQ(backing.frees, 0);
    give(entries + 4, 1);
    EXPECT_EQ(backing.frees, 1);
    EXPECT_POINTER(backing.freed[0], entries[4]);
    EXPECT_POINTER(backing.free_list, &list);
    end();
}

CHECK(ex_free_compares_with_the_depth_field, "3.11 Depth is read from its field at each free")
{
    PVOID entries[8];
    begin();
    take(entries, 8);
    list.L.Depth = 6;
    give(entries, 8);
    EXPECT_COUNTERS(8, 8, 8, 2);
    EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 6);
    end();
}

CHECK(ex_lowered_depth_gives_nothing_back, "3.12 Lowering Depth gives nothing back by itself")
{
    PVOID entries[5];
    begin();
    take(entries, 5);
    give(entries, 4);
    list.L.Depth = 1;
    EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 4);
    give(entries + 4, 1);
    EXPECT_EQ(backing.frees, 1);
    EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 4);
    end();
}

CHECK(ex_depth_0_caches_nothing, "3.13 With Depth 0 every call reaches the routines")
{
    PVOID entries[3];
    begin();
    list.L.Depth = 0;
    list.L.MaximumDepth = 0xFFFF;
    for (ULONG i = 0; i < 2; i++) {
        take(entries, 3);
        give(entries, 3);
    }
    EXPECT_COUNTERS(6, 6, 6, 6);
    EXPECT_EQ(backing.allocations, 6);
    EXPECT_EQ(backing.frees, 6);
    end();
}

CHECK(ex_content_survives, "3.14 A cached entry keeps its content, but for the first pointer")
{
    begin();
    PUCHAR entry = ExAllocateFromLookasideListEx(&list);
    ULONG changed = 0;
    if (EXPECT(entry != NULL)) {
        for (ULONG i = 0; i < SIZE; i++) {
            entry[i] = (UCHAR)(i * 3 + 1);
        }
        ExFreeToLookasideListEx(&list, entry);
        EXPECT_POINTER(ExAllocateFromLookasideListEx(&list), entry);
        for (ULONG i = sizeof(PVOID); i < SIZE; i++) {
            changed += entry[i] != (UCHAR)(i * 3 + 1);
        }
        EXPECT_EQ(changed, 0);
        ExFreeToLookasideListEx(&list, entry);
    }
    end();
}

CHECK(ex_first_word_is_the_link, "3.15 The first pointer of a cached entry links to the one below")
{
    PVOID entries[2];
    begin();
    take(entries, 2);
    *(PVOID *)entries[0] = &list;
    *(PVOID *)entries[1] = &list;
    give(entries, 2);
    EXPECT_POINTER(world_peek(entries[0]), NULL);
    EXPECT_POINTER(world_peek(entries[1]), entries[0]);
    end();
}

CHECK(ex_counters_wrap, "3.16 Counters have 32 bits and wrap")
{
    begin();
    list.L.TotalAllocates = 0xFFFFFFFF;
    list.L.AllocateMisses = 0xFFFFFFFF;
    list.L.TotalFrees = 0xFFFFFFFF;
    ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
    EXPECT_COUNTERS(0, 0, 0, 0);
    end();
}

CHECK(ex_lists_are_independent, "3.17 A list knows nothing of another")
{
    static LOOKASIDE_LIST_EX other;
    begin();
    if (EXPECT_STATUS(ExInitializeLookasideListEx(&other, backing_allocate_ex, backing_free_ex,
                                                  PagedPool, 0, SIZE, TAG, 0),
                      STATUS_SUCCESS)) {
        ExFreeToLookasideListEx(&other, ExAllocateFromLookasideListEx(&other));
        EXPECT_COUNTERS(0, 0, 0, 0);
        EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 0);
        PVOID entry = ExAllocateFromLookasideListEx(&list);
        EXPECT_EQ(ExQueryDepthSList(&other.L.ListHead), 1);
        ExFreeToLookasideListEx(&list, entry);
        ExDeleteLookasideListEx(&other);
    }
    end();
}

CHECK(ex_default_routines_work, "3.18 The default routines are the pool's")
{
    PVOID entries[8];
    ULONG misaligned = 0;
    if (EXPECT_STATUS(
            ExInitializeLookasideListEx(&list, NULL, NULL, WORLD_NONPAGED_NX, 0, 24, TAG, 0),
            STATUS_SUCCESS)) {
        take(entries, 8);
        for (ULONG i = 0; i < 8; i++) {
            misaligned += entries[i] == NULL || (ULONG_PTR)entries[i] % 16 != 0;
        }
        EXPECT_EQ(misaligned, 0);
        give(entries, 8);
        EXPECT_COUNTERS(8, 8, 8, 4);
        end();
    }
}

CHECK(ex_custom_allocate_with_default_free,
      "3.19 One routine may be the driver's and the other the pool's")
{
    PVOID entries[5];
    backing_reset();
    if (EXPECT_STATUS(ExInitializeLookasideListEx(&list, backing_allocate_ex, NULL, PagedPool, 0,
                                                  SIZE, TAG, 0),
                      STATUS_SUCCESS)) {
        take(entries, 5);
        EXPECT_EQ(backing.allocations, 5);
        give(entries, 5); /* the pool takes a block of another tag back */
        EXPECT_COUNTERS(5, 5, 5, 1);
        end();
        EXPECT_EQ(backing.frees, 0);
    }
}

CHECK(ex_default_allocate_with_custom_free,
      "3.19 One routine may be the driver's and the other the pool's")
{
    PVOID entries[5];
    backing_reset();
    if (EXPECT_STATUS(ExInitializeLookasideListEx(&list, NULL, backing_free_ex, PagedPool, 0, SIZE,
                                                  BACKING_TAG, 0),
                      STATUS_SUCCESS)) {
        take(entries, 5);
        give(entries, 5);
        EXPECT_EQ(backing.frees, 1);
        end();
        EXPECT_EQ(backing.frees, 5);
    }
}

CHECK(ex_use_at_dispatch_level,
      "3.20 Entries of a nonpaged list may be taken and given at DISPATCH_LEVEL")
{
    PVOID entries[6];
    KIRQL old;
    if (EXPECT_STATUS(
            ExInitializeLookasideListEx(&list, NULL, NULL, WORLD_NONPAGED_NX, 0, SIZE, TAG, 0),
            STATUS_SUCCESS)) {
        KeRaiseIrql(DISPATCH_LEVEL, &old);
        take(entries, 6);
        give(entries, 6);
        KeLowerIrql(old);
        EXPECT_COUNTERS(6, 6, 6, 2);
        end();
    }
}

CHECK(ex_routines_run_at_the_callers_irql, "3.21 Routines run at the caller's IRQL")
{
    KIRQL old;
    begin();
    KeRaiseIrql(APC_LEVEL, &old);
    PVOID entry = ExAllocateFromLookasideListEx(&list);
    EXPECT_EQ(backing.irql, APC_LEVEL);
    KeLowerIrql(old);
    backing.irql = HIGH_LEVEL;
    list.L.Depth = 0;
    ExFreeToLookasideListEx(&list, entry);
    EXPECT_EQ(backing.irql, PASSIVE_LEVEL);
    end();
}

/* An allocate routine with state of its own around the list. */
struct surroundings {
    ULONG before;
    LOOKASIDE_LIST_EX list;
    ULONG calls;
};

static PVOID NTAPI allocate_in_surroundings(POOL_TYPE type, SIZE_T size, ULONG tag,
                                            PLOOKASIDE_LIST_EX member)
{
    CONTAINING_RECORD(member, struct surroundings, list)->calls++;
    return ExAllocatePoolWithTag(type, size, tag);
}

CHECK(ex_routines_find_their_context, "3.22 A routine finds its context around the list")
{
    static struct surroundings around;
    RtlZeroMemory(&around, sizeof around);
    if (EXPECT_STATUS(ExInitializeLookasideListEx(&around.list, allocate_in_surroundings, NULL,
                                                  PagedPool, 0, SIZE, TAG, 0),
                      STATUS_SUCCESS)) {
        ExFreeToLookasideListEx(&around.list, ExAllocateFromLookasideListEx(&around.list));
        EXPECT_EQ(around.calls, 1);
        ExDeleteLookasideListEx(&around.list);
    }
}

CHECK_TABLE(list_ex_use_checks) = {
    ENTRY(ex_alloc_counts_allocations_and_misses),
    ENTRY(ex_free_counts_frees_and_misses),
    ENTRY(ex_eight_out_and_back),
    ENTRY(ex_list_is_a_stack),
    ENTRY(ex_alloc_tells_the_routine),
    ENTRY(ex_alloc_routine_sees_the_flags),
    ENTRY(ex_alloc_returns_the_routines_block),
    ENTRY(ex_alloc_leaves_the_new_block_alone),
    ENTRY(ex_alloc_does_not_ask_while_entries_are_cached),
    ENTRY(ex_alloc_fails_with_null),
    ENTRY(ex_alloc_recovers_from_failure),
    ENTRY(ex_alloc_lets_exceptions_pass),
    ENTRY(ex_alloc_works_after_an_exception),
    ENTRY(ex_free_tells_the_routine),
    ENTRY(ex_free_compares_with_the_depth_field),
    ENTRY(ex_lowered_depth_gives_nothing_back),
    ENTRY(ex_depth_0_caches_nothing),
    ENTRY(ex_content_survives),
    ENTRY(ex_first_word_is_the_link),
    ENTRY(ex_counters_wrap),
    ENTRY(ex_lists_are_independent),
    ENTRY(ex_default_routines_work),
    ENTRY(ex_custom_allocate_with_default_free),
    ENTRY(ex_default_allocate_with_custom_free),
    ENTRY(ex_use_at_dispatch_level),
    ENTRY(ex_routines_run_at_the_callers_irql),
    ENTRY(ex_routines_find_their_context),
    CHECK_TABLE_END,
};
