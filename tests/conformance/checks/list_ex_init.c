/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* ExInitializeLookasideListEx: what it refuses, in which order, and what a new list looks like.
 *
 * Caught: limits left out of the range of depths, the flags checked before the depth, a list that
 * is cleared first, a pool type with the raise bit. */
#include "backing.h"
#include "check.h"

#define TAG 'tseT'
#define NOT_A_DEPTH 1
#define NOT_FLAGS 4u
#define NOT_A_POOL_TYPE ((POOL_TYPE)3)
#define RAISE EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL
#define NO_RAISE EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE

static LOOKASIDE_LIST_EX list;

static NTSTATUS initialize(POOL_TYPE type, ULONG flags, USHORT depth)
{
    return ExInitializeLookasideListEx(&list, NULL, NULL, type, flags, 64, TAG, depth);
}

/* The list is initialised, shown to the caller's expectations, and deleted. */
#define WITH_LIST(initialized)                                                                     \
    for (int once = EXPECT_STATUS((initialized), STATUS_SUCCESS); once;                            \
         ExDeleteLookasideListEx(&list), once = 0)

CHECK(ex_init_depth_0_means_256, "2.1 Depth 0 makes the maximum depth 256")
{
    WITH_LIST(initialize(PagedPool, 0, 0))
    {
        EXPECT_EQ(list.L.MaximumDepth, 256);
    }
}

CHECK(ex_init_depth_is_taken, "2.2 Depth 256 to 1024 becomes the maximum depth")
{
    static const USHORT depths[] = {256, 257, 512, 1023, 1024};
    for (ULONG i = 0; i < RTL_NUMBER_OF(depths); i++) {
        WITH_LIST(initialize(PagedPool, 0, depths[i]))
        {
            EXPECT_EQ(list.L.MaximumDepth, depths[i]);
        }
    }
}

CHECK(ex_init_depth_does_not_set_the_present_depth,
      "2.2 Depth 256 to 1024 becomes the maximum depth")
{
    WITH_LIST(initialize(PagedPool, 0, 1024))
    {
        EXPECT_EQ(list.L.Depth, 4);
    }
}

CHECK(ex_init_refuses_small_depths, "2.3 Any other depth is STATUS_INVALID_PARAMETER_8")
{
    EXPECT_STATUS(initialize(PagedPool, 0, 1), STATUS_INVALID_PARAMETER_8);
    EXPECT_STATUS(initialize(PagedPool, 0, 4), STATUS_INVALID_PARAMETER_8);
    EXPECT_STATUS(initialize(PagedPool, 0, 255), STATUS_INVALID_PARAMETER_8);
}

CHECK(ex_init_refuses_large_depths, "2.3 Any other depth is STATUS_INVALID_PARAMETER_8")
{
    EXPECT_STATUS(initialize(PagedPool, 0, 1025), STATUS_INVALID_PARAMETER_8);
    EXPECT_STATUS(initialize(PagedPool, 0, 0x7FFF), STATUS_INVALID_PARAMETER_8);
    EXPECT_STATUS(initialize(PagedPool, 0, 0xFFFF), STATUS_INVALID_PARAMETER_8);
}

CHECK(ex_init_takes_each_flag, "2.4 Flags may be 0, 1 or 2")
{
    for (ULONG flags = 0; flags <= 2; flags++) {
        WITH_LIST(ExInitializeLookasideListEx(&list, backing_allocate_ex, backing_free_ex,
                                              PagedPool, flags, 64, TAG, 0))
        {
        }
    }
}

CHECK(ex_init_refuses_both_flags, "2.5 Both flags, or any other, are STATUS_INVALID_PARAMETER_5")
{
    EXPECT_STATUS(initialize(PagedPool, RAISE | NO_RAISE, 0), STATUS_INVALID_PARAMETER_5);
}

CHECK(ex_init_refuses_unknown_flags, "2.5 Both flags, or any other, are STATUS_INVALID_PARAMETER_5")
{
    for (ULONG bit = 2; bit < 32; bit++) {
        EXPECT_STATUS(initialize(PagedPool, 1u << bit, 0), STATUS_INVALID_PARAMETER_5);
        EXPECT_STATUS(initialize(PagedPool, RAISE | 1u << bit, 0), STATUS_INVALID_PARAMETER_5);
    }
}

