/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* How the kernel adjusts the depth of a list: observed, not documented.
 *
 * A list's traffic since the last scan is all that the kernel looks at, and lists are the driver's
 * memory: the traffic is written into the counters. Each check looks at one list of a scene
 * that all of them share, so that a world with a real clock waits once.
 *
 * Caught: each constant of the rule, one off; a maximum that is not kept; a fixed depth that moves. */
#include "check.h"

#define TAG 'tpeD'
#define SIZE 32
#define FIXED 0xFFFF /* a maximum depth that switches adjusting off */

struct part {
    POOL_TYPE type;
    USHORT maximum; /* 0: 256 */
    USHORT depth;   /* before the scan */
    ULONG allocates;
    ULONG misses;
    ULONG counted_from; /* where the counters stood at the last scan */
};

enum part_name {
    IDLE,
    IDLE_NEAR_THE_FLOOR,
    NEVER_USED,
    ALMOST_BUSY,
    JUST_BUSY,
    FEW_MISSES,
    FEW_MISSES_AT_THE_FLOOR,
    ENOUGH_MISSES,
    ONE_PERCENT,
    HALF,
    ALL,
    ALL_NONPAGED,
    ALL_NEAR_THE_MAXIMUM,
    ALL_OF_1024,
    FIXED_DEPTH,
    WRAPPED,
    PARTS
};

static const struct part parts[PARTS] = {
    [IDLE] = {PagedPool, 0, 100, 10, 10, 0},
    [IDLE_NEAR_THE_FLOOR] = {PagedPool, 0, 12, 10, 10, 0},
    [NEVER_USED] = {NonPagedPool, 0, 4, 0, 0, 0},
    [ALMOST_BUSY] = {PagedPool, 0, 100, 74, 74, 0},
    [JUST_BUSY] = {PagedPool, 0, 100, 75, 75, 0},
    [FEW_MISSES] = {PagedPool, 0, 100, 1000, 4, 0},
    [FEW_MISSES_AT_THE_FLOOR] = {PagedPool, 0, 4, 1000, 0, 0},
    [ENOUGH_MISSES] = {PagedPool, 0, 4, 1000, 5, 0},
    [ONE_PERCENT] = {PagedPool, 0, 4, 1000, 10, 0},
    [HALF] = {PagedPool, 0, 246, 1000, 500, 0},
    [ALL] = {PagedPool, 0, 4, 1000, 1000, 0},
    [ALL_NONPAGED] = {NonPagedPool, 0, 4, 1000, 1000, 0},
    [ALL_NEAR_THE_MAXIMUM] = {PagedPool, 0, 253, 1000, 1000, 0},
    [ALL_OF_1024] = {PagedPool, 1024, 300, 1000, 1000, 0},
    [FIXED_DEPTH] = {PagedPool, FIXED, 7, 1000, 1000, 0},
    [WRAPPED] = {PagedPool, 0, 4, 80, 80, 0xFFFFFFF0},
};

static LOOKASIDE_LIST_EX stage[PARTS];
static GENERAL_LOOKASIDE_POOL seen[PARTS]; /* after the scan */
static BOOLEAN played;

static void stand(PLOOKASIDE_LIST_EX list, const struct part *part)
{
    (void)!ExInitializeLookasideListEx(list, NULL, NULL, part->type, 0, SIZE, TAG,
                                       part->maximum == FIXED ? 0 : part->maximum);
    if (part->maximum == FIXED) {
        list->L.MaximumDepth = FIXED;
    }
    list->L.Depth = part->depth;
    list->L.LastTotalAllocates = part->counted_from;
    list->L.LastAllocateMisses = part->counted_from;
    list->L.TotalAllocates = part->counted_from + part->allocates;
    list->L.AllocateMisses = part->counted_from + part->misses;
}

/* Behind the lists of the parts: one with more entries than its depth will allow, and legacy ones. */

#define FULL_DEPTH 8

static LOOKASIDE_LIST_EX full;
static NPAGED_LOOKASIDE_LIST npaged;
static PAGED_LOOKASIDE_LIST paged;
static struct {
    USHORT full_depth;
    USHORT full_cached;
    ULONG full_misses; /* of one more free, after the scan */
    USHORT npaged_depth;
    USHORT paged_depth;
} behind;

