/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The interlocked stack of Windows, in user mode.
 *
 * The header is 16 bytes and changes in one compare-exchange of all of them: first entry, depth,
 * and a sequence number that moves with every change. A push is a loop around that, without a lock.
 *
 * Pop. It must read `Next` of the first entry before it can try its compare-exchange. In the
 * meantime another thread may have popped that entry and freed its memory; in the kernel the page
 * fault is forgiven and the pop begins anew, but nobody forgives one here, and AddressSanitizer is
 * right to complain. So the pops and flushes of one header exclude each other with a lock. Then,
 * while a pop holds the lock, no entry leaves the stack: pushes, which go on, only put entries on
 * top. Therefore
 *   - the entry it read as the first is on the stack until it takes it away itself, or, when a push
 *     came in between, its compare-exchange fails; so its memory is valid when `Next` is read;
 *   - nobody writes that `Next`: only who pushes an entry writes it, before the push, and an entry
 *     that is on the stack is not pushed (a driver that does so has freed it twice).
 * The sequence is then not needed against the return of an old first entry; drivers can see it, so
 * it is kept. The locks are a table that headers share by address; they nest with nothing and
 * nothing is called under them.
 *
 * The release of a push is its successful compare-exchange; it pairs with the acquire in the
 * snapshot of a pop: what was written into an entry before it was pushed is seen by who pops it.
 * The snapshot is a compare-exchange, too, the one way to read 16 bytes at once.
 *
 * Forbidden ground. Where AddressSanitizer or valgrind watches, a push forbids an entry of a
 * lookaside list before it is published, and whoever takes it away allows it: a driver that uses an
 * entry after it freed it is reported at its line, although the entry was only cached. Its link is
 * then read and written by functions that are not watched. The mark is the lowest of the header's
 * reserved bits; when nobody watches it is never set, and the header is Windows' to the bit. */
#include "slist.h"

#include <wdk/exception.h>

#include "host.h"
#include "verifier.h"
#include "watch.h"

#define LOCKS 64u
#define DEPTH_MASK 0xFFFFu
#define ONE_STEP 0x10000u /* of the sequence */
#define RESERVED_MASK 0xFu
#define LOOKASIDE_MARK 0x1u

/* Held for a few instructions, so a wait is a spin. */
struct lock {
    volatile int is_taken;
};
static struct lock locks[LOCKS];

static struct lock *lock_of(PSLIST_HEADER head)
{
    return &locks[((ULONG_PTR)head / sizeof(*head)) % LOCKS];
}

static void acquire(struct lock *lock)
{
    /* Pairs with the release below: pops of one header follow each other. */
    while (__atomic_exchange_n(&lock->is_taken, 1, __ATOMIC_ACQUIRE) != 0) {
        host_yield();
    }
}

static void release(struct lock *lock)
{
    __atomic_store_n(&lock->is_taken, 0, __ATOMIC_RELEASE);
}

/* ---- The header --------------------------------------------------------------------------------- */

static SLIST_HEADER snapshot(PSLIST_HEADER head)
{
    union {
        wdk_both_words words;
        SLIST_HEADER header;
    } now;

    now.words = __sync_val_compare_and_swap((wdk_both_words *)head, 0, 0);
    return now.header;
}

static BOOLEAN replace(PSLIST_HEADER head, SLIST_HEADER old, PSLIST_ENTRY first, ULONGLONG depth)
{
    union {
        SLIST_HEADER header;
        wdk_both_words words;
    } before = {old}, after;

    after.header.Alignment =
        ((old.Alignment & ~(ULONGLONG)DEPTH_MASK) + ONE_STEP) | (depth & DEPTH_MASK);
    after.header.Region = (ULONGLONG)(ULONG_PTR)first | (old.Region & RESERVED_MASK);
    return __sync_bool_compare_and_swap((wdk_both_words *)head, before.words, after.words);
}

static PSLIST_ENTRY first_of(SLIST_HEADER header)
{
    return (PSLIST_ENTRY)(ULONG_PTR)(header.Region & ~(ULONGLONG)RESERVED_MASK);
}

/* ---- Forbidden ground --------------------------------------------------------------------------- */

static SIZE_T watched_size(PSLIST_HEADER head, SLIST_HEADER header)
{
    return header.Region & LOOKASIDE_MARK
               ? CONTAINING_RECORD(head, GENERAL_LOOKASIDE_POOL, ListHead)->Size
               : 0;
}

