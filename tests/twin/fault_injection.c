/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Allocations that fail on purpose. Caught: a percentage that depended on the time of day, a sweep
 * that stopped one allocation early. */
#include "twin_test.h"

static int set_up(void **state)
{
    (void)state;
    wdk_fault_everyone(TRUE);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    wdk_fail_allocation(0);
    wdk_fail_randomly(0, 0);
    wdk_fail_each_new_stack(FALSE);
    wdk_fault_everyone(FALSE);
    return 0;
}

/* Calls are told apart by where they return to: no copies of this one. */
DECLSPEC_NOINLINE static BOOLEAN fails(void)
{
    PVOID block = ExAllocatePoolWithTag(PagedPool, 16, 'Test');
    if (block == NULL) {
        return TRUE;
    }
    ExFreePool(block);
    return FALSE;
}

TEST(the_nth_allocation_fails_once)
{
    ULONG before = wdk_faults_injected();
    wdk_fail_allocation(3);
    assert_false(fails());
    assert_false(fails());
    assert_true(fails());
    for (int i = 0; i < 10; i++) {
        assert_false(fails());
    }
    assert_int_equal(wdk_faults_injected(), before + 1);
}

TEST(the_test_programs_own_allocations_are_spared_by_default)
{
    wdk_fault_everyone(FALSE);
    wdk_fail_allocation(1);
    assert_false(fails());
    wdk_fault_everyone(TRUE);
    assert_true(fails());
}

TEST(a_share_fails_and_the_same_ones_again)
{
    static BOOLEAN first[10000];
    ULONG failures = 0;
    wdk_fail_randomly(42, 600);
    for (size_t i = 0; i < RTL_NUMBER_OF(first); i++) {
        first[i] = fails();
        failures += first[i];
    }
    /* 600 are expected; eight standard deviations are 190. */
    assert_in_range(failures, 410, 790);
    wdk_fail_randomly(42, 600);
    for (size_t i = 0; i < RTL_NUMBER_OF(first); i++) {
        assert_int_equal(fails(), first[i]);
    }
}

TEST(each_new_stack_fails_once)
{
    wdk_fail_each_new_stack(TRUE);
    ULONG failures = 0;
    for (volatile int i = 0; i < 5; i++) {
        failures += fails(); /* one place, as the volatile keeps it */
    }
    assert_int_equal(failures, 1);
    assert_true(fails()); /* another */
}

/* A driver's start with three allocations, of which the last two are made only if the first
 * succeeds, and that gives back what it had when one fails. */
static void starts(void *context)
{
    PVOID blocks[3] = {NULL, NULL, NULL};
    ULONG *successes = context;
    ULONG i = 0;

    while (i < RTL_NUMBER_OF(blocks) &&
           (blocks[i] = ExAllocatePoolWithTag(PagedPool, 16, 'Strt')) != NULL) {
        i++;
    }
    *successes += i == RTL_NUMBER_OF(blocks);
    while (i > 0) {
        ExFreePool(blocks[--i]);
    }
}

TEST(a_sweep_fails_each_allocation_once)
{
    ULONG successes = 0;
    assert_int_equal(wdk_fault_sweep(starts, &successes), 3);
    assert_int_equal(successes, 2); /* without a fault, and when there was none left */
    assert_int_equal(wdk_pool_blocks('Strt'), 0);
}

/* A driver that has two blocks and a list with an entry, and gives back what it got when something
 * fails. */
static LOOKASIDE_LIST_EX driver_list;
static PVOID driver_blocks[2];
static PVOID driver_entry_of_list;

static VOID driver_give_back(void)
{
    if (driver_entry_of_list != NULL) {
        ExFreeToLookasideListEx(&driver_list, driver_entry_of_list);
    }
    ExDeleteLookasideListEx(&driver_list);
    for (int i = 0; i < 2; i++) {
        if (driver_blocks[i] != NULL) {
            ExFreePoolWithTag(driver_blocks[i], 'Drv1');
        }
    }
}

static VOID driver_unload(PDRIVER_OBJECT driver)
{
    (void)driver;
    driver_give_back();
}

static NTSTATUS driver_entry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    (void)registry_path;
    driver->DriverUnload = driver_unload;
    (void)ExInitializeLookasideListEx(&driver_list, NULL, NULL, PagedPool, 0, 32, 'Drv1', 0);
    driver_blocks[0] = ExAllocatePool2(POOL_FLAG_PAGED, 100, 'Drv1');
    driver_blocks[1] = ExAllocatePool2(POOL_FLAG_NON_PAGED, 100, 'Drv1');
    driver_entry_of_list = ExAllocateFromLookasideListEx(&driver_list);
    if (driver_blocks[0] == NULL || driver_blocks[1] == NULL || driver_entry_of_list == NULL) {
        driver_give_back();
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    return STATUS_SUCCESS;
}

static void loads_and_unloads(void *context)
{
    PDRIVER_OBJECT driver;
    NTSTATUS status = wdk_load_driver(driver_entry, "Swept", &driver);

    if (NT_SUCCESS(status)) {
        ++*(ULONG *)context;
        assert_int_equal(wdk_unload_driver(driver), STATUS_SUCCESS);
    } else {
        assert_int_equal(status, STATUS_INSUFFICIENT_RESOURCES);
    }
}

TEST(a_sweep_of_a_driver_fails_its_allocations_alone)
{
    ULONG loads = 0;
    wdk_fault_everyone(FALSE);
    assert_int_equal(wdk_fault_sweep(loads_and_unloads, &loads), 3);
    assert_int_equal(loads, 2);
    assert_int_equal(wdk_pool_blocks('Drv1'), 0);
}

TEST(a_list_with_nothing_cached_returns_null)
{
    LOOKASIDE_LIST_EX list;
    assert_int_equal(
        ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, 64, 'Test', 0),
        STATUS_SUCCESS);
    PVOID entry = ExAllocateFromLookasideListEx(&list);
    wdk_fail_allocation(1);
    assert_null(ExAllocateFromLookasideListEx(&list));
    assert_int_equal(list.L.TotalAllocates, 2);
    assert_int_equal(list.L.AllocateMisses, 2);
    ExFreeToLookasideListEx(&list, entry);
    wdk_fail_allocation(1);
    assert_ptr_equal(ExAllocateFromLookasideListEx(&list), entry);
    ExFreeToLookasideListEx(&list, entry);
    ExDeleteLookasideListEx(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_nth_allocation_fails_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(the_test_programs_own_allocations_are_spared_by_default,
                                        set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_share_fails_and_the_same_ones_again, set_up, tear_down),
        cmocka_unit_test_setup_teardown(each_new_stack_fails_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sweep_fails_each_allocation_once, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_sweep_of_a_driver_fails_its_allocations_alone, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_list_with_nothing_cached_returns_null, set_up, tear_down),
    };
    return RUN_TESTS(tests);
}
