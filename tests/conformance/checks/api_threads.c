/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Several system threads at one list, with no lock of the driver's. */
#include "api.h"
#include "crowd.h"

#define THREADS 4
#define ROUNDS 3000
#define HELD 6 /* entries a thread has out at once: more than a list's first depth */

static lookaside_list list = LOOKASIDE_LIST_INIT;

/* What is written into an entry behind the kernel's link. */
struct mark {
    ULONG_PTR link;
    volatile LONG owner; /* of a thread, 0 when nobody has the entry */
};

static volatile LONG clashes; /* entries that somebody else had, too */

static void claim(struct mark *mark, LONG owner)
{
    if (InterlockedCompareExchange(&mark->owner, owner, 0) != 0) {
        InterlockedIncrement(&clashes);
    }
}

static int unowned(void *entry, lookaside_list *of, void *context)
{
    UNREFERENCED_PARAMETER(of);
    UNREFERENCED_PARAMETER(context);
    ((struct mark *)entry)->owner = 0;
    return 0;
}

static VOID take_and_give(struct crowd *crowd, ULONG member)
{
    struct mark *held[HELD];

    UNREFERENCED_PARAMETER(crowd);
    for (ULONG round = 0; round < ROUNDS; round++) {
        for (ULONG i = 0; i < HELD; i++) {
            held[i] = lookaside_alloc(&list);
            if (held[i] != NULL) {
                claim(held[i], (LONG)member + 1);
            }
        }
        for (ULONG i = 0; i < HELD; i++) {
            if (held[i] != NULL) {
                held[i]->owner = 0;
                lookaside_free(&list, held[i]);
            }
        }
    }
}

static void run(struct check_run *check, lookaside_options *options,
                VOID (*work)(struct crowd *crowd, ULONG member))
{
    struct crowd crowd = {work, NULL, 0, 0};

    clashes = 0;
    api_backing.crowded = TRUE;
    options->flags = LOOKASIDE_COUNT_OUTSTANDING;
    options->construct = unowned;
    OPEN(&list, options);
    EXPECT_STATUS(crowd_run(&crowd, THREADS), STATUS_SUCCESS);
    EXPECT_EQ(clashes, 0);
    EXPECT_EQ(api_query(&list).live_entries, 0);
    EXPECT_EQ(api_told.bugchecks, 0);
    EXPECT_EQ(api_query(&list).current_depth, (ULONG)api_backing.blocks);
    CLOSE(&list);
    EXPECT_EQ(api_backing.blocks, 0);
}

API_CHECK(api_threads_share_a_list,
          "A.90 Any number of threads may use a list; no entry is given twice")
{
    lookaside_options options = api_options(TRUE);
    run(check, &options, take_and_give);
}

API_CHECK(api_threads_without_a_cache, "A.91 So they may a list without a cache")
{
    lookaside_options options = api_options(TRUE);
    options.cache = LOOKASIDE_CACHE_NONE;
    run(check, &options, take_and_give);
}

/* A mailbox for each two members: the even one fills it, the odd one frees what it finds. */
static void *volatile mailboxes[THREADS / 2];

static VOID send_or_receive(struct crowd *crowd, ULONG member)
{
    void *volatile *mailbox = &mailboxes[member / 2];

    UNREFERENCED_PARAMETER(crowd);
    for (ULONG round = 0; round < ROUNDS; round++) {
        void *mine = member % 2 == 0 ? lookaside_alloc(&list) : NULL;
        void *found = InterlockedExchangePointer(mailbox, mine);
        lookaside_free(&list, found); /* what nobody fetched, or nothing */
    }
    lookaside_free(&list, InterlockedExchangePointer(mailbox, NULL));
}

API_CHECK(api_threads_hand_over, "A.92 An entry may be freed by another thread than took it")
{
    lookaside_options options = api_options(TRUE);
    run(check, &options, send_or_receive);
}

static VOID use_or_empty(struct crowd *crowd, ULONG member)
{
    if (member != 0) {
        take_and_give(crowd, member);
        return;
    }
    for (ULONG round = 0; round < ROUNDS; round++) {
        (void)lookaside_flush(&list);
        (void)lookaside_reserve(&list, 3);
        (void)lookaside_trim(&list, 1, NULL);
        (void)api_query(&list);
    }
}

API_CHECK(api_threads_flush_and_use,
          "A.93 Flush, trim, reserve and query may run beside alloc and free")
{
    lookaside_options options = api_options(TRUE);
    run(check, &options, use_or_empty);
}

static VOID open_and_close(struct crowd *crowd, ULONG member)
{
    lookaside_list *own = (lookaside_list *)crowd->context + member;

    for (ULONG round = 0; round < ROUNDS / 10; round++) {
        if (lookaside_init(own, 8, LOOKASIDE_NONPAGED_NX, NULL) == LOOKASIDE_OK) {
            api_fill(own, 6);
            if (lookaside_destroy(own) != LOOKASIDE_OK) {
                InterlockedIncrement(&clashes);
            }
        } else {
            InterlockedIncrement(&clashes);
        }
    }
}

API_CHECK(api_threads_have_lists_of_their_own,
          "A.94 Threads may initialise and destroy different lists")
{
    static lookaside_list lists[THREADS];
    struct crowd crowd = {open_and_close, lists, 0, 0};
    clashes = 0;
    EXPECT_STATUS(crowd_run(&crowd, THREADS), STATUS_SUCCESS);
    EXPECT_EQ(clashes, 0);
}

CHECK_TABLE(api_threads_checks) = {
    ENTRY(api_threads_share_a_list),
    ENTRY(api_threads_without_a_cache),
    ENTRY(api_threads_hand_over),
    ENTRY(api_threads_flush_and_use),
    ENTRY(api_threads_have_lists_of_their_own),
    CHECK_TABLE_END,
};