WDK_UNWATCHED static PSLIST_ENTRY next_on_forbidden_ground(PSLIST_ENTRY entry)
{
    return entry->Next;
}

WDK_UNWATCHED static void set_next_on_forbidden_ground(PSLIST_ENTRY entry, PSLIST_ENTRY next)
{
    entry->Next = next;
}

/* Where nothing is forbidden, AddressSanitizer watches the links, too. */
static PSLIST_ENTRY next_of(SLIST_HEADER header, PSLIST_ENTRY entry)
{
    return header.Region & LOOKASIDE_MARK ? next_on_forbidden_ground(entry) : entry->Next;
}

static void set_next(SLIST_HEADER header, PSLIST_ENTRY entry, PSLIST_ENTRY next)
{
    if (header.Region & LOOKASIDE_MARK) {
        set_next_on_forbidden_ground(entry, next);
    } else {
        entry->Next = next;
    }
}

void slist_belongs_to_lookaside(PSLIST_HEADER head)
{
    if (wdk_memory_is_watched()) {
        head->Region |= LOOKASIDE_MARK;
    }
}

/* ---- The routines ------------------------------------------------------------------------------- */

VOID InitializeSListHead(PSLIST_HEADER SListHead)
{
    if ((ULONG_PTR)SListHead % sizeof(*SListHead) != 0) {
        ExRaiseDatatypeMisalignment();
    }
    SListHead->Alignment = 0;
    SListHead->Region = 0;
}

PSLIST_ENTRY ExpInterlockedPushEntrySList(PSLIST_HEADER ListHead, PSLIST_ENTRY ListEntry)
{
    SLIST_HEADER old = snapshot(ListHead);

    if ((ULONG_PTR)ListEntry % TYPE_ALIGNMENT(SLIST_ENTRY) != 0) {
        verifier_report(RULE_LINK_CORRUPT, ADDRESS(ListHead), ADDRESS(ListEntry), 0,
                        "Entry %p was pushed on list %p, which can only keep 16-byte aligned ones",
                        (void *)ListEntry, (void *)ListHead);
    }
    watch_forbid(ListEntry, watched_size(ListHead, old));
    for (;;) {
        PSLIST_ENTRY first = first_of(old);
        set_next(old, ListEntry, first);
        if (replace(ListHead, old, ListEntry, old.HeaderX64.Depth + 1u)) {
            return first;
        }
        old = snapshot(ListHead);
    }
}

PSLIST_ENTRY ExpInterlockedPopEntrySList(PSLIST_HEADER ListHead)
{
    struct lock *lock = lock_of(ListHead);
    SLIST_HEADER old;
    PSLIST_ENTRY first;

    acquire(lock);
    do {
        old = snapshot(ListHead);
        first = first_of(old);
    } while (first != NULL &&
             !replace(ListHead, old, next_of(old, first), old.HeaderX64.Depth - 1u));
    release(lock);
    if (first != NULL) {
        watch_allow(first, watched_size(ListHead, old));
    }
    return first;
}

PSLIST_ENTRY ExpInterlockedFlushSList(PSLIST_HEADER ListHead)
{
    struct lock *lock = lock_of(ListHead);
    SLIST_HEADER old;

    acquire(lock);
    do {
        old = snapshot(ListHead);
    } while (first_of(old) != NULL && !replace(ListHead, old, NULL, 0));
    release(lock);
    for (PSLIST_ENTRY entry = first_of(old); entry != NULL; entry = next_of(old, entry)) {
        watch_allow(entry, watched_size(ListHead, old));
    }
    return first_of(old);
}

BOOLEAN slist_contains(PSLIST_HEADER head, const void *entry)
{
    struct lock *lock = lock_of(head);
    SLIST_HEADER now;
    PSLIST_ENTRY each;

    acquire(lock);
    now = snapshot(head);
    each = first_of(now);
    while (each != NULL && each != entry) {
        each = next_of(now, each);
    }
    release(lock);
    return each != NULL;
}

PSLIST_ENTRY FirstEntrySList(const SLIST_HEADER *SListHead)
{
    return first_of(snapshot((PSLIST_HEADER)(ULONG_PTR)SListHead));
}

USHORT ExQueryDepthSList(PSLIST_HEADER SListHead)
{
    return (USHORT)(__atomic_load_n(&SListHead->Alignment, __ATOMIC_RELAXED) & DEPTH_MASK);
}
