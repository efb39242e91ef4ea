/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Interlocked singly linked lists, which hold the cached entries of every lookaside list.
 *
 * Caught: a head without a sequence, a head exchanged in two steps, a flush in two steps. */
#include "check.h"
#include "crowd.h"

#define ENTRIES 8
#define TAG 'tsiL'

static DECLSPEC_ALIGN(16) SLIST_HEADER head;
static SLIST_ENTRY entries[ENTRIES];

/* All entries pushed, the first one first. */
static void fill(void)
{
    InitializeSListHead(&head);
    for (ULONG i = 0; i < ENTRIES; i++) {
        InterlockedPushEntrySList(&head, &entries[i]);
    }
}

CHECK(slist_new_head_is_empty, "6.1 A new SLIST is empty")
{
    RtlFillMemory(&head, sizeof head, 0xA5);
    InitializeSListHead(&head);
    EXPECT_EQ(ExQueryDepthSList(&head), 0);
    EXPECT_POINTER(InterlockedPopEntrySList(&head), NULL);
}

CHECK(slist_push_returns_what_was_first, "6.2 Push returns the entry that was first, or NULL")
{
    InitializeSListHead(&head);
    EXPECT_POINTER(InterlockedPushEntrySList(&head, &entries[0]), NULL);
    EXPECT_POINTER(InterlockedPushEntrySList(&head, &entries[1]), &entries[0]);
    EXPECT_POINTER(InterlockedPushEntrySList(&head, &entries[2]), &entries[1]);
}

CHECK(slist_is_a_stack, "6.3 Pop returns the entry that was pushed last, and NULL at the end")
{
    fill();
    for (ULONG i = ENTRIES; i-- > 0;) {
        EXPECT_POINTER(InterlockedPopEntrySList(&head), &entries[i]);
    }
    EXPECT_POINTER(InterlockedPopEntrySList(&head), NULL);
    EXPECT_POINTER(InterlockedPopEntrySList(&head), NULL);
}

CHECK(slist_depth_counts_entries, "6.4 The depth is the number of entries")
{
    InitializeSListHead(&head);
    for (USHORT i = 0; i < ENTRIES; i++) {
        EXPECT_EQ(ExQueryDepthSList(&head), i);
        InterlockedPushEntrySList(&head, &entries[i]);
    }
    for (USHORT i = ENTRIES; i > 0; i--) {
        EXPECT_EQ(ExQueryDepthSList(&head), i);
        InterlockedPopEntrySList(&head);
    }
    InterlockedPopEntrySList(&head);
    EXPECT_EQ(ExQueryDepthSList(&head), 0);
}

CHECK(slist_depth_is_the_low_word, "6.5 The depth is the low 16 bits of the head")
{
    fill();
    EXPECT_EQ(head.Alignment & 0xFFFF, ENTRIES);
}

CHECK(slist_entries_are_linked, "6.6 Next of an entry is the entry below, or NULL")
{
    fill();
    EXPECT_POINTER(entries[0].Next, NULL);
    for (ULONG i = 1; i < ENTRIES; i++) {
        EXPECT_POINTER(entries[i].Next, &entries[i - 1]);
    }
}

CHECK(slist_flush_takes_the_chain, "6.7 Flush empties the list and returns its chain")
{
    fill();
    PSLIST_ENTRY entry = ExInterlockedFlushSList(&head);
    EXPECT_EQ(ExQueryDepthSList(&head), 0);
    EXPECT_POINTER(InterlockedPopEntrySList(&head), NULL);
    for (ULONG i = ENTRIES; i-- > 0;) {
        EXPECT_POINTER(entry, &entries[i]);
        entry = entry == NULL ? NULL : entry->Next;
    }
    EXPECT_POINTER(entry, NULL);
}

CHECK(slist_flush_of_nothing, "6.8 Flush of an empty list returns NULL")
{
    InitializeSListHead(&head);
    EXPECT_POINTER(ExInterlockedFlushSList(&head), NULL);
    InterlockedPushEntrySList(&head, &entries[0]);
    EXPECT_POINTER(ExInterlockedFlushSList(&head), &entries[0]);
    EXPECT_POINTER(ExInterlockedFlushSList(&head), NULL);
}

CHECK(slist_head_never_looks_the_same, "6.9 An entry popped and pushed again leaves another head")
{
    fill();
    const ULONGLONG before = head.Alignment;
    InterlockedPushEntrySList(&head, InterlockedPopEntrySList(&head));
    EXPECT(head.Alignment != before);
    EXPECT_EQ(ExQueryDepthSList(&head), ENTRIES);
}

