/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Several threads at one list, with no lock of the driver's; what must hold is looked at when they
 * have ended.
 *
 * Caught: a free that never compares the depth, a head exchanged in two steps (then the check does
 * not end), a pop that reads the link of an entry that another pop took and freed (then it dies). */
#include "legacy_family.h"

#include "crowd.h"

#define THREADS 4
#define ROUNDS 5000
#define HELD 6 /* entries a thread has out at once: more than the list's depth */

/* What a thread sees of an entry; the first pointer is the link's while it is cached. */
struct entry {
    SLIST_ENTRY link;
    LONG owners;
    LONG padding[11];
};

/* A kind of list under test. The counts are read when no thread runs. */
struct subject {
    VOID (*begin)(void);
    PVOID (*take)(void);
    VOID (*give)(PVOID entry);
    VOID (*end)(void);
    PSLIST_HEADER head;
    PUSHORT depth;
    PULONG total_allocates;
    PULONG total_frees;
};

static LOOKASIDE_LIST_EX ex;

static VOID ex_begin(void)
{
    (void)!ExInitializeLookasideListEx(&ex, backing_allocate_ex, backing_free_ex, WORLD_NONPAGED_NX,
                                       0, sizeof(struct entry), LEGACY_TAG, 0);
}

static PVOID ex_take(void)
{
    return ExAllocateFromLookasideListEx(&ex);
}

static VOID ex_give(PVOID entry)
{
    ExFreeToLookasideListEx(&ex, entry);
}

static VOID ex_end(void)
{
    ExDeleteLookasideListEx(&ex);
}

static VOID npaged_begin(void)
{
    npaged_family.initialize(backing_allocate, backing_free, WORLD_NX_ALLOCATION,
                             sizeof(struct entry), LEGACY_TAG, 0);
}

static VOID paged_begin(void)
{
    paged_family.initialize(backing_allocate, backing_free, 0, sizeof(struct entry), LEGACY_TAG, 0);
}

static struct subject ex_subject(void)
{
    const struct subject subject = {ex_begin,
                                    ex_take,
                                    ex_give,
                                    ex_end,
                                    &ex.L.ListHead,
                                    &ex.L.Depth,
                                    &ex.L.TotalAllocates,
                                    &ex.L.TotalFrees};
    return subject;
}

static struct subject legacy_subject(const struct family *family, VOID (*begin)(void))
{
    const struct subject subject = {begin,
                                    family->take,
                                    family->give,
                                    family->end,
                                    &family->list->ListHead,
                                    &family->list->Depth,
                                    &family->list->TotalAllocates,
                                    &family->list->TotalFrees};
    return subject;
}

