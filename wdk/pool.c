/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The pool's routines: what they check, and in which order.
 *
 * An allocation: size, IRQL, tag, executable memory; then fault injection; then memory; then the
 * failure's form, NULL or a raise. A free: is it a block, alive, at a proper IRQL, with its tag,
 * its end intact, without a list, an active timer or a queued DPC in it. Each check is one call of
 * the verifier; when that returns, the routine goes on as a kernel without Driver Verifier would:
 * an address that is no live block is left alone.
 *
 * No lock is held here; the rooms below have theirs. Two threads that free the same block at once
 * both pass the checks, but only one of them finds it alive in the end: the other has freed it
 * twice. */
#include "pool.h"

#include <stdio.h>

#include <wdk/exception.h>
#include <wdk/ntstatus.h>

#include "bugcheck.h"
#include "faults.h"
#include "irql.h"
#include "lists.h"
#include "live.h"
#include "owner.h"
#include "pending.h"
#include "pool_tags.h"
#include "verifier.h"

#define NO_TAG 0x656E6F4Eu /* "None", for the routines without one */

static BOOLEAN executable_is_wanted = TRUE; /* by nobody, once a driver opted out */

static BOOLEAN is_paged(ULONG type)
{
    return (type & PagedPool) != 0;
}

/* ---- Allocating ------------------------------------------------------------------------------ */

static void check_irql(ULONG type, SIZE_T size)
{
    KIRQL irql = KeGetCurrentIrql();

    if (is_paged(type) && irql > APC_LEVEL) {
        verifier_report(RULE_PAGED_ALLOCATE_IRQL, irql, type, size,
                        "%zu bytes of paged pool were asked for at %s", size, irql_name(irql));
    } else if (irql > DISPATCH_LEVEL) {
        verifier_report(RULE_NONPAGED_ALLOCATE_IRQL, irql, type, size,
                        "%zu bytes of nonpaged pool were asked for at %s", size, irql_name(irql));
    }
}

static BOOLEAN has_letter_or_digit(struct tag_text tag)
{
    for (unsigned i = 0; i < 4; i++) {
        if (isalnum((unsigned char)tag.text[i])) {
            return TRUE;
        }
    }
    return FALSE;
}

static void check_tag(ULONG type, SIZE_T size, ULONG tag, const void *caller)
{
    struct tag_text text = tag_text(tag);

    if (tag == 0) {
        verifier_report(RULE_ZERO_TAG, type, size, ADDRESS(caller),
                        "%zu bytes of pool were asked for without a tag", size);
    } else if (memcmp(text.text, "BIG", 3) == 0 && !isalnum((unsigned char)text.text[3])) {
        verifier_report(RULE_BIG_TAG, type, size, ADDRESS(caller),
                        "%zu bytes of pool were asked for with the tag \"BIG\"", size);
    } else if (!has_letter_or_digit(text)) {
        verifier_report(RULE_BLANK_TAG, tag, type, ADDRESS(caller),
                        "%zu bytes of pool were asked for with the tag 0x%08X", size, tag);
    }
}

BOOLEAN pool_is_executable(ULONG type)
{
    return !is_paged(type) && (type & POOL_NX_ALLOCATION) == 0 &&
           __atomic_load_n(&executable_is_wanted, __ATOMIC_RELAXED);
}

static void check_execution(ULONG type, ULONG tag, const void *caller)
{
    if (pool_is_executable(type)) {
        verifier_report(RULE_EXECUTABLE_POOL, ADDRESS(caller), type, tag,
                        "Tag \"%s\" takes executable memory (pool type 0x%X)", tag_text(tag).text,
                        type);
    }
}

static PVOID fail(BOOLEAN raises, NTSTATUS status)
{
    if (raises) {
        ExRaiseStatus(status);
    }
    return NULL;
}

static PVOID allocate(ULONG type, SIZE_T size, ULONG tag, BOOLEAN raises, BOOLEAN zeroes)
{
    struct block block = {.size = size, .type = type, .tag = tag & ~PROTECTED_POOL};
    const void *caller;

    trace_take(&block.trace);
    caller = trace_caller(&block.trace);
    block.is_protected = (tag & PROTECTED_POOL) != 0;
    block.owner = owner_current();
    if (size == 0) {
        verifier_report(RULE_ZERO_BYTES, KeGetCurrentIrql(), type, 0,
                        "No bytes of pool were asked for with the tag \"%s\"",
                        tag_text(block.tag).text);
    }
    check_irql(type, size);
    check_tag(type, size, block.tag, caller);
    check_execution(type, block.tag, caller);
    if (faults_strike(&block.trace) || !block_create(&block)) {
        return fail(raises, STATUS_INSUFFICIENT_RESOURCES);
    }
    tags_count_allocation(block.tag, is_paged(type), size);
    if (zeroes) {
        (void)memset(block.address, 0, size);
    }
    return block.address;
}