static void stand_behind(PVOID *entries)
{
    (void)!ExInitializeLookasideListEx(&full, NULL, NULL, PagedPool, 0, SIZE, TAG, 0);
    full.L.Depth = FULL_DEPTH;
    for (ULONG i = 0; i < FULL_DEPTH; i++) {
        entries[i] = ExAllocateFromLookasideListEx(&full);
    }
    for (ULONG i = 1; i < FULL_DEPTH; i++) {
        ExFreeToLookasideListEx(&full, entries[i]);
    }
    ExInitializeNPagedLookasideList(&npaged, NULL, NULL, 0, SIZE, TAG, 0);
    ExInitializePagedLookasideList(&paged, NULL, NULL, 0, SIZE, TAG, 0);
    npaged.L.TotalAllocates = npaged.L.AllocateMisses = 1000;
    paged.L.TotalAllocates = paged.L.AllocateMisses = 1000;
}

static void look_behind(PVOID *entries)
{
    behind.full_depth = full.L.Depth;
    behind.full_cached = ExQueryDepthSList(&full.L.ListHead);
    ExFreeToLookasideListEx(&full, entries[0]);
    behind.full_misses = full.L.FreeMisses;
    behind.npaged_depth = npaged.L.Depth;
    behind.paged_depth = paged.L.Depth;
    ExDeletePagedLookasideList(&paged);
    ExDeleteNPagedLookasideList(&npaged);
    ExDeleteLookasideListEx(&full);
}

static void play(void)
{
    PVOID entries[FULL_DEPTH];
    if (played) {
        return;
    }
    played = TRUE;
    for (ULONG i = 0; i < PARTS; i++) {
        stand(&stage[i], &parts[i]);
    }
    stand_behind(entries);
    world_wait_for_scan();
    for (ULONG i = 0; i < PARTS; i++) {
        seen[i] = stage[i].L;
        ExDeleteLookasideListEx(&stage[i]);
    }
    look_behind(entries);
}

/* A part's list as the scan left it. */
static const GENERAL_LOOKASIDE_POOL *after_scan(enum part_name name)
{
    play();
    return &seen[name];
}

#define EXPECT_DEPTH(name, depth) EXPECT_EQ(after_scan(name)->Depth, depth)

/* For what a scan leaves alone: without one, that would prove nothing. */
#define EXPECT_A_SCAN() EXPECT(after_scan(IDLE)->Depth != parts[IDLE].depth)

CHECK(depth_falls_when_idle, "9.1 Fewer than 75 allocations since the last scan: depth - 10")
{
    EXPECT_DEPTH(IDLE, 90);
}

CHECK(depth_of_74_allocations, "9.1 Fewer than 75 allocations since the last scan: depth - 10")
{
    EXPECT_DEPTH(ALMOST_BUSY, 90);
}

CHECK(depth_of_75_allocations, "9.1 Fewer than 75 allocations since the last scan: depth - 10")
{
    EXPECT_DEPTH(JUST_BUSY, 130);
}

CHECK(depth_stops_falling_at_4, "9.2 The depth never falls below 4")
{
    EXPECT_DEPTH(IDLE_NEAR_THE_FLOOR, 4);
}

CHECK(depth_stays_at_4, "9.2 The depth never falls below 4")
{
    EXPECT_A_SCAN();
    EXPECT_DEPTH(NEVER_USED, 4);
    EXPECT_DEPTH(FEW_MISSES_AT_THE_FLOOR, 4);
}

CHECK(depth_shrinks_slowly_when_nothing_misses, "9.3 Less than 0.5 % misses: depth - 1")
{
    EXPECT_DEPTH(FEW_MISSES, 99);
}

CHECK(depth_grows_from_half_a_percent,
      "9.4 More misses: depth + 5 to 30, by their share and the room left")
{
    EXPECT_DEPTH(ENOUGH_MISSES, 9);
    EXPECT_DEPTH(ONE_PERCENT, 10);
}

CHECK(depth_grows_by_the_room_left,
      "9.4 More misses: depth + 5 to 30, by their share and the room left")
{
    EXPECT_DEPTH(HALF, 253);
}

CHECK(depth_grows_by_at_most_30,
      "9.4 More misses: depth + 5 to 30, by their share and the room left")
{
    EXPECT_DEPTH(ALL, 34);
    EXPECT_DEPTH(ALL_OF_1024, 330);
}

CHECK(depth_of_nonpaged_lists, "9.5 Paged and nonpaged lists are scanned alike")
{
    EXPECT_DEPTH(ALL_NONPAGED, 34);
}

CHECK(depth_stops_at_the_maximum, "9.6 The depth never exceeds the maximum depth")
{
    EXPECT_DEPTH(ALL_NEAR_THE_MAXIMUM, 256);
}

