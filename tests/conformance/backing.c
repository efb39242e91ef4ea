/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Blocks come from the pool. A block that comes back is overwritten before the pool gets it: a list
 * that reads an entry after it gave it away goes astray at once. */
#include "backing.h"

#define SMALLEST_BLOCK 16 /* a list of four-byte entries still writes its link into them */

struct backing backing;

void backing_reset(void)
{
    RtlZeroMemory(&backing, sizeof backing);
}

static PVOID allocate_crowded(SIZE_T size)
{
    PVOID block = ExAllocatePoolWithTag(WORLD_NONPAGED_NX, size, BACKING_TAG);
    if (block != NULL) {
        RtlZeroMemory(block, size);
        InterlockedIncrement(&backing.allocations);
    }
    return block;
}

static VOID release_crowded(PVOID block)
{
    InterlockedIncrement(&backing.frees);
    ExFreePoolWithTag(block, BACKING_TAG);
}

static PVOID allocate(POOL_TYPE type, SIZE_T size, ULONG tag)
{
    backing.type = type;
    backing.size = size;
    backing.tag = tag;
    backing.irql = KeGetCurrentIrql();
    if (!NT_SUCCESS(backing.raise)) {
        world_raise(backing.raise);
    }
    if (backing.fail) {
        return NULL;
    }
    PVOID block = backing.hand_out;
    backing.hand_out = NULL;
    if (block == NULL) {
        block = ExAllocatePoolWithTag(WORLD_NONPAGED_NX,
                                      size < SMALLEST_BLOCK ? SMALLEST_BLOCK : size, BACKING_TAG);
    }
    if (block != NULL) {
        InterlockedIncrement(&backing.allocations);
        backing.given = block;
    }
    return block;
}

static VOID release(PVOID block)
{
    const LONG number = InterlockedIncrement(&backing.frees) - 1;
    backing.irql = KeGetCurrentIrql();
    if (number < BACKING_FREES_KEPT) {
        backing.freed[number] = block;
    }
    if (backing.watched != NULL) {
        backing.depth_seen = ExQueryDepthSList(backing.watched);
    }
    RtlFillMemory(block, SMALLEST_BLOCK, 0xDD);
    ExFreePoolWithTag(block, BACKING_TAG);
}

PVOID NTAPI backing_allocate(POOL_TYPE type, SIZE_T size, ULONG tag)
{
    return backing.crowded ? allocate_crowded(size) : allocate(type, size, tag);
}

VOID NTAPI backing_free(PVOID block)
{
    if (backing.crowded) {
        release_crowded(block);
    } else {
        release(block);
    }
}

PVOID NTAPI backing_allocate_ex(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX list)
{
    if (!backing.crowded) {
        backing.allocate_list = list;
    }
    return backing_allocate(type, size, tag);
}

VOID NTAPI backing_free_ex(PVOID block, PLOOKASIDE_LIST_EX list)
{
    if (!backing.crowded) {
        backing.free_list = list;
    }
    backing_free(block);
}
