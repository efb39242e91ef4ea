/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A ring of entries through the head; an empty list is a head that points to itself.
 *
 * The invariant that each routine checks before it writes is that a neighbour's link leads back:
 * entry->Flink->Blink == entry == entry->Blink->Flink. It is broken by an entry that was freed or
 * overwritten while it was linked, removed twice, or inserted twice; the write that would follow
 * spreads the damage, so the kernel stops instead (bugcheck 0x139, 3), and so does this. The caller
 * holds whatever lock the list has. */
#include <wdk/list_entry.h>

#include "verifier.h"

static void check_links(const LIST_ENTRY *before, const LIST_ENTRY *after)
{
    if (before->Flink != after || after->Blink != before) {
        verifier_report(RULE_LINK_CORRUPT, ADDRESS(before), ADDRESS(after), 0,
                        "A LIST_ENTRY's neighbours do not lead back to it: it was removed or "
                        "inserted twice, or its memory was reused while it was linked");
    }
}

static void link_between(PLIST_ENTRY before, PLIST_ENTRY entry, PLIST_ENTRY after)
{
    check_links(before, after);
    entry->Flink = after;
    entry->Blink = before;
    after->Blink = entry;
    before->Flink = entry;
}

static void unlink_between(PLIST_ENTRY before, PLIST_ENTRY entry, PLIST_ENTRY after)
{
    check_links(before, entry);
    check_links(entry, after);
    before->Flink = after;
    after->Blink = before;
}

VOID InitializeListHead(PLIST_ENTRY ListHead)
{
    ListHead->Flink = ListHead;
    ListHead->Blink = ListHead;
}

BOOLEAN IsListEmpty(const LIST_ENTRY *ListHead)
{
    return ListHead->Flink == ListHead;
}

VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
    link_between(ListHead, Entry, ListHead->Flink);
}

VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry)
{
    link_between(ListHead->Blink, Entry, ListHead);
}

PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead)
{
    PLIST_ENTRY entry = ListHead->Flink;

    unlink_between(ListHead, entry, entry->Flink);
    return entry;
}

PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead)
{
    PLIST_ENTRY entry = ListHead->Blink;

    unlink_between(entry->Blink, entry, ListHead);
    return entry;
}

BOOLEAN RemoveEntryList(PLIST_ENTRY Entry)
{
    PLIST_ENTRY after = Entry->Flink;

    unlink_between(Entry->Blink, Entry, after);
    return after->Flink == after;
}

VOID AppendTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListToAppend)
{
    PLIST_ENTRY last = ListHead->Blink;
    PLIST_ENTRY appended_last = ListToAppend->Blink;

    check_links(last, ListHead);
    check_links(appended_last, ListToAppend);
    last->Flink = ListToAppend;
    ListToAppend->Blink = last;
    appended_last->Flink = ListHead;
    ListHead->Blink = appended_last;
}

VOID PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry)
{
    Entry->Next = ListHead->Next;
    ListHead->Next = Entry;
}

PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead)
{
    PSINGLE_LIST_ENTRY first = ListHead->Next;

    if (first != NULL) {
        ListHead->Next = first->Next;
    }
    return first;
}
