/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* LOOKASIDE_LIST_EX. The rules of initialisation and flush are those of nt/list_ex.c, which drivers
 * also carry to kernels without them; here they get the kernel's set of all lists and the verifier.
 *
 * The checks of arguments come first and change nothing, so they are made on a list that nobody
 * sees. */
#include "list_ex.h"

#include "lookaside.h"

NTSTATUS ExInitializeLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PALLOCATE_FUNCTION_EX Allocate,
                                     PFREE_FUNCTION_EX Free, POOL_TYPE PoolType, ULONG Flags,
                                     SIZE_T Size, ULONG Tag, USHORT Depth)
{
    LOOKASIDE_LIST_EX trial;
    NTSTATUS status =
        la_list_ex_initialize(&trial, Allocate, Free, PoolType, Flags, Size, Tag, Depth);

    if (NT_SUCCESS(status)) {
        lookaside_check_new(COMMON(Lookaside), PoolType, Size, Tag, __func__);
        status =
            la_list_ex_initialize(Lookaside, Allocate, Free, PoolType, Flags, Size, Tag, Depth);
        lookaside_begin(COMMON(Lookaside));
    }
    return status;
}

PVOID ExAllocateFromLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    PVOID entry = lookaside_take(COMMON(Lookaside), __func__);

    if (entry == NULL) {
        entry = Lookaside->L.AllocateEx(Lookaside->L.Type, Lookaside->L.Size, Lookaside->L.Tag,
                                        Lookaside);
    }
    return entry;
}

VOID ExFreeToLookasideListEx(PLOOKASIDE_LIST_EX Lookaside, PVOID Entry)
{
    if (!lookaside_keep(COMMON(Lookaside), Entry, __func__)) {
        Lookaside->L.FreeEx(Entry, Lookaside);
    }
}

VOID ExFlushLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    lookaside_check_use(COMMON(Lookaside), __func__);
    la_list_ex_flush(Lookaside);
}

VOID ExDeleteLookasideListEx(PLOOKASIDE_LIST_EX Lookaside)
{
    lookaside_end(COMMON(Lookaside), __func__);
    la_list_ex_flush(Lookaside);
}