CHECK(ex_init_takes_no_raise_without_routine, "2.6 No-raise is taken without an allocate routine")
{
    WITH_LIST(initialize(PagedPool, NO_RAISE, 0))
    {
        EXPECT_EQ(list.L.Type, 9);
    }
}

CHECK(ex_init_takes_every_pool_type, "2.7 A pool type has bits of 0x3E7, and not both lowest ones")
{
    static const USHORT types[] = {0,    1,    2,    4,     5,     6,     0x20,
                                   0x21, 0x40, 0x80, 0x100, 0x200, 0x201, 0x3E4};
    for (ULONG i = 0; i < RTL_NUMBER_OF(types); i++) {
        WITH_LIST(initialize((POOL_TYPE)types[i], 0, 0))
        {
            EXPECT_EQ(list.L.Type, types[i]);
        }
    }
}

CHECK(ex_init_refuses_pool_type_3, "2.8 Any other pool type is STATUS_INVALID_PARAMETER_4")
{
    EXPECT_STATUS(initialize((POOL_TYPE)3, 0, 0), STATUS_INVALID_PARAMETER_4);
    EXPECT_STATUS(initialize((POOL_TYPE)7, 0, 0), STATUS_INVALID_PARAMETER_4);
    EXPECT_STATUS(initialize((POOL_TYPE)35, 0, 0), STATUS_INVALID_PARAMETER_4);
    EXPECT_STATUS(initialize((POOL_TYPE)0x203, 0, 0), STATUS_INVALID_PARAMETER_4);
}

CHECK(ex_init_refuses_unknown_pool_bits, "2.8 Any other pool type is STATUS_INVALID_PARAMETER_4")
{
    for (ULONG bit = 10; bit < 31; bit++) {
        EXPECT_STATUS(initialize((POOL_TYPE)(1u << bit), 0, 0), STATUS_INVALID_PARAMETER_4);
        EXPECT_STATUS(initialize((POOL_TYPE)(1u << bit | 1u), 0, 0), STATUS_INVALID_PARAMETER_4);
    }
}

CHECK(ex_init_refuses_raise_and_quota_bits,
      "2.9 The raise and quota bits are not part of a pool type")
{
    EXPECT_STATUS(initialize((POOL_TYPE)(PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE), 0, 0),
                  STATUS_INVALID_PARAMETER_4);
    EXPECT_STATUS(initialize((POOL_TYPE)(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE), 0, 0),
                  STATUS_INVALID_PARAMETER_4);
}

CHECK(ex_init_checks_depth_before_flags, "2.10 Depth is checked first, then flags, then pool type")
{
    EXPECT_STATUS(initialize(PagedPool, NOT_FLAGS, NOT_A_DEPTH), STATUS_INVALID_PARAMETER_8);
}

CHECK(ex_init_checks_depth_before_pool_type,
      "2.10 Depth is checked first, then flags, then pool type")
{
    EXPECT_STATUS(initialize(NOT_A_POOL_TYPE, 0, NOT_A_DEPTH), STATUS_INVALID_PARAMETER_8);
}

CHECK(ex_init_checks_flags_before_pool_type,
      "2.10 Depth is checked first, then flags, then pool type")
{
    EXPECT_STATUS(initialize(NOT_A_POOL_TYPE, NOT_FLAGS, 0), STATUS_INVALID_PARAMETER_5);
}

CHECK(ex_init_writes_nothing_when_it_refuses, "2.11 A refused initialisation writes nothing")
{
    UCHAR *bytes = (UCHAR *)&list;
    ULONG changed = 0;
    RtlFillMemory(&list, sizeof list, 0xA5);
    EXPECT(!NT_SUCCESS(initialize(PagedPool, 0, NOT_A_DEPTH)));
    EXPECT(!NT_SUCCESS(initialize(PagedPool, NOT_FLAGS, 0)));
    EXPECT(!NT_SUCCESS(initialize(NOT_A_POOL_TYPE, 0, 0)));
    for (ULONG i = 0; i < sizeof list; i++) {
        changed += bytes[i] != 0xA5;
    }
    EXPECT_EQ(changed, 0);
}

