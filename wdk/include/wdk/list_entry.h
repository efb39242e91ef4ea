/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Doubly and singly linked lists. A list's links are checked on insertion and removal as the kernel
 * does it: a corrupt one is bugcheck 0x139, parameter 3 (KERNEL_SECURITY_CHECK_FAILURE: the page
 * "Bug Check 0x139"). Nothing here takes a lock; any IRQL. */
#ifndef WDK_LIST_ENTRY_H
#define WDK_LIST_ENTRY_H

#include <wdk/types.h>

WDK_BEGIN

VOID InitializeListHead(PLIST_ENTRY ListHead);
BOOLEAN IsListEmpty(const LIST_ENTRY *ListHead);
VOID InsertHeadList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry);
VOID InsertTailList(PLIST_ENTRY ListHead, PLIST_ENTRY Entry);

/* These two return the entry they took out, or the head itself when the list is empty. */
PLIST_ENTRY RemoveHeadList(PLIST_ENTRY ListHead);
PLIST_ENTRY RemoveTailList(PLIST_ENTRY ListHead);

/* Returns TRUE when the list is empty afterwards. */
BOOLEAN RemoveEntryList(PLIST_ENTRY Entry);

/* Puts a list whose head is no part of it (its first entry is given) at the tail of another. */
VOID AppendTailList(PLIST_ENTRY ListHead, PLIST_ENTRY ListToAppend);

/* Singly linked: the head is an entry that holds nothing. Pop returns NULL for an empty list. */
VOID PushEntryList(PSINGLE_LIST_ENTRY ListHead, PSINGLE_LIST_ENTRY Entry);
PSINGLE_LIST_ENTRY PopEntryList(PSINGLE_LIST_ENTRY ListHead);

WDK_END

#endif