CHECK(slist_depth_wraps, "6.10 The depth has 16 bits: it wraps at 65536 entries")
{
    enum { MANY = 65536 + 3 };
    PSLIST_ENTRY block = ExAllocatePoolWithTag(WORLD_NONPAGED_NX, MANY * sizeof *block, TAG);
    ULONG popped = 0;
    if (EXPECT(block != NULL)) {
        InitializeSListHead(&head);
        for (ULONG i = 0; i < MANY; i++) {
            InterlockedPushEntrySList(&head, &block[i]);
        }
        EXPECT_EQ(ExQueryDepthSList(&head), MANY - 65536);
        while (InterlockedPopEntrySList(&head) != NULL) {
            popped++;
        }
        EXPECT_EQ(popped, MANY);
        ExFreePoolWithTag(block, TAG);
    }
}

/* ---- Several threads ---- */

#define THREADS 4
#define ROUNDS 20000

struct owned {
    SLIST_ENTRY link;
    LONG owners;
};

struct commons {
    SLIST_HEADER head;
    LONG stolen; /* entries that two threads had at once */
};

/* Takes an entry, is its only owner for a moment, puts it back. */
static VOID borrow(struct crowd *crowd, ULONG member)
{
    struct commons *commons = crowd->context;
    UNREFERENCED_PARAMETER(member);
    for (ULONG i = 0; i < ROUNDS; i++) {
        struct owned *entry = (struct owned *)InterlockedPopEntrySList(&commons->head);
        if (entry == NULL) {
            continue;
        }
        if (InterlockedIncrement(&entry->owners) != 1) {
            InterlockedIncrement(&commons->stolen);
        }
        InterlockedDecrement(&entry->owners);
        InterlockedPushEntrySList(&commons->head, &entry->link);
    }
}

CHECK(slist_crowd_loses_nothing,
      "6.11 Any number of threads may push and pop: each entry has one owner")
{
    static struct owned pile[3];
    static struct commons commons;
    struct crowd crowd = {borrow, &commons, 0, 0};
    ULONG found = 0;
    InitializeSListHead(&commons.head);
    commons.stolen = 0;
    for (ULONG i = 0; i < RTL_NUMBER_OF(pile); i++) {
        pile[i].owners = 0;
        InterlockedPushEntrySList(&commons.head, &pile[i].link);
    }
    EXPECT_STATUS(crowd_run(&crowd, THREADS), STATUS_SUCCESS);
    EXPECT_EQ(commons.stolen, 0);
    EXPECT_EQ(ExQueryDepthSList(&commons.head), RTL_NUMBER_OF(pile));
    while (InterlockedPopEntrySList(&commons.head) != NULL) {
        found++;
    }
    EXPECT_EQ(found, RTL_NUMBER_OF(pile));
}

/* Takes an entry and gives its memory back, as a lookaside list may do; puts a new one in its
 * place. */
static VOID replace(struct crowd *crowd, ULONG member)
{
    struct commons *commons = crowd->context;
    UNREFERENCED_PARAMETER(member);
    for (ULONG i = 0; i < ROUNDS / 4; i++) {
        PSLIST_ENTRY old = InterlockedPopEntrySList(&commons->head);
        PSLIST_ENTRY new = ExAllocatePoolWithTag(WORLD_NONPAGED_NX, 64, TAG);
        if (old != NULL) {
            ExFreePoolWithTag(old, TAG);
        }
        if (new != NULL) {
            InterlockedPushEntrySList(&commons->head, new);
        }
    }
}

CHECK(slist_pop_survives_freed_entries,
      "6.12 A pop is safe while other threads free what they popped")
{
    static struct commons commons;
    struct crowd crowd = {replace, &commons, 0, 0};
    ULONG left = 0;
    InitializeSListHead(&commons.head);
    EXPECT_STATUS(crowd_run(&crowd, THREADS), STATUS_SUCCESS);
    for (PSLIST_ENTRY entry = InterlockedPopEntrySList(&commons.head); entry != NULL;
         entry = InterlockedPopEntrySList(&commons.head)) {
        ExFreePoolWithTag(entry, TAG);
        left++;
    }
    EXPECT(left > 0);
    EXPECT(left <= THREADS * (ROUNDS / 4));
}

CHECK_TABLE(slist_checks) = {
    ENTRY(slist_new_head_is_empty),
    ENTRY(slist_push_returns_what_was_first),
    ENTRY(slist_is_a_stack),
    ENTRY(slist_depth_counts_entries),
    ENTRY(slist_depth_is_the_low_word),
    ENTRY(slist_entries_are_linked),
    ENTRY(slist_flush_takes_the_chain),
    ENTRY(slist_flush_of_nothing),
    ENTRY(slist_head_never_looks_the_same),
    ENTRY(slist_depth_wraps),
    ENTRY(slist_crowd_loses_nothing),
    ENTRY(slist_pop_survives_freed_entries),
    CHECK_TABLE_END,
};
