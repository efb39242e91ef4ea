/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Allocate, free and delete of the legacy lists.
 *
 * Caught: each of the four counters left out, a free that never compares the depth. */
#include "legacy_family.h"

CHECK_BOTH(eight_out_and_back, "5.13 A legacy list counts as an Ex list does")
{
    PVOID entries[8];
    legacy_begin(family);
    legacy_take(family, entries, 8);
    EXPECT_LEGACY_COUNTERS(8, 8, 0, 0);
    legacy_give(family, entries, 8);
    EXPECT_LEGACY_COUNTERS(8, 8, 8, 4);
    EXPECT_EQ(ExQueryDepthSList(&family->list->ListHead), 4);
    legacy_take(family, entries, 4);
    EXPECT_LEGACY_COUNTERS(12, 8, 8, 4);
    legacy_give(family, entries, 4);
    family->end();
}

CHECK_BOTH(list_is_a_stack, "5.14 A legacy list hands out the entry freed last")
{
    PVOID entries[4];
    legacy_begin(family);
    legacy_take(family, entries, 4);
    legacy_give(family, entries, 4);
    for (ULONG i = 4; i-- > 0;) {
        EXPECT_POINTER(family->take(), entries[i]);
    }
    legacy_give(family, entries, 4);
    family->end();
}

CHECK_BOTH(routines_are_told,
           "5.15 A legacy routine is told type, size and tag, or the entry, and no list")
{
    PVOID entries[5];
    backing_reset();
    family->initialize(backing_allocate, backing_free, POOL_RAISE_IF_ALLOCATION_FAILURE,
                       LEGACY_SIZE, LEGACY_TAG, 0);
    legacy_take(family, entries, 5);
    EXPECT_EQ(backing.type, (ULONG)family->base | POOL_RAISE_IF_ALLOCATION_FAILURE);
    EXPECT_EQ(backing.size, LEGACY_SIZE);
    EXPECT_EQ(backing.tag, LEGACY_TAG);
    legacy_give(family, entries, 5);
    EXPECT_EQ(backing.frees, 1);
    EXPECT_POINTER(backing.freed[0], entries[4]);
    family->end();
}

CHECK_BOTH(new_blocks_pass_the_list, "5.16 What a legacy routine returns is returned as it is")
{
    legacy_begin(family);
    PVOID entry = family->take();
    EXPECT_POINTER(entry, backing.given);
    EXPECT_EQ(ExQueryDepthSList(&family->list->ListHead), 0);
    family->give(entry);
    family->end();
}

CHECK_BOTH(failure_is_null, "5.17 A failed allocation of a legacy list is NULL and counts twice")
{
    legacy_begin(family);
    backing.fail = TRUE;
    EXPECT_POINTER(family->take(), NULL);
    EXPECT_LEGACY_COUNTERS(1, 1, 0, 0);
    family->end();
}

static VOID NTAPI take_of(PVOID argument)
{
    const struct family *family = argument;
    (void)family->take();
}