/* Of the routines whose failure is NULL unless the type asks for a raise. */
static PVOID allocate_typed(ULONG type, SIZE_T size, ULONG tag, BOOLEAN zeroes)
{
    return allocate(type, size, tag, (type & POOL_RAISE_IF_ALLOCATION_FAILURE) != 0,
                    zeroes || (type & POOL_ZERO_ALLOCATION) != 0);
}

/* Of those whose failure is a raise unless the type asks for NULL. */
static PVOID allocate_quota(ULONG type, SIZE_T size, ULONG tag, BOOLEAN zeroes)
{
    return allocate(type, size, tag, (type & POOL_QUOTA_FAIL_INSTEAD_OF_RAISE) == 0, zeroes);
}

PVOID ExAllocatePool(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
    return allocate_typed(PoolType, NumberOfBytes, NO_TAG, FALSE);
}

PVOID ExAllocatePoolWithTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_typed(PoolType, NumberOfBytes, Tag, FALSE);
}

PVOID ExAllocatePoolWithTagPriority(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag,
                                    EX_POOL_PRIORITY Priority)
{
    (void)Priority; /* every allocation is of high priority while memory lasts */
    return allocate_typed(PoolType, NumberOfBytes, Tag, FALSE);
}

PVOID ExAllocatePoolUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_typed(PoolType, NumberOfBytes, Tag, FALSE);
}

PVOID ExAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_typed(PoolType, NumberOfBytes, Tag, TRUE);
}

PVOID ExAllocatePoolWithQuota(POOL_TYPE PoolType, SIZE_T NumberOfBytes)
{
    return allocate_quota(PoolType, NumberOfBytes, NO_TAG, FALSE);
}

PVOID ExAllocatePoolWithQuotaTag(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_quota(PoolType, NumberOfBytes, Tag, FALSE);
}

PVOID ExAllocatePoolQuotaUninitialized(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_quota(PoolType, NumberOfBytes, Tag, FALSE);
}

PVOID ExAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return allocate_quota(PoolType, NumberOfBytes, Tag, TRUE);
}

/* The type of one memory flag, or -1. */
static int type_of_flags(POOL_FLAGS flags)
{
    switch (flags & (POOL_FLAG_NON_PAGED | POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED)) {
    case POOL_FLAG_NON_PAGED:
        return NonPagedPoolNx;
    case POOL_FLAG_NON_PAGED_EXECUTE:
        return NonPagedPoolExecute;
    case POOL_FLAG_PAGED:
        return PagedPool;
    default:
        return -1;
    }
}

PVOID ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag)
{
    /* Flags from 2^32 on are optional: unknown ones are ignored. */
    const POOL_FLAGS required =
        0xFFFFFFFFu & ~(POOL_FLAG_USE_QUOTA | POOL_FLAG_UNINITIALIZED | POOL_FLAG_SESSION |
                        POOL_FLAG_CACHE_ALIGNED | POOL_FLAG_RAISE_ON_FAILURE | POOL_FLAG_NON_PAGED |
                        POOL_FLAG_NON_PAGED_EXECUTE | POOL_FLAG_PAGED);
    BOOLEAN raises = (Flags & POOL_FLAG_RAISE_ON_FAILURE) != 0;
    int type = type_of_flags(Flags);

    if ((Flags & required) != 0 || type < 0 || Tag == 0 || NumberOfBytes == 0) {
        return fail(raises, STATUS_INVALID_PARAMETER);
    }
    if (Flags & POOL_FLAG_CACHE_ALIGNED) {
        type |= NonPagedPoolCacheAligned;
    }
    if (Flags & POOL_FLAG_SESSION) {
        type |= NonPagedPoolSession;
    }
    return allocate((ULONG)type, NumberOfBytes, Tag, raises,
                    (Flags & POOL_FLAG_UNINITIALIZED) == 0);
}

VOID ExInitializeDriverRuntime(ULONG RuntimeFlags)
{
    if (RuntimeFlags & DrvRtPoolNxOptIn) {
        __atomic_store_n(&executable_is_wanted, FALSE, __ATOMIC_RELAXED);
    }
}

/* ---- Freeing --------------------------------------------------------------------------------- */

static void report_unknown(const void *address)
{
    struct block around;

    if (address == NULL) {
        verifier_report(RULE_FREE_UNKNOWN, 0, 0, 0, "NULL was freed to the pool");
    } else if (block_around(address, &around)) {
        verifier_report(RULE_FREE_UNKNOWN, ADDRESS(address), 0, 0,
                        "%p was freed, which lies %zu bytes inside a block with the tag \"%s\"",
                        address, (SIZE_T)((const char *)address - around.address),
                        tag_text(around.tag).text);
    } else {
        verifier_report(RULE_FREE_UNKNOWN, ADDRESS(address), 0, 0,
                        "%p was freed, which is no block of the pool", address);
    }
}