CHECK(ex_init_flags_become_bits_of_the_type, "2.12 Raise adds 0x10 to the type, no-raise adds 8")
{
    WITH_LIST(initialize(PagedPool, 0, 0))
    {
        EXPECT_EQ(list.L.Type, PagedPool);
    }
    WITH_LIST(initialize(PagedPool, RAISE, 0))
    {
        EXPECT_EQ(list.L.Type, PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE);
    }
    WITH_LIST(initialize(WORLD_NONPAGED_NX, NO_RAISE, 0))
    {
        EXPECT_EQ(list.L.Type, WORLD_NONPAGED_NX | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
    }
}

static ULONG size_after_init(SIZE_T size)
{
    ULONG kept = 0xFFFFFFFF;
    if (NT_SUCCESS(ExInitializeLookasideListEx(&list, backing_allocate_ex, backing_free_ex,
                                               PagedPool, 0, size, TAG, 0))) {
        kept = list.L.Size;
        ExDeleteLookasideListEx(&list);
    }
    return kept;
}

CHECK(ex_init_raises_small_sizes, "2.13 A size below 8 becomes 8")
{
    EXPECT_EQ(size_after_init(0), 8);
    EXPECT_EQ(size_after_init(1), 8);
    EXPECT_EQ(size_after_init(4), 8);
    EXPECT_EQ(size_after_init(7), 8);
}

CHECK(ex_init_keeps_sizes, "2.14 Any other size is kept exactly")
{
    EXPECT_EQ(size_after_init(8), 8);
    EXPECT_EQ(size_after_init(9), 9);
    EXPECT_EQ(size_after_init(17), 17);
    EXPECT_EQ(size_after_init(100000), 100000);
}

CHECK(ex_init_keeps_32_bits_of_the_size, "2.15 A size is kept in 32 bits")
{
    EXPECT_EQ(size_after_init(((SIZE_T)1 << 32) + 64), 64);
}

CHECK(ex_init_stores_the_tag, "2.16 The tag is stored, not looked at")
{
    WITH_LIST(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 64, 'derF', 0))
    {
        EXPECT_EQ(list.L.Tag, 0x64657246);
    }
    WITH_LIST(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 64, 0, 0))
    {
        EXPECT_EQ(list.L.Tag, 0);
    }
}

CHECK(ex_init_makes_an_empty_list, "2.17 A new list is empty, its counters are 0, its depth is 4")
{
    RtlFillMemory(&list, sizeof list, 0xA5);
    WITH_LIST(initialize(PagedPool, 0, 0))
    {
        EXPECT_EQ(ExQueryDepthSList(&list.L.ListHead), 0);
        EXPECT_EQ(list.L.Depth, 4);
        EXPECT_EQ(list.L.TotalAllocates, 0);
        EXPECT_EQ(list.L.AllocateMisses, 0);
        EXPECT_EQ(list.L.TotalFrees, 0);
        EXPECT_EQ(list.L.FreeMisses, 0);
        EXPECT_EQ(list.L.LastTotalAllocates, 0);
        EXPECT_EQ(list.L.LastAllocateMisses, 0);
    }
}

CHECK(ex_init_leaves_future_alone, "2.18 Future is not cleared")
{
    RtlFillMemory(&list, sizeof list, 0xA5);
    WITH_LIST(initialize(PagedPool, 0, 0))
    {
        EXPECT_EQ(list.L.Future[0], 0xA5A5A5A5);
        EXPECT_EQ(list.L.Future[1], 0xA5A5A5A5);
    }
}

CHECK(ex_init_stores_the_routines, "2.19 The routines are stored in the list")
{
    WITH_LIST(ExInitializeLookasideListEx(&list, backing_allocate_ex, backing_free_ex, PagedPool, 0,
                                          64, TAG, 0))
    {
        EXPECT_POINTER(list.L.AllocateEx, backing_allocate_ex);
        EXPECT_POINTER(list.L.FreeEx, backing_free_ex);
    }
}

