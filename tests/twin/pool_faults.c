/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a driver may not do with the pool: each with the code that Windows documents for it ("Bug
 * Check 0xC4", "0xC2", "0xC6"). Caught: a check that came after the block had gone back to malloc,
 * a block that nobody looked at again after it was freed. */
#include "twin_test.h"

struct call {
    POOL_TYPE type;
    KIRQL irql;
    SIZE_T size;
    ULONG tag;
    ULONG freed_with;
    PVOID block;
};

static void allocates(void *context)
{
    struct call *call = context;
    (void)KfRaiseIrql(call->irql);
    call->block = ExAllocatePoolWithTag(call->type, call->size, call->tag);
}

static void frees(void *context)
{
    struct call *call = context;
    (void)KfRaiseIrql(call->irql);
    ExFreePoolWithTag(call->block, call->freed_with);
}

TEST(no_bytes)
{
    struct call call = {PagedPool, PASSIVE_LEVEL, 0, 'Test', 0, NULL};
    (void)expect_bugcheck(allocates, &call, 0xC4, 0x00);
}

TEST(allocating_at_a_high_irql)
{
    struct call call = {PagedPool, DISPATCH_LEVEL, 32, 'Test', 0, NULL};
    wdk_bugcheck record = expect_bugcheck(allocates, &call, 0xC4, 0x01);
    assert_int_equal(record.parameters[1], DISPATCH_LEVEL);
    assert_int_equal(record.parameters[2], PagedPool);
    assert_int_equal(record.parameters[3], 32);
    call.type = NonPagedPoolNx;
    call.irql = DISPATCH_LEVEL + 1;
    (void)expect_bugcheck(allocates, &call, 0xC4, 0x02);
}

TEST(highest_irqls_that_are_allowed)
{
    struct call call = {PagedPool, APC_LEVEL, 32, 'Test', 'Test', NULL};
    assert_false(wdk_catch_bugcheck(allocates, &call, NULL));
    assert_false(wdk_catch_bugcheck(frees, &call, NULL));
    KeLowerIrql(PASSIVE_LEVEL);
    call.type = NonPagedPoolNx;
    call.irql = DISPATCH_LEVEL;
    assert_false(wdk_catch_bugcheck(allocates, &call, NULL));
    assert_false(wdk_catch_bugcheck(frees, &call, NULL));
    KeLowerIrql(PASSIVE_LEVEL);
}

TEST(freeing_at_a_high_irql)
{
    struct call call = {PagedPool, PASSIVE_LEVEL, 32, 'Test', 'Test', NULL};
    allocates(&call);
    call.irql = DISPATCH_LEVEL;
    wdk_bugcheck record = expect_bugcheck(frees, &call, 0xC4, 0x11);
    assert_int_equal(record.parameters[3], (ULONG_PTR)call.block);
    call.irql = PASSIVE_LEVEL;
    frees(&call);
    call.type = NonPagedPoolNx;
    allocates(&call);
    call.irql = DISPATCH_LEVEL + 1;
    (void)expect_bugcheck(frees, &call, 0xC4, 0x12);
    call.irql = PASSIVE_LEVEL;
    frees(&call);
}

TEST(tags)
{
    struct call call = {PagedPool, PASSIVE_LEVEL, 32, 0, 0, NULL};
    (void)expect_bugcheck(allocates, &call, 0xC2, 0x9B);
    call.tag = 'GIB';
    (void)expect_bugcheck(allocates, &call, 0xC2, 0x9C);
    call.tag = '-* +';
    (void)expect_bugcheck(allocates, &call, 0xC2, 0x9D);
    call.tag = '1   ';
    allocates(&call);
    call.freed_with = 'Test';
    wdk_bugcheck record = expect_bugcheck(frees, &call, 0xC2, 0x0A);
    assert_int_equal(record.parameters[1], (ULONG_PTR)call.block);
    assert_int_equal(record.parameters[2], '1   ');
    assert_int_equal(record.parameters[3], 'Test');
    call.freed_with = 0;
    frees(&call);
}

TEST(a_protected_block_is_freed_with_its_tag_only)
{
    struct call call = {PagedPool, PASSIVE_LEVEL, 32, 'Test' | PROTECTED_POOL, 0, NULL};
    allocates(&call);
    (void)expect_bugcheck(frees, &call, 0xC2, 0x0A);
    call.freed_with = 'Test' | PROTECTED_POOL;
    frees(&call);
}

TEST(freeing_twice)
{
    struct call call = {PagedPool, PASSIVE_LEVEL, 40, 'Test', 'Test', NULL};
    allocates(&call);
    frees(&call);
    wdk_bugcheck record = expect_bugcheck(frees, &call, 0xC4, 0x13);
    assert_non_null(strstr(record.sentence, "40 bytes with the tag \"tseT\", allocated by"));
}

TEST(freeing_what_is_no_block)
{
    int local = 0;
    struct call call = {PagedPool, PASSIVE_LEVEL, 40, 'Test', 0, NULL};
    (void)expect_bugcheck(frees, &call, 0xC4, 0x10);
    call.block = &local;
    wdk_bugcheck record = expect_bugcheck(frees, &call, 0xC4, 0x10);
    assert_int_equal(record.parameters[1], (ULONG_PTR)&local);
    allocates(&call);
    call.block = (char *)call.block + 16;
    record = expect_bugcheck(frees, &call, 0xC4, 0x10);
    assert_non_null(strstr(record.sentence, "16 bytes inside a block"));
    ExFreePool((char *)call.block - 16);
}

static void skip_where_memory_is_watched(void)
{
    if (wdk_memory_is_watched()) {
        print_message("skipped: AddressSanitizer or valgrind reports it itself, at the write\n");
        skip();
    }
}

TEST(writing_behind_a_block)
{
    struct call call = {PagedPool, PASSIVE_LEVEL, 37, 'Test', 0, NULL};
    skip_where_memory_is_watched();
    allocates(&call);
    UCHAR *end = (UCHAR *)call.block + 37;
    UCHAR before = *end;
    *end = (UCHAR)~before;
    wdk_bugcheck record = expect_bugcheck(frees, &call, 0xC4, 0x51);
    assert_int_equal(record.parameters[2], (ULONG_PTR)end);
    *end = before;
    frees(&call);
}

static void frees_many(void *context)
{
    (void)context;
    for (int i = 0; i < 1000; i++) {
        ExFreePool(ExAllocatePoolWithTag(PagedPool, 64, 'Test'));
    }
}

TEST(writing_to_a_freed_block)
{
    struct call call = {PagedPool, PASSIVE_LEVEL, 64, 'Late', 'Late', NULL};
    skip_where_memory_is_watched();
    allocates(&call);
    frees(&call);
    ((UCHAR *)call.block)[63] = 0;
    wdk_bugcheck record = expect_bugcheck(frees_many, NULL, DRIVER_CAUGHT_MODIFYING_FREED_POOL,
                                          (ULONG_PTR)call.block);
    assert_non_null(strstr(record.sentence, "\"etaL\""));
    assert_false(wdk_catch_bugcheck(frees_many, NULL, NULL));
}

static PUCHAR freed_block;

static VOID unload(PDRIVER_OBJECT driver)
{
    (void)driver;
    freed_block[5] = 0;
}

static NTSTATUS driver_entry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    (void)registry_path;
    driver->DriverUnload = unload;
    freed_block = ExAllocatePoolWithTag(PagedPool, 64, 'Late');
    ExFreePool(freed_block);
    return STATUS_SUCCESS;
}