CHECK_BOTH(exceptions_pass, "5.18 What a legacy routine raises passes through")
{
    struct family copy = *family;
    legacy_begin(family);
    backing.raise = STATUS_INSUFFICIENT_RESOURCES;
    EXPECT_STATUS(world_catch(take_of, &copy), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_LEGACY_COUNTERS(1, 1, 0, 0);
    family->end();
}

CHECK_BOTH(content_survives,
           "5.19 An entry of a legacy list keeps its content, but for the first pointer")
{
    legacy_begin(family);
    PUCHAR entry = family->take();
    ULONG changed = 0;
    if (EXPECT(entry != NULL)) {
        RtlFillMemory(entry, LEGACY_SIZE, 0x5A);
        family->give(entry);
        EXPECT_POINTER(family->take(), entry);
        for (ULONG i = sizeof(PVOID); i < LEGACY_SIZE; i++) {
            changed += entry[i] != 0x5A;
        }
        EXPECT_EQ(changed, 0);
        family->give(entry);
    }
    family->end();
}

CHECK_BOTH(depth_field_rules, "5.20 A legacy list reads Depth from its field at each free")
{
    PVOID entries[6];
    legacy_begin(family);
    legacy_take(family, entries, 6);
    family->list->Depth = 2;
    legacy_give(family, entries, 6);
    EXPECT_LEGACY_COUNTERS(6, 6, 6, 4);
    family->list->Depth = 0;
    legacy_take(family, entries, 3);
    legacy_give(family, entries, 3);
    EXPECT_LEGACY_COUNTERS(9, 7, 9, 7);
    family->end();
}

CHECK_BOTH(default_routines_work, "5.21 The pool's routines serve a legacy list")
{
    PVOID entries[8];
    ULONG wrong = 0;
    family->initialize(NULL, NULL, 0, 24, LEGACY_TAG, 0);
    legacy_take(family, entries, 8);
    for (ULONG i = 0; i < 8; i++) {
        wrong += entries[i] == NULL || (ULONG_PTR)entries[i] % 16 != 0;
    }
    EXPECT_EQ(wrong, 0);
    legacy_give(family, entries, 8);
    EXPECT_LEGACY_COUNTERS(8, 8, 8, 4);
    family->end();
}

CHECK_BOTH(use_at_the_highest_irql,
           "5.10 Nonpaged lists work up to DISPATCH_LEVEL, paged ones up to APC_LEVEL")
{
    PVOID entries[6];
    KIRQL old;
    family->initialize(NULL, NULL, family == &npaged_family ? WORLD_NX_ALLOCATION : 0, LEGACY_SIZE,
                       LEGACY_TAG, 0);
    KeRaiseIrql(family->highest_irql, &old);
    legacy_take(family, entries, 6);
    legacy_give(family, entries, 6);
    family->end();
    KeLowerIrql(old);
    EXPECT_LEGACY_COUNTERS(6, 6, 6, 2);
}

CHECK_BOTH(delete_frees_everything, "5.22 Delete of a legacy list frees each cached entry")
{
    PVOID entries[4];
    legacy_begin(family);
    legacy_take(family, entries, 4);
    legacy_give(family, entries, 4);
    family->end();
    EXPECT_EQ(backing.frees, 4);
    for (ULONG i = 0; i < 4; i++) {
        EXPECT_POINTER(backing.freed[i], entries[3 - i]);
    }
}

CHECK_BOTH(delete_moves_no_counter, "5.23 Delete of a legacy list moves no counter")
{
    PVOID entries[6];
    legacy_begin(family);
    legacy_take(family, entries, 6);
    legacy_give(family, entries, 6);
    family->end();
    EXPECT_LEGACY_COUNTERS(6, 6, 6, 2);
}

CHECK_BOTH(delete_leaves_what_is_out,
           "5.24 Delete of a legacy list does not know of entries that are out")
{
    static DECLSPEC_ALIGN(16) UCHAR spare[LEGACY_SIZE];
    legacy_begin(family);
    backing.hand_out = spare;
    spare[LEGACY_SIZE - 1] = 0x5A;
    EXPECT_POINTER(family->take(), spare);
    family->end();
    EXPECT_EQ(backing.frees, 0);
    EXPECT_EQ(spare[LEGACY_SIZE - 1], 0x5A);
}

CHECK_TABLE(legacy_use_checks) = {
    ENTRY_BOTH(eight_out_and_back),        ENTRY_BOTH(list_is_a_stack),
    ENTRY_BOTH(routines_are_told),         ENTRY_BOTH(new_blocks_pass_the_list),
    ENTRY_BOTH(failure_is_null),           ENTRY_BOTH(exceptions_pass),
    ENTRY_BOTH(content_survives),          ENTRY_BOTH(depth_field_rules),
    ENTRY_BOTH(default_routines_work),     ENTRY_BOTH(use_at_the_highest_irql),
    ENTRY_BOTH(delete_frees_everything),   ENTRY_BOTH(delete_moves_no_counter),
    ENTRY_BOTH(delete_leaves_what_is_out), CHECK_TABLE_END,
};
