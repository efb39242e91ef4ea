/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Sizes, offsets and constants. Drivers carry allocate and free inline and touch the fields, so
 * each of these is part of the binary interface. */
#include "check.h"

#define EXPECT_OFFSET(field, offset)                                                               \
    do {                                                                                           \
        EXPECT_EQ(FIELD_OFFSET(LOOKASIDE_LIST_EX, L.field), offset);                               \
        EXPECT_EQ(FIELD_OFFSET(NPAGED_LOOKASIDE_LIST, L.field), offset);                           \
        EXPECT_EQ(FIELD_OFFSET(PAGED_LOOKASIDE_LIST, L.field), offset);                            \
    } while (0)

CHECK(constants_flags_of_an_ex_list, "1.1 Flags of an Ex list are 1 and 2")
{
    EXPECT_EQ(EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, 1);
    EXPECT_EQ(EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE, 2);
}

CHECK(constants_maximum_depths, "1.2 Maximum depths lie between 256 and 1024")
{
    EXPECT_EQ(EX_MAXIMUM_LOOKASIDE_DEPTH_BASE, 256);
    EXPECT_EQ(EX_MAXIMUM_LOOKASIDE_DEPTH_LIMIT, 1024);
}

CHECK(constants_smallest_entry, "1.3 The smallest entry is a link, 8 bytes")
{
    EXPECT_EQ(LOOKASIDE_MINIMUM_BLOCK_SIZE, 8);
    EXPECT_EQ(sizeof(SLIST_ENTRY), 16);
}

CHECK(constants_pool_types, "1.4 Pool types and their bits have fixed numbers")
{
    EXPECT_EQ(NonPagedPool, 0);
    EXPECT_EQ(PagedPool, 1);
    EXPECT_EQ(POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, 8);
    EXPECT_EQ(POOL_RAISE_IF_ALLOCATION_FAILURE, 16);
    EXPECT_EQ(POOL_COLD_ALLOCATION, 256);
}

CHECK(constants_statuses, "1.5 A refused argument has the status of its place")
{
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_4, 0xC00000F2);
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_5, 0xC00000F3);
    EXPECT_STATUS(STATUS_INVALID_PARAMETER_8, 0xC00000F6);
}

CHECK(layout_of_an_ex_list, "1.6 An Ex list has 0x60 bytes, aligned to 16")
{
    EXPECT_EQ(sizeof(LOOKASIDE_LIST_EX), 0x60);
    EXPECT_EQ(sizeof(GENERAL_LOOKASIDE_POOL), 0x60);
    EXPECT_EQ(_Alignof(LOOKASIDE_LIST_EX), 16);
}

CHECK(layout_of_legacy_lists, "1.7 A legacy list has 0x80 bytes")
{
    EXPECT_EQ(sizeof(GENERAL_LOOKASIDE), 0x80);
    EXPECT_EQ(sizeof(NPAGED_LOOKASIDE_LIST), 0x80);
    EXPECT_EQ(sizeof(PAGED_LOOKASIDE_LIST), 0x80);
}

CHECK(layout_alignment_of_legacy_lists,
      "1.8 A legacy list is declared with the alignment of a cache line")
{
    EXPECT_EQ(_Alignof(NPAGED_LOOKASIDE_LIST), 64);
    EXPECT_EQ(_Alignof(PAGED_LOOKASIDE_LIST), 64);
}

CHECK(layout_head_and_depths, "1.9 All lists begin with the same fields")
{
    EXPECT_OFFSET(ListHead, 0x00);
    EXPECT_OFFSET(Depth, 0x10);
    EXPECT_OFFSET(MaximumDepth, 0x12);
}

CHECK(layout_counters, "1.9 All lists begin with the same fields")
{
    EXPECT_OFFSET(TotalAllocates, 0x14);
    EXPECT_OFFSET(AllocateMisses, 0x18);
    EXPECT_OFFSET(TotalFrees, 0x1C);
    EXPECT_OFFSET(FreeMisses, 0x20);
}

CHECK(layout_properties, "1.9 All lists begin with the same fields")
{
    EXPECT_OFFSET(Type, 0x24);
    EXPECT_OFFSET(Tag, 0x28);
    EXPECT_OFFSET(Size, 0x2C);
    EXPECT_OFFSET(Allocate, 0x30);
    EXPECT_OFFSET(Free, 0x38);
}

CHECK(layout_of_the_kernels_part, "1.9 All lists begin with the same fields")
{
    EXPECT_OFFSET(ListEntry, 0x40);
    EXPECT_OFFSET(LastTotalAllocates, 0x50);
    EXPECT_OFFSET(LastAllocateMisses, 0x54);
    EXPECT_OFFSET(Future, 0x58);
}

CHECK(layout_hits_and_misses, "1.10 Hits and misses are two names of one slot")
{
    EXPECT_EQ(FIELD_OFFSET(LOOKASIDE_LIST_EX, L.AllocateHits), 0x18);
    EXPECT_EQ(FIELD_OFFSET(LOOKASIDE_LIST_EX, L.FreeHits), 0x20);
    EXPECT_EQ(FIELD_OFFSET(LOOKASIDE_LIST_EX, L.LastAllocateHits), 0x54);
}

CHECK(layout_routines, "1.11 Routines of both families share their slots")
{
    EXPECT_EQ(FIELD_OFFSET(LOOKASIDE_LIST_EX, L.AllocateEx), 0x30);
    EXPECT_EQ(FIELD_OFFSET(LOOKASIDE_LIST_EX, L.FreeEx), 0x38);
    EXPECT_EQ(sizeof(PALLOCATE_FUNCTION_EX), 8);
}

CHECK(layout_of_an_slist, "1.12 The head of an SLIST has 16 bytes, aligned to 16")
{
    EXPECT_EQ(sizeof(SLIST_HEADER), 16);
    EXPECT_EQ(_Alignof(SLIST_HEADER), 16);
    EXPECT_EQ(_Alignof(SLIST_ENTRY), 16);
    EXPECT_EQ(FIELD_OFFSET(SLIST_ENTRY, Next), 0);
}

CHECK_TABLE(layout_checks) = {
    ENTRY(constants_flags_of_an_ex_list),
    ENTRY(constants_maximum_depths),
    ENTRY(constants_smallest_entry),
    ENTRY(constants_pool_types),
    ENTRY(constants_statuses),
    ENTRY(layout_of_an_ex_list),
    ENTRY(layout_of_legacy_lists),
    ENTRY(layout_alignment_of_legacy_lists),
    ENTRY(layout_head_and_depths),
    ENTRY(layout_counters),
    ENTRY(layout_properties),
    ENTRY(layout_of_the_kernels_part),
    ENTRY(layout_hits_and_misses),
    ENTRY(layout_routines),
    ENTRY(layout_of_an_slist),
    CHECK_TABLE_END,
};