static void report_double_free(const struct block *block)
{
    char caller[160];

    trace_name(trace_caller(&block->trace), caller, sizeof(caller));
    verifier_report(RULE_DOUBLE_FREE, 0, ADDRESS(block->address), 0,
                    "%p was freed twice: %zu bytes with the tag \"%s\", allocated by %s",
                    (void *)block->address, block->size, tag_text(block->tag).text, caller);
}

static void check_free_irql(const struct block *block)
{
    KIRQL irql = KeGetCurrentIrql();

    if (is_paged(block->type) && irql > APC_LEVEL) {
        verifier_report(RULE_PAGED_FREE_IRQL, irql, block->type, ADDRESS(block->address),
                        "Paged pool with the tag \"%s\" was freed at %s", tag_text(block->tag).text,
                        irql_name(irql));
    } else if (irql > DISPATCH_LEVEL) {
        verifier_report(RULE_NONPAGED_FREE_IRQL, irql, block->type, ADDRESS(block->address),
                        "Nonpaged pool with the tag \"%s\" was freed at %s",
                        tag_text(block->tag).text, irql_name(irql));
    }
}

static void check_free_tag(const struct block *block, ULONG tag)
{
    ULONG wanted = block->tag | (block->is_protected ? PROTECTED_POOL : 0);

    if ((tag != 0 || block->is_protected) && tag != block->tag && tag != wanted) {
        verifier_report(RULE_WRONG_TAG, ADDRESS(block->address), block->tag, tag,
                        "Block %p has the tag \"%s\" and was freed with \"%s\"",
                        (void *)block->address, tag_text(block->tag).text, tag_text(tag).text);
    }
}

static void check_content(const struct block *block)
{
    const void *overrun = block_overrun(block);
    PGENERAL_LOOKASIDE_POOL list = lists_inside(block->address, block->size);
    char what[128];

    if (overrun != NULL) {
        verifier_report(RULE_OVERRUN, ADDRESS(block->address), ADDRESS(overrun), block->size,
                        "Block %p, %zu bytes with the tag \"%s\", was written to at offset %zu",
                        (void *)block->address, block->size, tag_text(block->tag).text,
                        (SIZE_T)((const char *)overrun - block->address));
    }
    if (list != NULL) {
        verifier_report(RULE_POOL_CONTAINS_LIST, ADDRESS(list), ADDRESS(block->address),
                        block->size,
                        "Block %p, %zu bytes with the tag \"%s\", was freed while it contains "
                        "lookaside list %p, tag \"%s\"",
                        (void *)block->address, block->size, tag_text(block->tag).text,
                        (void *)list, tag_text(list->Tag).text);
    }
    (void)snprintf(what, sizeof(what), "Block %p, %zu bytes with the tag \"%s\", was freed",
                   (void *)block->address, block->size, tag_text(block->tag).text);
    pending_check(block->address, block->size, what);
    live_check_freed(block->address, block->size);
}

static void report_modified(const struct block *block)
{
    char caller[160];

    trace_name(trace_caller(&block->trace), caller, sizeof(caller));
    verifier_report(
        RULE_FREED_POOL_MODIFIED, ADDRESS(block->address), 1, 0,
        "Block %p, %zu bytes with the tag \"%s\", allocated by %s, was written to after "
        "it was freed",
        (void *)block->address, block->size, tag_text(block->tag).text, caller);
}

void pool_check_freed(void)
{
    struct block modified;

    while (block_find_modified(&modified, TRUE)) {
        report_modified(&modified);
    }
}

static void free_checked(PVOID address, ULONG tag)
{
    struct block block;
    enum block_state state = block_find(address, &block);

    if (state == BLOCK_LIVE) {
        check_free_irql(&block);
        check_free_tag(&block, tag);
        check_content(&block);
        state = block_destroy(address);
    }
    if (state == BLOCK_LIVE) {
        tags_count_free(block.tag, is_paged(block.type), block.size);
    } else if (state == BLOCK_FREED) {
        report_double_free(&block);
    } else {
        report_unknown(address);
    }
    if (block_find_modified(&block, FALSE)) {
        report_modified(&block);
    }
}

VOID ExFreePool(PVOID P)
{
    free_checked(P, 0);
}

VOID ExFreePoolWithTag(PVOID P, ULONG Tag)
{
    free_checked(P, Tag);
}

VOID ExFreePool2(PVOID P, ULONG Tag, PVOID ExtendedParameters, ULONG ExtendedParametersCount)
{
    (void)ExtendedParameters;
    (void)ExtendedParametersCount;
    free_checked(P, Tag);
}
