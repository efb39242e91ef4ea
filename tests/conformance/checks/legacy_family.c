/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The routines of the two kinds behind one shape. Their allocate and free are inline in the WDK's
 * headers before Windows 11 22H2, and so they are here. */
#include "legacy_family.h"

static NPAGED_LOOKASIDE_LIST npaged;
static PAGED_LOOKASIDE_LIST paged;

static VOID npaged_initialize(PALLOCATE_FUNCTION allocate, PFREE_FUNCTION release, ULONG flags,
                              SIZE_T size, ULONG tag, USHORT depth)
{
    ExInitializeNPagedLookasideList(&npaged, allocate, release, flags, size, tag, depth);
}

static PVOID npaged_take(void)
{
    return ExAllocateFromNPagedLookasideList(&npaged);
}

static VOID npaged_give(PVOID entry)
{
    ExFreeToNPagedLookasideList(&npaged, entry);
}

static VOID npaged_end(void)
{
    ExDeleteNPagedLookasideList(&npaged);
}

static VOID paged_initialize(PALLOCATE_FUNCTION allocate, PFREE_FUNCTION release, ULONG flags,
                             SIZE_T size, ULONG tag, USHORT depth)
{
    ExInitializePagedLookasideList(&paged, allocate, release, flags, size, tag, depth);
}

static PVOID paged_take(void)
{
    return ExAllocateFromPagedLookasideList(&paged);
}

static VOID paged_give(PVOID entry)
{
    ExFreeToPagedLookasideList(&paged, entry);
}

static VOID paged_end(void)
{
    ExDeletePagedLookasideList(&paged);
}

const struct family npaged_family = {&npaged.L,  npaged_initialize, npaged_take,   npaged_give,
                                     npaged_end, NonPagedPool,      DISPATCH_LEVEL};
const struct family paged_family = {&paged.L,  paged_initialize, paged_take, paged_give,
                                    paged_end, PagedPool,        APC_LEVEL};

void legacy_begin(const struct family *family)
{
    backing_reset();
    family->initialize(backing_allocate, backing_free, 0, LEGACY_SIZE, LEGACY_TAG, 0);
}

void legacy_take(const struct family *family, PVOID *entries, ULONG count)
{
    for (ULONG i = 0; i < count; i++) {
        entries[i] = family->take();
    }
}

void legacy_give(const struct family *family, PVOID *entries, ULONG count)
{
    for (ULONG i = 0; i < count; i++) {
        family->give(entries[i]);
    }
}
