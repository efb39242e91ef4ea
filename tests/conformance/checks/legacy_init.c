/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* ExInitializeNPagedLookasideList and ExInitializePagedLookasideList refuse nothing: what they make
 * of their arguments.
 *
 * Caught: a depth that is taken, a size that is raised, flags that are filtered, a free routine
 * that needs an allocate routine beside it. */
#include "legacy_family.h"

CHECK_BOTH(init_makes_an_empty_list,
           "5.1 A new legacy list is empty, its counters are 0, its depth is 4")
{
    RtlFillMemory(family->list, sizeof *family->list, 0xA5);
    legacy_begin(family);
    EXPECT_EQ(ExQueryDepthSList(&family->list->ListHead), 0);
    EXPECT_EQ(family->list->Depth, 4);
    EXPECT_LEGACY_COUNTERS(0, 0, 0, 0);
    EXPECT_EQ(family->list->LastTotalAllocates, 0);
    EXPECT_EQ(family->list->LastAllocateMisses, 0);
    family->end();
}

CHECK_BOTH(init_ignores_depth, "5.2 The depth of a legacy list is ignored: its maximum is 256")
{
    static const USHORT depths[] = {0, 4, 77, 1024, 0xFFFF};
    for (ULONG i = 0; i < RTL_NUMBER_OF(depths); i++) {
        family->initialize(NULL, NULL, 0, LEGACY_SIZE, LEGACY_TAG, depths[i]);
        EXPECT_EQ(family->list->MaximumDepth, 256);
        EXPECT_EQ(family->list->Depth, 4);
        family->end();
    }
}

CHECK_BOTH(init_stores_flags_in_the_type,
           "5.3 The flags of a legacy list go into its type as they are")
{
    static const ULONG flags[] = {0, POOL_RAISE_IF_ALLOCATION_FAILURE, WORLD_NX_ALLOCATION,
                                  WORLD_NX_ALLOCATION | POOL_RAISE_IF_ALLOCATION_FAILURE};
    for (ULONG i = 0; i < RTL_NUMBER_OF(flags); i++) {
        family->initialize(NULL, NULL, flags[i], LEGACY_SIZE, LEGACY_TAG, 0);
        EXPECT_EQ(family->list->Type, (ULONG)family->base | flags[i]);
        family->end();
    }
}

CHECK_BOTH(init_keeps_sizes, "5.4 The size of a legacy list is kept exactly")
{
    static const ULONG sizes[] = {8, 9, 24, 100000};
    for (ULONG i = 0; i < RTL_NUMBER_OF(sizes); i++) {
        family->initialize(NULL, NULL, 0, sizes[i], LEGACY_TAG, 0);
        EXPECT_EQ(family->list->Size, sizes[i]);
        family->end();
    }
}

CHECK_BOTH(init_keeps_small_sizes, "5.5 Even a size below 8 is neither raised nor refused")
{
    family->initialize(backing_allocate, backing_free, 0, 4, LEGACY_TAG, 0);
    EXPECT_EQ(family->list->Size, 4);
    family->end();
}

CHECK_BOTH(init_stores_the_tag, "5.6 The tag of a legacy list is stored, not looked at")
{
    family->initialize(NULL, NULL, 0, LEGACY_SIZE, 'derF', 0);
    EXPECT_EQ(family->list->Tag, 0x64657246);
    family->end();
    family->initialize(NULL, NULL, 0, LEGACY_SIZE, 0, 0);
    EXPECT_EQ(family->list->Tag, 0);
    family->end();
}

CHECK_BOTH(init_stores_the_routines, "5.7 The routines of a legacy list are stored in it")
{
    legacy_begin(family);
    EXPECT_POINTER(family->list->Allocate, backing_allocate);
    EXPECT_POINTER(family->list->Free, backing_free);
    family->end();
}

CHECK_BOTH(init_stores_the_pool_routines,
           "5.8 The defaults are the pool's ExAllocatePoolWithTag and ExFreePool")
{
    family->initialize(NULL, NULL, 0, LEGACY_SIZE, LEGACY_TAG, 0);
    EXPECT_POINTER(family->list->Allocate, ExAllocatePoolWithTag);
    EXPECT_POINTER(family->list->Free, ExFreePool);
    family->end();
    family->initialize(backing_allocate, NULL, 0, LEGACY_SIZE, LEGACY_TAG, 0);
    EXPECT_POINTER(family->list->Allocate, backing_allocate);
    EXPECT_POINTER(family->list->Free, ExFreePool);
    family->end();
    family->initialize(NULL, backing_free, 0, LEGACY_SIZE, LEGACY_TAG, 0);
    EXPECT_POINTER(family->list->Allocate, ExAllocatePoolWithTag);
    EXPECT_POINTER(family->list->Free, backing_free);
    family->end();
}

CHECK_BOTH(init_allocates_nothing, "5.9 Initialising a legacy list allocates nothing")
{
    legacy_begin(family);
    EXPECT_EQ(backing.allocations, 0);
    family->end();
    EXPECT_EQ(backing.frees, 0);
}

CHECK_BOTH(init_at_the_highest_irql,
           "5.10 Nonpaged lists work up to DISPATCH_LEVEL, paged ones up to APC_LEVEL")
{
    KIRQL old;
    KeRaiseIrql(family->highest_irql, &old);
    legacy_begin(family);
    EXPECT_EQ(family->list->MaximumDepth, 256);
    family->end();
    KeLowerIrql(old);
}

CHECK_BOTH(init_again_after_delete,
           "5.11 The storage of a deleted legacy list may be initialised again")
{
    for (ULONG i = 0; i < 3; i++) {
        legacy_begin(family);
        family->give(family->take());
        EXPECT_LEGACY_COUNTERS(1, 1, 1, 0);
        family->end();
    }
}

CHECK(npaged_and_paged_are_in_the_sets_of_ex_lists,
      "5.12 Legacy and Ex lists of a kind are in one set")
{
    static LOOKASIDE_LIST_EX ex;
    static const struct family *const families[] = {&npaged_family, &paged_family};
    for (ULONG i = 0; i < RTL_NUMBER_OF(families); i++) {
        const struct family *family = families[i];
        (void)!ExInitializeLookasideListEx(&ex, NULL, NULL, family->base, 0, LEGACY_SIZE,
                                           LEGACY_TAG, 0);
        legacy_begin(family);
        EXPECT_POINTER(ex.L.ListEntry.Flink, &family->list->ListEntry);
        family->end();
        ExDeleteLookasideListEx(&ex);
    }
}

CHECK_TABLE(legacy_init_checks) = {
    ENTRY_BOTH(init_makes_an_empty_list),
    ENTRY_BOTH(init_ignores_depth),
    ENTRY_BOTH(init_stores_flags_in_the_type),
    ENTRY_BOTH(init_keeps_sizes),
    ENTRY_BOTH(init_keeps_small_sizes),
    ENTRY_BOTH(init_stores_the_tag),
    ENTRY_BOTH(init_stores_the_routines),
    ENTRY_BOTH(init_stores_the_pool_routines),
    ENTRY_BOTH(init_allocates_nothing),
    ENTRY_BOTH(init_at_the_highest_irql),
    ENTRY_BOTH(init_again_after_delete),
    ENTRY(npaged_and_paged_are_in_the_sets_of_ex_lists),
    CHECK_TABLE_END,
};
