/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver's lists: the Windows kernel's own, and what the API adds to them.
 *
 * The kernel's list stands first, so a list's address is what WinDbg's !lookaside wants, and the
 * kernel tunes its depth as that of any other.
 *
 * Allocate and free do here what the kernel's headers did inline before the WDK of Windows 11 22H2
 * turned six routines into imports. A driver built with those imports loads on no older Windows;
 * one built with this header loads on all. Nothing else in the list's memory may be touched this
 * way.
 *
 *     seal                  the list is
 *     0                     not initialised
 *     address ^ LIVE        initialised
 *     address ^ DESTROYED   destroyed
 *     otherwise             overwritten, moved, or never a list
 *
 * The kernel's counters are plain increments, as in its headers: two CPUs may lose one. */
#ifndef LOOKASIDE_KERNEL_LIST_H
#define LOOKASIDE_KERNEL_LIST_H

#include <lookaside/lookaside.h> /* for its types; it includes this file at its end */
#include <lookaside/platform.h>

#include <wdm.h>

LOOKASIDE_BEGIN_DECLARATIONS

/* A list; lookaside.h tells what it is. The members are for the inline calls and the library alone.
 * What stands below the seal and is not volatile is constant while the list is initialised. */
struct lookaside_list {
    LOOKASIDE_LIST_EX native;
    uintptr_t seal;
    uint32_t flags;
    uint32_t maximum_depth;
    volatile LONG64 outstanding;     /* entries that are out, with LOOKASIDE_COUNT_OUTSTANDING */
    volatile LONG flushed;           /* see lookaside_statistics, as are the next two */
    volatile LONG allocate_failures; /* and allocations that are in the allocate callback */
    volatile LONG last_failure;
    uint32_t alignment;
    lookaside_cache cache;
    lookaside_allocate_callback *allocate;
    lookaside_free_callback *free;
    lookaside_construct_callback *construct;
    lookaside_destruct_callback *destruct;
    void *context;
    char name[LOOKASIDE_NAME_SIZE];
    uintptr_t reserved; /* fills the last 16 bytes, of which MSVC would warn otherwise */
};

#define LOOKASIDE_LIST_INIT LOOKASIDE_ALL_ZERO(seal)

#define LOOKASIDE_SEAL_LIVE ((uintptr_t)0x6c6f6f6b61736964)
#define LOOKASIDE_SEAL_DESTROYED ((uintptr_t)0x64657374726f7965)

/* The maximum depth of a list without a cache; the kernel's tuner leaves it alone. */
#define LOOKASIDE_PASSES_THROUGH 0xFFFF

/* What an entry is aligned to: the interlocked list keeps addresses without their last four bits. */
#define LOOKASIDE_KERNEL_ALIGNMENT ((uintptr_t)16)

/* The rare ends of the inline calls; for these alone. */
LOOKASIDE_API void *lookaside_alloc_refused(struct lookaside_list *list);
LOOKASIDE_API void *lookaside_alloc_failed(struct lookaside_list *list);
LOOKASIDE_API void lookaside_free_refused(struct lookaside_list *list, void *entry);

static inline int lookaside_is_live(const struct lookaside_list *list)
{
    return list->seal == ((uintptr_t)list ^ LOOKASIDE_SEAL_LIVE);
}

static inline int lookaside_counts_outstanding(const struct lookaside_list *list)
{
    return (list->flags & LOOKASIDE_COUNT_OUTSTANDING) != 0;
}

/* One more in a counter of the kernel's, as its headers do it: not interlocked. */
#define LOOKASIDE_COUNT(counter) LOOKASIDE_STORE(&(counter), LOOKASIDE_LOAD(&(counter)) + 1)

/* Takes an entry from the kernel's list, or from the backing. NULL when that has none. */
static inline void *lookaside_native_allocate(LOOKASIDE_LIST_EX *list)
{
    LOOKASIDE_COUNT(list->L.TotalAllocates);
    void *entry = InterlockedPopEntrySList(&list->L.ListHead);
    if (LOOKASIDE_UNLIKELY(entry == NULL)) {
        LOOKASIDE_COUNT(list->L.AllocateMisses);
        entry = list->L.AllocateEx(list->L.Type, list->L.Size, list->L.Tag, list);
    }
    return entry;
}

/* Puts an entry into the kernel's list, or gives it to the backing when the list is as deep as it
 * should be. The depth is read before the push, not with it: frees at the same time may exceed it. */
static inline void lookaside_native_free(LOOKASIDE_LIST_EX *list, void *entry)
{
    LOOKASIDE_COUNT(list->L.TotalFrees);
    if (ExQueryDepthSList(&list->L.ListHead) >= LOOKASIDE_LOAD(&list->L.Depth)) {
        LOOKASIDE_COUNT(list->L.FreeMisses);
        list->L.FreeEx(entry, list);
        return;
    }
    InterlockedPushEntrySList(&list->L.ListHead, (PSLIST_ENTRY)entry);
}

/* An allocation that neither looks at the list nor raises. */
static inline void *lookaside_take(struct lookaside_list *list)
{
    void *entry = LOOKASIDE_NATIVE_ALLOCATE(&list->native);

    if (entry != NULL && lookaside_counts_outstanding(list)) {
        InterlockedIncrement64(&list->outstanding);
    }
    return entry;
}

static inline void *lookaside_alloc_checked(struct lookaside_list *list)
{
    if (LOOKASIDE_UNLIKELY(!lookaside_is_live(list))) {
        return lookaside_alloc_refused(list);
    }
    void *entry = lookaside_take(list);
    return entry != NULL ? entry : lookaside_alloc_failed(list);
}

static inline void lookaside_free_checked(struct lookaside_list *list, void *entry)
{
    int misaligned = ((uintptr_t)entry & (LOOKASIDE_KERNEL_ALIGNMENT - 1)) != 0;

    if (LOOKASIDE_UNLIKELY(entry == NULL || misaligned || !lookaside_is_live(list))) {
        lookaside_free_refused(list, entry);
        return;
    }
    if (lookaside_counts_outstanding(list) && InterlockedDecrement64(&list->outstanding) < 0) {
        lookaside_free_refused(list, entry);
        return;
    }
    LOOKASIDE_NATIVE_FREE(&list->native, entry);
}

#ifndef LOOKASIDE_NO_INLINE
static inline void *lookaside_alloc(struct lookaside_list *list)
{
    return lookaside_alloc_checked(list);
}

static inline void lookaside_free(struct lookaside_list *list, void *entry)
{
    lookaside_free_checked(list, entry);
}
#endif

LOOKASIDE_END_DECLARATIONS

#endif