/* CHECK_ALL makes ex_NAME, npaged_NAME and paged_NAME of one check. */
#define CHECK_ALL(name, rule)                                                                      \
    static void name(struct check_run *check, struct subject subject);                             \
    CHECK(ex_##name, rule)                                                                         \
    {                                                                                              \
        name(check, ex_subject());                                                                 \
    }                                                                                              \
    CHECK(npaged_##name, rule)                                                                     \
    {                                                                                              \
        name(check, legacy_subject(&npaged_family, npaged_begin));                                 \
    }                                                                                              \
    CHECK(paged_##name, rule)                                                                      \
    {                                                                                              \
        name(check, legacy_subject(&paged_family, paged_begin));                                   \
    }                                                                                              \
    static void name(struct check_run *check, struct subject subject)

struct meeting {
    const struct subject *subject;
    LONG taken;
    LONG given;
    LONG stolen;           /* entries that two threads had at once */
    LONG finished;         /* members that are done */
    SLIST_HEADER exchange; /* entries on their way to another thread */
};

static VOID own(struct meeting *meeting, struct entry *entry)
{
    InterlockedIncrement(&meeting->taken);
    if (InterlockedIncrement(&entry->owners) != 1) {
        InterlockedIncrement(&meeting->stolen);
    }
}

static VOID disown(struct meeting *meeting, struct entry *entry)
{
    InterlockedDecrement(&entry->owners);
    InterlockedIncrement(&meeting->given);
    meeting->subject->give(entry);
}

/* Takes some, gives them back. */
static VOID use(struct crowd *crowd, ULONG member)
{
    struct meeting *meeting = crowd->context;
    struct entry *entries[HELD];
    for (ULONG i = 0; i < ROUNDS; i++) {
        const ULONG count = 1 + (i + member) % HELD;
        for (ULONG j = 0; j < count; j++) {
            entries[j] = meeting->subject->take();
            if (entries[j] != NULL) {
                own(meeting, entries[j]);
            }
        }
        for (ULONG j = 0; j < count; j++) {
            if (entries[j] != NULL) {
                disown(meeting, entries[j]);
            }
        }
    }
    InterlockedIncrement(&meeting->finished);
}

/* The meeting of all threads at a new list, which is still there afterwards. */
static NTSTATUS meet(struct meeting *meeting, const struct subject *subject,
                     VOID (*work)(struct crowd *crowd, ULONG member))
{
    struct crowd crowd = {work, meeting, 0, 0};
    RtlZeroMemory(meeting, sizeof *meeting);
    InitializeSListHead(&meeting->exchange);
    meeting->subject = subject;
    backing_reset();
    backing.crowded = TRUE;
    subject->begin();
    return crowd_run(&crowd, THREADS);
}

/* Every block of the backing is cached, or was given back. */
#define EXPECT_NOTHING_LOST()                                                                      \
    do {                                                                                           \
        EXPECT_EQ(meeting.stolen, 0);                                                              \
        EXPECT_EQ(meeting.taken, meeting.given);                                                   \
        EXPECT_EQ(ExQueryDepthSList(subject.head), backing.allocations - backing.frees);           \
        subject.end();                                                                             \
        EXPECT_EQ(backing.allocations, backing.frees);                                             \
    } while (0)

CHECK_ALL(crowd_loses_nothing, "8.1 Threads need no lock: an entry has one owner, and none is lost")
{
    struct meeting meeting;
    EXPECT_STATUS(meet(&meeting, &subject, use), STATUS_SUCCESS);
    EXPECT(meeting.taken > 0);
    EXPECT_NOTHING_LOST();
}

CHECK_ALL(crowd_overshoots_little,
          "8.2 Frees at the same time may exceed the depth by one a thread")
{
    struct meeting meeting;
    EXPECT_STATUS(meet(&meeting, &subject, use), STATUS_SUCCESS);
    EXPECT(ExQueryDepthSList(subject.head) <= *subject.depth + THREADS);
    EXPECT_NOTHING_LOST();
}

CHECK_ALL(crowd_may_miscount, "8.3 Counters lose increments under traffic and invent none")
{
    struct meeting meeting;
    EXPECT_STATUS(meet(&meeting, &subject, use), STATUS_SUCCESS);
    EXPECT(*subject.total_allocates > 0);
    EXPECT(*subject.total_allocates <= (ULONG)meeting.taken);
    EXPECT(*subject.total_frees > 0);
    EXPECT(*subject.total_frees <= (ULONG)meeting.given);
    EXPECT_NOTHING_LOST();
}

/* Even members take and hand on, odd ones give back what they are handed. */
static VOID hand_over(struct crowd *crowd, ULONG member)
{
    struct meeting *meeting = crowd->context;
    struct entry *entry;
    BOOLEAN all_are_there; /* asked before the pop: what comes between the two is not overlooked */
    if (member % 2 == 0) {
        for (ULONG i = 0; i < ROUNDS; i++) {
            entry = meeting->subject->take();
            if (entry != NULL) {
                own(meeting, entry);
                InterlockedPushEntrySList(&meeting->exchange, &entry->link);
            }
        }
        InterlockedIncrement(&meeting->finished);
        return;
    }
    do {
        all_are_there = InterlockedCompareExchange(&meeting->finished, 0, 0) == THREADS / 2;
        entry = (struct entry *)InterlockedPopEntrySList(&meeting->exchange);
        if (entry != NULL) {
            disown(meeting, entry);
        }
    } while (entry != NULL || !all_are_there);
}

CHECK_ALL(crowd_hands_over, "8.4 One thread may free what another allocated")
{
    struct meeting meeting;
    EXPECT_STATUS(meet(&meeting, &subject, hand_over), STATUS_SUCCESS);
    EXPECT_POINTER(InterlockedPopEntrySList(&meeting.exchange), NULL);
    EXPECT_EQ(meeting.taken, THREADS / 2 * ROUNDS);
    EXPECT_NOTHING_LOST();
}

/* Member 0 flushes until the others are done. */
static VOID use_and_flush(struct crowd *crowd, ULONG member)
{
    struct meeting *meeting = crowd->context;
    LARGE_INTEGER moment;
    moment.QuadPart = -1000; /* 0.1 ms */
    if (member != 0) {
        use(crowd, member);
        return;
    }
    while (InterlockedCompareExchange(&meeting->finished, 0, 0) < THREADS - 1) {
        ExFlushLookasideListEx(&ex);
        KeDelayExecutionThread(KernelMode, FALSE, &moment);
    }
}

CHECK(ex_crowd_may_be_flushed, "8.5 A list may be flushed while others use it")
{
    struct subject subject = ex_subject();
    struct meeting meeting;
    EXPECT_STATUS(meet(&meeting, &subject, use_and_flush), STATUS_SUCCESS);
    EXPECT_NOTHING_LOST();
}

/* ---- Routines ---- */

#define PATIENCE 2000 /* ms */

static LONG inside;
static LONG met; /* threads that saw another one in the routine */

static PVOID NTAPI wait_for_company(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX from)
{
    LARGE_INTEGER moment;
    UNREFERENCED_PARAMETER(from);
    moment.QuadPart = -10000; /* 1 ms */
    InterlockedIncrement(&inside);
    for (ULONG i = 0; i < PATIENCE; i++) {
        if (InterlockedCompareExchange(&inside, 0, 0) == 2) {
            InterlockedIncrement(&met);
            break;
        }
        KeDelayExecutionThread(KernelMode, FALSE, &moment);
    }
    return ExAllocatePoolWithTag(type, size, tag);
}

static VOID take_and_give(struct crowd *crowd, ULONG member)
{
    UNREFERENCED_PARAMETER(crowd);
    UNREFERENCED_PARAMETER(member);
    ExFreeToLookasideListEx(&ex, ExAllocateFromLookasideListEx(&ex));
}

CHECK(ex_routines_are_not_serialised,
      "8.6 Several threads may be in a list's routine at the same time")
{
    struct crowd crowd = {take_and_give, NULL, 0, 0};
    inside = 0;
    met = 0;
    if (EXPECT_STATUS(ExInitializeLookasideListEx(&ex, wait_for_company, NULL, PagedPool, 0, 64,
                                                  LEGACY_TAG, 0),
                      STATUS_SUCCESS)) {
        EXPECT_STATUS(crowd_run(&crowd, 2), STATUS_SUCCESS);
        EXPECT_EQ(met, 2);
        ex_end();
    }
}

/* ---- Lists that come and go ---- */

static LOOKASIDE_LIST_EX own_lists[THREADS];
static LONG refused;

static VOID come_and_go(struct crowd *crowd, ULONG member)
{
    PLOOKASIDE_LIST_EX mine = &own_lists[member];
    UNREFERENCED_PARAMETER(crowd);
    for (ULONG i = 0; i < ROUNDS / 10; i++) {
        if (!NT_SUCCESS(
                ExInitializeLookasideListEx(mine, NULL, NULL, PagedPool, 0, 64, LEGACY_TAG, 0))) {
            InterlockedIncrement(&refused);
            return;
        }
        ExFreeToLookasideListEx(mine, ExAllocateFromLookasideListEx(mine));
        ExDeleteLookasideListEx(mine);
    }
}

CHECK(ex_lists_come_and_go, "8.7 Different lists may be initialised and deleted at the same time")
{
    struct crowd crowd = {come_and_go, NULL, 0, 0};
    refused = 0;
    EXPECT_STATUS(crowd_run(&crowd, THREADS), STATUS_SUCCESS);
    EXPECT_EQ(refused, 0);
}

CHECK_TABLE(thread_checks) = {
    ENTRY(ex_crowd_loses_nothing),         ENTRY(npaged_crowd_loses_nothing),
    ENTRY(paged_crowd_loses_nothing),      ENTRY(ex_crowd_overshoots_little),
    ENTRY(npaged_crowd_overshoots_little), ENTRY(paged_crowd_overshoots_little),
    ENTRY(ex_crowd_may_miscount),          ENTRY(npaged_crowd_may_miscount),
    ENTRY(paged_crowd_may_miscount),       ENTRY(ex_crowd_hands_over),
    ENTRY(npaged_crowd_hands_over),        ENTRY(paged_crowd_hands_over),
    ENTRY(ex_crowd_may_be_flushed),        ENTRY(ex_routines_are_not_serialised),
    ENTRY(ex_lists_come_and_go),           CHECK_TABLE_END,
};