CHECK(depth_is_fixed_by_ffff, "9.7 A maximum depth of 0xFFFF fixes the depth")
{
    EXPECT_A_SCAN();
    EXPECT_DEPTH(FIXED_DEPTH, 7);
}

CHECK(depth_counts_across_the_wrap, "9.8 Traffic is the difference to the last scan, in 32 bits")
{
    EXPECT_DEPTH(WRAPPED, 34);
}

CHECK(depth_scan_remembers_the_counters,
      "9.8 Traffic is the difference to the last scan, in 32 bits")
{
    EXPECT_EQ(after_scan(ALL)->LastTotalAllocates, 1000);
    EXPECT_EQ(after_scan(ALL)->LastAllocateMisses, 1000);
    EXPECT_EQ(after_scan(ALL)->TotalAllocates, 1000);
    EXPECT_EQ(after_scan(ALL)->AllocateMisses, 1000);
}

CHECK(depth_scan_frees_nothing, "9.9 A scan frees no entry: it lowers the depth, later frees miss")
{
    play();
    EXPECT_EQ(behind.full_depth, 4);
    EXPECT_EQ(behind.full_cached, FULL_DEPTH - 1);
    EXPECT_EQ(behind.full_misses, 1);
}

CHECK(depth_of_legacy_lists, "9.10 Legacy lists are scanned as Ex lists are")
{
    play();
    EXPECT_EQ(behind.npaged_depth, 34);
    EXPECT_EQ(behind.paged_depth, 34);
}

/* ---- Many scans in a row ---- */

#define SCANS 26

static USHORT climbing[SCANS]; /* the depth after each scan, with nothing but misses */
static USHORT falling[SCANS];  /* with no traffic */
static BOOLEAN walked;

/* Ends early where nothing moves: the rest stays 0. */
static void walk(void)
{
    static LOOKASIDE_LIST_EX busy;
    static LOOKASIDE_LIST_EX idle;
    if (walked) {
        return;
    }
    walked = TRUE;
    (void)!ExInitializeLookasideListEx(&busy, NULL, NULL, PagedPool, 0, SIZE, TAG, 0);
    (void)!ExInitializeLookasideListEx(&idle, NULL, NULL, NonPagedPool, 0, SIZE, TAG, 0);
    idle.L.Depth = 256;
    for (ULONG i = 0; i < SCANS; i++) {
        busy.L.TotalAllocates += 1000;
        busy.L.AllocateMisses += 1000;
        world_wait_for_scan();
        climbing[i] = busy.L.Depth;
        falling[i] = idle.L.Depth;
        if (i == 0 && climbing[0] == 4 && falling[0] == 256) {
            break;
        }
    }
    ExDeleteLookasideListEx(&idle);
    ExDeleteLookasideListEx(&busy);
}

CHECK(depth_climbs_to_256_in_ten_scans,
      "9.4 More misses: depth + 5 to 30, by their share and the room left")
{
    static const USHORT depths[] = {34, 64, 94, 124, 154, 184, 214, 240, 253, 256, 256};
    walk();
    for (ULONG i = 0; i < RTL_NUMBER_OF(depths); i++) {
        EXPECT_EQ(climbing[i], depths[i]);
    }
}

CHECK(depth_falls_to_4_in_26_scans, "9.1 Fewer than 75 allocations since the last scan: depth - 10")
{
    walk();
    for (ULONG i = 0; i < SCANS; i++) {
        EXPECT_EQ(falling[i], i < SCANS - 1 ? 246 - 10 * i : 4);
    }
}

CHECK_TABLE(depth_checks) = {
    ENTRY(depth_falls_when_idle),
    ENTRY(depth_of_74_allocations),
    ENTRY(depth_of_75_allocations),
    ENTRY(depth_stops_falling_at_4),
    ENTRY(depth_stays_at_4),
    ENTRY(depth_shrinks_slowly_when_nothing_misses),
    ENTRY(depth_grows_from_half_a_percent),
    ENTRY(depth_grows_by_the_room_left),
    ENTRY(depth_grows_by_at_most_30),
    ENTRY(depth_of_nonpaged_lists),
    ENTRY(depth_stops_at_the_maximum),
    ENTRY(depth_is_fixed_by_ffff),
    ENTRY(depth_counts_across_the_wrap),
    ENTRY(depth_scan_remembers_the_counters),
    ENTRY(depth_scan_frees_nothing),
    ENTRY(depth_of_legacy_lists),
    ENTRY(depth_climbs_to_256_in_ten_scans),
    ENTRY(depth_falls_to_4_in_26_scans),
    CHECK_TABLE_END,
};
