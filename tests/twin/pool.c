/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a correct driver sees of the pool. Caught: zeroing that the flag should prevent and the
 * reverse, a raise where NULL is promised, a page-sized block off its page. */
#include "twin_test.h"

#include <stdio.h>
#include <unistd.h>

#define NO_SUCH_FLAG 0x10ull /* reserved */

TEST(blocks_are_16_byte_aligned_and_page_aligned_from_a_page_on)
{
    const SIZE_T sizes[] = {1, 8, 24, 4080, 4095, 4096, 4097, 70000};
    for (size_t i = 0; i < RTL_NUMBER_OF(sizes); i++) {
        PVOID block = ExAllocatePoolWithTag(PagedPool, sizes[i], 'Test');
        assert_non_null(block);
        assert_int_equal((ULONG_PTR)block % (sizes[i] >= PAGE_SIZE ? PAGE_SIZE : 16), 0);
        (void)memset(block, 0x5A, sizes[i]);
        ExFreePoolWithTag(block, 'Test');
    }
    PVOID block = ExAllocatePoolWithTag(NonPagedPoolNxCacheAligned, 1, 'Test');
    assert_int_equal((ULONG_PTR)block % SYSTEM_CACHE_ALIGNMENT_SIZE, 0);
    ExFreePool(block);
}

static BOOLEAN is_zero(const UCHAR *block, SIZE_T size)
{
    for (SIZE_T i = 0; i < size; i++) {
        if (block[i] != 0) {
            return FALSE;
        }
    }
    return TRUE;
}

TEST(what_promises_zeroes_gives_them)
{
    for (int round = 0; round < 20; round++) {
        UCHAR *blocks[] = {
            ExAllocatePool2(POOL_FLAG_PAGED, 100, 'Test'),
            ExAllocatePoolZero(NonPagedPoolNx, 100, 'Test'),
            ExAllocatePoolQuotaZero(PagedPool, 100, 'Test'),
            ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_UNINITIALIZED, 100, 'Test'),
        };
        for (size_t i = 0; i < RTL_NUMBER_OF(blocks); i++) {
            assert_non_null(blocks[i]);
            assert_true(i == 3 || is_zero(blocks[i], 100));
            (void)memset(blocks[i], 0xFF, 100);
            ExFreePool(blocks[i]);
        }
    }
}

TEST(pool2_refuses_what_it_does_not_understand)
{
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED, 16, 0));
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED, 0, 'Test'));
    assert_null(ExAllocatePool2(0, 16, 'Test'));
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_NON_PAGED, 16, 'Test'));
    assert_null(ExAllocatePool2(POOL_FLAG_PAGED | NO_SUCH_FLAG, 16, 'Test'));
    PVOID block = ExAllocatePool2(POOL_FLAG_PAGED | 0x8000000000000000ull, 16, 'Test');
    assert_non_null(block);
    ExFreePool2(block, 'Test', NULL, 0);
}

static void allocates_without_a_tag_and_raises(void *context)
{
    (void)context;
    (void)ExAllocatePool2(POOL_FLAG_PAGED | POOL_FLAG_RAISE_ON_FAILURE, 16, 0);
}

static void raises_for_type(void *type)
{
    wdk_fail_allocation(1);
    ExFreePool(ExAllocatePoolWithTag(*(POOL_TYPE *)type, 16, 'Test'));
}

static void raises_for_quota(void *type)
{
    wdk_fail_allocation(1);
    ExFreePool(ExAllocatePoolWithQuotaTag(*(POOL_TYPE *)type, 16, 'Test'));
}

TEST(a_failure_is_null_or_raised_as_asked)
{
    POOL_TYPE type = (POOL_TYPE)(PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE);
    wdk_fault_everyone(TRUE);
    assert_int_equal(wdk_catch(allocates_without_a_tag_and_raises, NULL), STATUS_INVALID_PARAMETER);
    assert_int_equal(wdk_catch(raises_for_type, &type), STATUS_INSUFFICIENT_RESOURCES);
    type = PagedPool;
    assert_int_equal(wdk_catch(raises_for_quota, &type), STATUS_INSUFFICIENT_RESOURCES);
    wdk_fail_allocation(1);
    assert_null(ExAllocatePoolWithTag(PagedPool, 16, 'Test'));
    wdk_fail_allocation(1);
    assert_null(ExAllocatePoolWithQuotaTag(
        (POOL_TYPE)(PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE), 16, 'Test'));
    assert_null(ExAllocatePoolWithTag(PagedPool, (SIZE_T)1 << 60, 'Test'));
    wdk_fault_everyone(FALSE);
}

