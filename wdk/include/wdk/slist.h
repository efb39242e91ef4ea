/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Interlocked singly linked lists: the stack of free entries inside a lookaside list, and usable
 * alone. Any thread, any IRQL; no lock of the caller's is needed. */
#ifndef WDK_SLIST_H
#define WDK_SLIST_H

#include <wdk/types.h>

WDK_BEGIN

typedef struct DECLSPEC_ALIGN(16) _SLIST_ENTRY {
    struct _SLIST_ENTRY *Next;
} SLIST_ENTRY, *PSLIST_ENTRY;

/*      63                          16 15      0
 *     +------------------------------+---------+
 *     |           sequence           |  depth  |  Alignment: +1 each way at every change
 *     +------------------------------+----+----+
 *     |     address of the first entry    | 0000  Region: entries are 16-byte aligned
 *     +-----------------------------------+----+
 */
typedef union DECLSPEC_ALIGN(16) _SLIST_HEADER {
    WDK_ANONYMOUS struct {
        ULONGLONG Alignment;
        ULONGLONG Region;
    };
    struct {
        ULONGLONG Depth : 16;
        ULONGLONG Sequence : 9;
        ULONGLONG NextEntry : 39;
        ULONGLONG HeaderType : 1;
        ULONGLONG Init : 1;
        ULONGLONG Reserved : 59;
        ULONGLONG Region : 3;
    } Header8;
    struct {
        ULONGLONG Depth : 16;
        ULONGLONG Sequence : 48;
        ULONGLONG HeaderType : 1;
        ULONGLONG Init : 1;
        ULONGLONG Reserved : 2;
        ULONGLONG NextEntry : 60;
    } Header16;
    struct {
        ULONGLONG Depth : 16;
        ULONGLONG Sequence : 48;
        ULONGLONG Reserved : 4;
        ULONGLONG NextEntry : 60;
    } HeaderX64;
} SLIST_HEADER, *PSLIST_HEADER;

C_ASSERT(sizeof(SLIST_HEADER) == 16 && TYPE_ALIGNMENT(SLIST_HEADER) == 16);
C_ASSERT(sizeof(SLIST_ENTRY) == 16 && TYPE_ALIGNMENT(SLIST_ENTRY) == 16);

/* Raises STATUS_DATATYPE_MISALIGNMENT when the header is not 16-byte aligned. */
VOID InitializeSListHead(_Out_ PSLIST_HEADER SListHead);
#define ExInitializeSListHead InitializeSListHead

/* Push and pop return the entry that was, respectively is, first, or NULL. Flush empties the list
 * and returns what was first; the chain ends with NULL. An entry whose address is not a multiple of
 * 16 is bugcheck 0x139: Windows would cut its address off. */
PSLIST_ENTRY ExpInterlockedPushEntrySList(_Inout_ PSLIST_HEADER ListHead,
                                          _Inout_ PSLIST_ENTRY ListEntry);
PSLIST_ENTRY ExpInterlockedPopEntrySList(_Inout_ PSLIST_HEADER ListHead);
PSLIST_ENTRY ExpInterlockedFlushSList(_Inout_ PSLIST_HEADER ListHead);
PSLIST_ENTRY FirstEntrySList(_In_ const SLIST_HEADER *SListHead);

/* The number of entries, modulo 65536. */
USHORT ExQueryDepthSList(_In_ PSLIST_HEADER SListHead);

#define InterlockedPushEntrySList(head, entry) ExpInterlockedPushEntrySList(head, entry)
#define InterlockedPopEntrySList(head) ExpInterlockedPopEntrySList(head)
#define InterlockedFlushSList(head) ExpInterlockedFlushSList(head)
#define ExInterlockedPushEntrySList(head, entry, lock)                                             \
    ((void)(lock), ExpInterlockedPushEntrySList(head, entry))
#define ExInterlockedPopEntrySList(head, lock) ((void)(lock), ExpInterlockedPopEntrySList(head))
#define ExInterlockedFlushSList(head) ExpInterlockedFlushSList(head)
#define QueryDepthSList(head) ExQueryDepthSList(head)
#define RtlFirstEntrySList(head) FirstEntrySList(head)

WDK_END

#endif