static void loads_and_unloads(void *context)
{
    PDRIVER_OBJECT driver;
    (void)context;
    assert_int_equal(wdk_load_driver(driver_entry, "Late", &driver), STATUS_SUCCESS);
    (void)wdk_unload_driver(driver);
}

TEST(writing_to_a_freed_block_is_found_at_the_latest_at_unload)
{
    skip_where_memory_is_watched();
    wdk_bugcheck record;
    assert_true(wdk_catch_bugcheck(loads_and_unloads, NULL, &record));
    assert_int_equal(record.code, DRIVER_CAUGHT_MODIFYING_FREED_POOL);
    assert_int_equal(record.parameters[0], (ULONG_PTR)freed_block);
    assert_int_equal(record.parameters[1], 1); /* a write */
}

TEST(executable_pool_is_a_warning_until_it_is_forbidden)
{
    struct call call = {NonPagedPool, PASSIVE_LEVEL, 64, 'Exec', 0, NULL};
    ULONG before = wdk_warnings();
    allocates(&call);
    assert_int_equal(wdk_warnings(), before + 1);
    ExFreePool(call.block);
    (void)wdk_set_action(0xC4, 0x2000, WDK_IGNORE);
    allocates(&call);
    assert_int_equal(wdk_warnings(), before + 1);
    ExFreePool(call.block);
    (void)wdk_set_action(0xC4, 0x2000, WDK_BUGCHECK);
    wdk_bugcheck record = expect_bugcheck(allocates, &call, 0xC4, 0x2000);
    assert_int_equal(record.parameters[3], 'Exec');
    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);
    allocates(&call);
    ExFreePool(call.block);
}

TEST(an_ignored_fault_changes_nothing)
{
    struct call call = {PagedPool, PASSIVE_LEVEL, 64, 'Test', 'Othr', NULL};
    (void)wdk_set_action(0xC2, 0x0A, WDK_IGNORE);
    (void)wdk_set_action(0xC4, 0x13, WDK_IGNORE);
    (void)wdk_set_action(0xC4, 0x10, WDK_IGNORE);
    allocates(&call);
    frees(&call);
    frees(&call);
    call.block = &call;
    frees(&call);
    assert_int_equal(wdk_pool_blocks('Test'), 0);
    (void)wdk_set_action(0xC2, 0x0A, WDK_BUGCHECK);
    (void)wdk_set_action(0xC4, 0x13, WDK_BUGCHECK);
    (void)wdk_set_action(0xC4, 0x10, WDK_BUGCHECK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_bytes),
        cmocka_unit_test(allocating_at_a_high_irql),
        cmocka_unit_test(highest_irqls_that_are_allowed),
        cmocka_unit_test(freeing_at_a_high_irql),
        cmocka_unit_test(tags),
        cmocka_unit_test(a_protected_block_is_freed_with_its_tag_only),
        cmocka_unit_test(freeing_twice),
        cmocka_unit_test(freeing_what_is_no_block),
        cmocka_unit_test(writing_behind_a_block),
        cmocka_unit_test(writing_to_a_freed_block),
        cmocka_unit_test(writing_to_a_freed_block_is_found_at_the_latest_at_unload),
        cmocka_unit_test(executable_pool_is_a_warning_until_it_is_forbidden),
        cmocka_unit_test(an_ignored_fault_changes_nothing),
    };
    return RUN_TESTS(tests);
}
