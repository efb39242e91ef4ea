/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The rules of ExInitializeLookasideListEx and ExFlushLookasideListEx, in C.
 *
 * The documentation of ExInitializeLookasideListEx is stricter than the kernel and tells less. What
 * shipping kernels were observed to do, and drivers depend on, is done here:
 *
 *   - Depth, "always 0", may also be 256 to 1024; drivers of Microsoft's own pass 1024.
 *   - A pool type is refused when it has a bit outside 0x3E7, or both of its two lowest bits. The
 *     raise and quota bits are outside: they are reached through the flags alone.
 *   - FAIL_NO_RAISE without an allocate routine is accepted.
 *   - A size below 8 becomes 8, the room of the link; a size is kept in 32 bits.
 *   - `Future` keeps what was in it.
 *
 * The two routines are independent: one may be the driver's and the other the pool's. The defaults
 * are ExAllocatePoolWithTag and ExFreePool themselves, stored as such, so that tools name them.
 * They take one argument less than they are called with, which the x64 calling convention allows;
 * the layout's unions are there for that.
 *
 * No lock: who initialises has the list for itself, and a flush takes the whole chain in one step,
 * after which the entries are its own. */
#include "list_ex.h"

#define POOL_TYPE_BITS 0x3E7u /* base type, must-succeed, cache-aligned, session, cold, nx */
#define POOL_TYPE_BASE 0x3u   /* 0 nonpaged, 1 paged, 2 nonpaged must-succeed; 3 means nothing */

static BOOLEAN is_depth(USHORT depth)
{
    return depth == 0 ||
           (depth >= EX_MAXIMUM_LOOKASIDE_DEPTH_BASE && depth <= EX_MAXIMUM_LOOKASIDE_DEPTH_LIMIT);
}

static BOOLEAN are_flags(ULONG flags)
{
    return flags <= EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE;
}

static BOOLEAN is_pool_type(ULONG pool_type)
{
    return (pool_type & ~POOL_TYPE_BITS) == 0 && (pool_type & POOL_TYPE_BASE) != POOL_TYPE_BASE;
}

/* What the allocate routine is asked for. */
static ULONG type_bits(ULONG flags)
{
    switch (flags) {
    case EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL:
        return POOL_RAISE_IF_ALLOCATION_FAILURE;
    case EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE:
        return POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    default:
        return 0;
    }
}

static void set_routines(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
                         PFREE_FUNCTION_EX release)
{
    if (allocate != NULL) {
        list->L.AllocateEx = allocate;
    } else {
        list->L.Allocate = ExAllocatePoolWithTag;
    }
    if (release != NULL) {
        list->L.FreeEx = release;
    } else {
        list->L.Free = ExFreePool;
    }
}

NTSTATUS la_list_ex_initialize(PLOOKASIDE_LIST_EX list, PALLOCATE_FUNCTION_EX allocate,
                               PFREE_FUNCTION_EX release, POOL_TYPE pool_type, ULONG flags,
                               SIZE_T size, ULONG tag, USHORT depth)
{
    if (!is_depth(depth)) {
        return STATUS_INVALID_PARAMETER_8;
    }
    if (!are_flags(flags)) {
        return STATUS_INVALID_PARAMETER_5;
    }
    if (!is_pool_type((ULONG)pool_type)) {
        return STATUS_INVALID_PARAMETER_4;
    }
    InitializeSListHead(&list->L.ListHead);
    list->L.Depth = 4;
    list->L.MaximumDepth = depth != 0 ? depth : EX_MAXIMUM_LOOKASIDE_DEPTH_BASE;
    list->L.TotalAllocates = 0;
    list->L.AllocateMisses = 0;
    list->L.TotalFrees = 0;
    list->L.FreeMisses = 0;
    list->L.Type = (POOL_TYPE)((ULONG)pool_type | type_bits(flags));
    list->L.Tag = tag;
    list->L.Size =
        size < LOOKASIDE_MINIMUM_BLOCK_SIZE ? (ULONG)LOOKASIDE_MINIMUM_BLOCK_SIZE : (ULONG)size;
    set_routines(list, allocate, release);
    InitializeListHead(&list->L.ListEntry); /* in no set of lists */
    list->L.LastTotalAllocates = 0;
    list->L.LastAllocateMisses = 0;
    return STATUS_SUCCESS;
}

VOID la_list_ex_flush(PLOOKASIDE_LIST_EX list)
{
    PSLIST_ENTRY entry = ExInterlockedFlushSList(&list->L.ListHead);

    while (entry != NULL) {
        PSLIST_ENTRY next = entry->Next; /* the entry is not ours after Free */
        list->L.FreeEx(entry, list);
        entry = next;
    }
}