static void remember(const wdk_pool_usage *usage, void *context)
{
    if (usage->tag == 'Cnt1') {
        ((wdk_pool_usage *)context)[usage->paged ? 1 : 0] = *usage;
    }
}

TEST(tags_are_counted_as_poolmon_counts)
{
    wdk_pool_usage usage[2] = {{0}, {0}};
    PVOID a = ExAllocatePoolWithTag(PagedPool, 100, 'Cnt1');
    PVOID b = ExAllocatePoolWithTag(PagedPool, 50, 'Cnt1');
    PVOID c = ExAllocatePoolWithTag(NonPagedPoolNx, 8, 'Cnt1');
    ExFreePoolWithTag(b, 'Cnt1');
    wdk_pool_visit(remember, usage);
    assert_int_equal(usage[1].allocations, 2);
    assert_int_equal(usage[1].frees, 1);
    assert_int_equal(usage[1].bytes, 100);
    assert_int_equal(usage[0].allocations, 1);
    assert_int_equal(usage[0].bytes, 8);
    assert_int_equal(wdk_pool_blocks('Cnt1'), 2);
    ExFreePool(a);
    ExFreePool(c);
    assert_int_equal(wdk_pool_blocks('Cnt1'), 0);
}

/* What wdk_pool_print writes. */
static void read_table(char *text, size_t size)
{
    FILE *file = tmpfile();
    int standard_output = dup(STDOUT_FILENO);
    assert_non_null(file);
    (void)fflush(stdout);
    (void)dup2(fileno(file), STDOUT_FILENO);
    wdk_pool_print();
    (void)fflush(stdout);
    (void)dup2(standard_output, STDOUT_FILENO);
    (void)close(standard_output);
    rewind(file);
    text[fread(text, 1, size - 1, file)] = '\0';
    (void)fclose(file);
}

TEST(the_table_is_poolmons)
{
    static char text[8192];
    PVOID a = ExAllocatePoolWithTag(PagedPool, 100, 'tiaW');
    PVOID b = ExAllocatePoolWithTag(PagedPool, 50, 'tiaW');
    read_table(text, sizeof(text));
    ExFreePool(a);
    read_table(text, sizeof(text));
    assert_non_null(strstr(
        text, " Wait Paged         2 (   0)         1 (   1)        1      50 (  -100)     50\n"));
    ExFreePool(b);
}

static void check_order(const wdk_pool_usage *usage, void *context)
{
    ULONGLONG rank = (ULONGLONG)__builtin_bswap32(usage->tag) << 1 | usage->paged;
    ULONGLONG *last = context;
    assert_true(rank > *last);
    *last = rank;
}

TEST(many_tags_stay_sorted_and_are_counted_apart)
{
    static PVOID blocks[500];
    ULONGLONG last = 0;
    for (ULONG i = 0; i < RTL_NUMBER_OF(blocks); i++) {
        blocks[i] = ExAllocatePoolWithTag(PagedPool, 16, 'a000' + (i * 7919 % 500 << 8));
        assert_non_null(blocks[i]);
    }
    wdk_pool_visit(check_order, &last);
    assert_int_equal(wdk_pool_blocks(0), RTL_NUMBER_OF(blocks));
    for (ULONG i = 0; i < RTL_NUMBER_OF(blocks); i++) {
        ExFreePoolWithTag(blocks[i], 'a000' + (i * 7919 % 500 << 8));
    }
    assert_int_equal(wdk_pool_blocks(0), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_are_16_byte_aligned_and_page_aligned_from_a_page_on),
        cmocka_unit_test(what_promises_zeroes_gives_them),
        cmocka_unit_test(pool2_refuses_what_it_does_not_understand),
        cmocka_unit_test(a_failure_is_null_or_raised_as_asked),
        cmocka_unit_test(tags_are_counted_as_poolmon_counts),
        cmocka_unit_test(the_table_is_poolmons),
        cmocka_unit_test(many_tags_stay_sorted_and_are_counted_apart),
    };
    return RUN_TESTS(tests);
}