CHECK(ex_init_has_default_routines, "2.20 Each routine has a default of its own")
{
    WITH_LIST(initialize(PagedPool, 0, 0))
    {
        EXPECT(list.L.AllocateEx != NULL);
        EXPECT(list.L.FreeEx != NULL);
    }
    WITH_LIST(
        ExInitializeLookasideListEx(&list, backing_allocate_ex, NULL, PagedPool, 0, 64, TAG, 0))
    {
        EXPECT_POINTER(list.L.AllocateEx, backing_allocate_ex);
        EXPECT(list.L.FreeEx != NULL && list.L.FreeEx != backing_free_ex);
    }
    WITH_LIST(ExInitializeLookasideListEx(&list, NULL, backing_free_ex, PagedPool, 0, 64, TAG, 0))
    {
        EXPECT(list.L.AllocateEx != NULL && list.L.AllocateEx != backing_allocate_ex);
        EXPECT_POINTER(list.L.FreeEx, backing_free_ex);
    }
}

CHECK(ex_init_allocates_nothing, "2.21 Initialising allocates nothing")
{
    backing_reset();
    WITH_LIST(ExInitializeLookasideListEx(&list, backing_allocate_ex, backing_free_ex, PagedPool, 0,
                                          64, TAG, 0))
    {
        EXPECT_EQ(backing.allocations, 0);
    }
    EXPECT_EQ(backing.frees, 0);
}

CHECK(ex_init_at_dispatch_level, "2.22 A list may be initialised and deleted at DISPATCH_LEVEL")
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    WITH_LIST(initialize(WORLD_NONPAGED_NX, 0, 0))
    {
        EXPECT_EQ(list.L.MaximumDepth, 256);
    }
    KeLowerIrql(old);
}

CHECK(ex_init_again_after_delete, "2.23 The storage of a deleted list may be initialised again")
{
    for (ULONG i = 0; i < 3; i++) {
        WITH_LIST(initialize(PagedPool, 0, 0))
        {
            ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
            EXPECT_EQ(list.L.TotalAllocates, 1);
        }
    }
}

CHECK_TABLE(list_ex_init_checks) = {
    ENTRY(ex_init_depth_0_means_256),
    ENTRY(ex_init_depth_is_taken),
    ENTRY(ex_init_depth_does_not_set_the_present_depth),
    ENTRY(ex_init_refuses_small_depths),
    ENTRY(ex_init_refuses_large_depths),
    ENTRY(ex_init_takes_each_flag),
    ENTRY(ex_init_refuses_both_flags),
    ENTRY(ex_init_refuses_unknown_flags),
    ENTRY(ex_init_takes_no_raise_without_routine),
    ENTRY(ex_init_takes_every_pool_type),
    ENTRY(ex_init_refuses_pool_type_3),
    ENTRY(ex_init_refuses_unknown_pool_bits),
    ENTRY(ex_init_refuses_raise_and_quota_bits),
    ENTRY(ex_init_checks_depth_before_flags),
    ENTRY(ex_init_checks_depth_before_pool_type),
    ENTRY(ex_init_checks_flags_before_pool_type),
    ENTRY(ex_init_writes_nothing_when_it_refuses),
    ENTRY(ex_init_flags_become_bits_of_the_type),
    ENTRY(ex_init_raises_small_sizes),
    ENTRY(ex_init_keeps_sizes),
    ENTRY(ex_init_keeps_32_bits_of_the_size),
    ENTRY(ex_init_stores_the_tag),
    ENTRY(ex_init_makes_an_empty_list),
    ENTRY(ex_init_leaves_future_alone),
    ENTRY(ex_init_stores_the_routines),
    ENTRY(ex_init_has_default_routines),
    ENTRY(ex_init_allocates_nothing),
    ENTRY(ex_init_at_dispatch_level),
    ENTRY(ex_init_again_after_delete),
    CHECK_TABLE_END,
};
