/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The pool, as far as a list's default routines lean on it. */
#include "check.h"

#define TAG 'looP'
#define TOO_MUCH ((SIZE_T)1 << 50)

CHECK(pool_blocks_are_aligned, "7.1 Blocks are aligned to 16 bytes")
{
    ULONG wrong = 0;
    for (SIZE_T size = 1; size < PAGE_SIZE; size += 61) {
        PVOID block = ExAllocatePoolWithTag(PagedPool, size, TAG);
        wrong += block == NULL || (ULONG_PTR)block % 16 != 0;
        if (block != NULL) {
            ExFreePoolWithTag(block, TAG);
        }
    }
    EXPECT_EQ(wrong, 0);
}

CHECK(pool_pages_are_aligned, "7.2 Blocks of a page or more begin on a page")
{
    static const SIZE_T sizes[] = {PAGE_SIZE, PAGE_SIZE + 1, (SIZE_T)5 * PAGE_SIZE};
    for (ULONG i = 0; i < RTL_NUMBER_OF(sizes); i++) {
        PVOID block = ExAllocatePoolWithTag(PagedPool, sizes[i], TAG);
        if (EXPECT(block != NULL)) {
            EXPECT_EQ((ULONG_PTR)block % PAGE_SIZE, 0);
            ExFreePoolWithTag(block, TAG);
        }
    }
}

CHECK(pool_blocks_do_not_overlap, "7.3 Each block is its owner's alone")
{
    PUCHAR blocks[32];
    ULONG wrong = 0;
    for (ULONG i = 0; i < RTL_NUMBER_OF(blocks); i++) {
        blocks[i] = ExAllocatePoolWithTag(WORLD_NONPAGED_NX, 40, TAG);
        if (EXPECT(blocks[i] != NULL)) {
            RtlFillMemory(blocks[i], 40, (UCHAR)i);
        }
    }
    for (ULONG i = 0; i < RTL_NUMBER_OF(blocks); i++) {
        for (ULONG j = 0; blocks[i] != NULL && j < 40; j++) {
            wrong += blocks[i][j] != i;
        }
        if (blocks[i] != NULL) {
            ExFreePoolWithTag(blocks[i], TAG);
        }
    }
    EXPECT_EQ(wrong, 0);
}

CHECK(pool_says_no_with_null, "7.4 What cannot be had is NULL")
{
    EXPECT_POINTER(ExAllocatePoolWithTag(PagedPool, TOO_MUCH, TAG), NULL);
    EXPECT_POINTER(ExAllocatePoolWithTag(WORLD_NONPAGED_NX, TOO_MUCH, TAG), NULL);
}

static VOID NTAPI allocate_too_much(PVOID type)
{
    (void)ExAllocatePoolWithTag((POOL_TYPE) * (ULONG *)type, TOO_MUCH, TAG);
}

CHECK(pool_raises_when_asked,
      "7.5 With the raise bit, the pool raises STATUS_INSUFFICIENT_RESOURCES")
{
    ULONG type = (ULONG)PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE;
    EXPECT_STATUS(world_catch(allocate_too_much, &type), STATUS_INSUFFICIENT_RESOURCES);
}

struct quota_request {
    ULONG type;
    PVOID block; /* the answer */
};

static VOID NTAPI allocate_too_much_of_the_quota(PVOID argument)
{
    struct quota_request *request = argument;
    request->block = ExAllocatePoolWithQuotaTag((POOL_TYPE)request->type, TOO_MUCH, TAG);
}

CHECK(pool_quota_raises, "7.6 A quota allocation raises, unless the quota bit asks for NULL")
{
    struct quota_request request = {PagedPool, NULL};
    EXPECT(!NT_SUCCESS(world_catch(allocate_too_much_of_the_quota, &request)));
}

CHECK(pool_quota_bit, "7.6 A quota allocation raises, unless the quota bit asks for NULL")
{
    struct quota_request request = {(ULONG)PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE, &request};
    EXPECT_STATUS(world_catch(allocate_too_much_of_the_quota, &request), STATUS_SUCCESS);
    EXPECT_POINTER(request.block, NULL);
}

CHECK(pool_free_without_a_tag, "7.7 ExFreePool takes blocks of any tag")
{
    PVOID block = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    if (EXPECT(block != NULL)) {
        ExFreePool(block);
    }
    block = ExAllocatePoolWithTag(PagedPool, 100, TAG);
    if (EXPECT(block != NULL)) {
        ExFreePoolWithTag(block, 0);
    }
}

CHECK(pool_at_dispatch_level, "7.8 Nonpaged pool may be used at DISPATCH_LEVEL")
{
    KIRQL old;
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    PVOID block = ExAllocatePoolWithTag(WORLD_NONPAGED_NX, 100, TAG);
    if (EXPECT(block != NULL)) {
        ExFreePoolWithTag(block, TAG);
    }
    KeLowerIrql(old);
}

CHECK(pool_irql_is_kept, "7.9 A raised IRQL is the thread's until it is lowered")
{
    KIRQL old;
    EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    EXPECT_EQ(old, PASSIVE_LEVEL);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(old);
    EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

CHECK(pool_spin_lock_raises_irql, "7.10 A spin lock holds its owner at DISPATCH_LEVEL")
{
    KSPIN_LOCK lock;
    KIRQL old;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &old);
    EXPECT_EQ(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseSpinLock(&lock, old);
    EXPECT_EQ(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

CHECK_TABLE(pool_checks) = {
    ENTRY(pool_blocks_are_aligned),
    ENTRY(pool_pages_are_aligned),
    ENTRY(pool_blocks_do_not_overlap),
    ENTRY(pool_says_no_with_null),
    ENTRY(pool_raises_when_asked),
    ENTRY(pool_quota_raises),
    ENTRY(pool_quota_bit),
    ENTRY(pool_free_without_a_tag),
    ENTRY(pool_at_dispatch_level),
    ENTRY(pool_irql_is_kept),
    ENTRY(pool_spin_lock_raises_irql),
    CHECK_TABLE_END,
};
