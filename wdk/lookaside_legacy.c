/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* NPAGED_LOOKASIDE_LIST and PAGED_LOOKASIDE_LIST, older than the Ex lists. Nothing can be refused:
 * the type word is the flags as they are, with the paged bit for paged lists; a small size is not
 * raised; the depth that is asked for is ignored; the maximum is always 256. The callbacks know no
 * list. There is no flush. Both kinds differ in the type word and in the IRQL of the paged ones,
 * APC_LEVEL even to initialise and delete. */
#include "irql.h"
#include "lookaside.h"
#include "slist.h"
#include "tuning_rule.h"
#include "verifier.h"

#define MAXIMUM_DEPTH 256

static void initialize(PGENERAL_LOOKASIDE_POOL list, PALLOCATE_FUNCTION allocate,
                       PFREE_FUNCTION release, ULONG type, SIZE_T size, ULONG tag,
                       const char *routine)
{
    lookaside_check_new(list, type, size, tag, routine);
    InitializeSListHead(&list->ListHead);
    list->Depth = TUNING_FLOOR;
    list->MaximumDepth = MAXIMUM_DEPTH;
    list->TotalAllocates = 0;
    list->AllocateMisses = 0;
    list->TotalFrees = 0;
    list->FreeMisses = 0;
    list->Type = (POOL_TYPE)type;
    list->Tag = tag;
    list->Size = (ULONG)size;
    list->Allocate = allocate != NULL ? allocate : ExAllocatePoolWithTag;
    list->Free = release != NULL ? release : ExFreePool;
    list->LastTotalAllocates = 0;
    list->LastAllocateMisses = 0;
    lookaside_begin(list);
}

static PVOID allocate_from(PGENERAL_LOOKASIDE_POOL list, const char *routine)
{
    PVOID entry = lookaside_take(list, routine);

    return entry != NULL ? entry : list->Allocate(list->Type, list->Size, list->Tag);
}

static void free_to(PGENERAL_LOOKASIDE_POOL list, PVOID entry, const char *routine)
{
    if (!lookaside_keep(list, entry, routine)) {
        list->Free(entry);
    }
}

/* Entry by entry, the one freed last first. */
static void delete_list(PGENERAL_LOOKASIDE_POOL list, const char *routine)
{
    PSLIST_ENTRY entry;

    lookaside_end(list, routine);
    while ((entry = ExpInterlockedPopEntrySList(&list->ListHead)) != NULL) {
        list->Free(entry);
    }
}

/* ---- Nonpaged ----------------------------------------------------------------------------------- */

VOID ExInitializeNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                     PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                     USHORT Depth)
{
    (void)Depth;
    initialize(COMMON(Lookaside), Allocate, Free, NonPagedPool | Flags, Size, Tag, __func__);
}

PVOID ExAllocateFromNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
    return allocate_from(COMMON(Lookaside), __func__);
}

VOID ExFreeToNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
    free_to(COMMON(Lookaside), Entry, __func__);
}

VOID ExDeleteNPagedLookasideList(PNPAGED_LOOKASIDE_LIST Lookaside)
{
    delete_list(COMMON(Lookaside), __func__);
}

/* ---- Paged -------------------------------------------------------------------------------------- */

static void require_apc_level(PPAGED_LOOKASIDE_LIST list, ULONG tag, const char *routine)
{
    KIRQL irql = KeGetCurrentIrql();

    if (irql > APC_LEVEL) {
        verifier_report(RULE_PAGED_LIST_IRQL, ADDRESS(list), irql, tag,
                        "%s at %s: lookaside list %p is paged", routine, irql_name(irql),
                        (void *)list);
    }
}

VOID ExInitializePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PALLOCATE_FUNCTION Allocate,
                                    PFREE_FUNCTION Free, ULONG Flags, SIZE_T Size, ULONG Tag,
                                    USHORT Depth)
{
    (void)Depth;
    require_apc_level(Lookaside, Tag, __func__);
    initialize(COMMON(Lookaside), Allocate, Free, PagedPool | Flags, Size, Tag, __func__);
}

PVOID ExAllocateFromPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
    return allocate_from(COMMON(Lookaside), __func__);
}

VOID ExFreeToPagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside, PVOID Entry)
{
    free_to(COMMON(Lookaside), Entry, __func__);
}

VOID ExDeletePagedLookasideList(PPAGED_LOOKASIDE_LIST Lookaside)
{
    require_apc_level(Lookaside, Lookaside->L.Tag, __func__);
    delete_list(COMMON(Lookaside), __func__);
}
