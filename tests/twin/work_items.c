/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Work items: where and in whose name a routine runs, what it may do with its item, and each way to
 * misuse one, with the documented code. Caught: an item that could not be queued anew by its own
 * routine; a routine that waited for another and kept it from running; work in nobody's name, for
 * which unload did not wait. */
#include "twin_test.h"

#define TAG 'krWT'
#define WORKERS 32 /* at most, of the twin */

static KEVENT done;
static KEVENT go_on;
static LONG calls; /* plain: the event orders it */
static LONG ended; /* how many routines have */

static void reset(void)
{
    KeInitializeEvent(&done, SynchronizationEvent, FALSE);
    KeInitializeEvent(&go_on, NotificationEvent, FALSE);
    calls = 0;
    ended = 0;
}

/* Until so many routines have ended. */
static void wait_for_ends(LONG count)
{
    while (InterlockedCompareExchange(&ended, 0, 0) < count) {
        KeStallExecutionProcessor(50);
    }
}

static void wait_for(PKEVENT event)
{
    KeWaitForSingleObject(event, Executive, KernelMode, FALSE, NULL);
}

/* ---- Executive work items ---- */

static WORK_QUEUE_ITEM item;

static void queue_three_times(PVOID parameter)
{
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_true(PsIsSystemThread(PsGetCurrentThread()));
    assert_ptr_equal(parameter, &calls);
    calls++;
    if (calls < 3) {
        ExQueueWorkItem(&item, DelayedWorkQueue);
    } else {
        KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
    }
}

TEST(a_routine_runs_in_a_system_thread_and_may_queue_its_item_again)
{
    reset();
    ExInitializeWorkItem(&item, queue_three_times, &calls);
    KIRQL irql = KeRaiseIrqlToDpcLevel();
    ExQueueWorkItem(&item, CriticalWorkQueue);
    KeLowerIrql(irql);
    wait_for(&done);
    assert_int_equal(calls, 3);
}

static void free_itself(PVOID parameter)
{
    ExFreePoolWithTag(parameter, TAG);
    KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

TEST(a_routine_may_free_its_item)
{
    reset();
    PWORK_QUEUE_ITEM in_pool = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*in_pool), TAG);
    ExInitializeWorkItem(in_pool, free_itself, in_pool);
    ExQueueWorkItem(in_pool, DelayedWorkQueue);
    wait_for(&done);
}

static void hold(PVOID unused)
{
    UNREFERENCED_PARAMETER(unused);
    wait_for(&go_on);
    InterlockedIncrement(&ended);
}

static void let_go(PVOID unused)
{
    UNREFERENCED_PARAMETER(unused);
    KeSetEvent(&go_on, IO_NO_INCREMENT, FALSE);
    InterlockedIncrement(&ended);
}

TEST(a_routine_may_wait_for_another)
{
    static WORK_QUEUE_ITEM holders[WORKERS - 1];
    reset();
    for (int i = 0; i < WORKERS - 1; i++) {
        ExInitializeWorkItem(&holders[i], hold, NULL);
        ExQueueWorkItem(&holders[i], DelayedWorkQueue);
    }
    ExInitializeWorkItem(&item, let_go, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    wait_for_ends(WORKERS);
}

/* ---- A driver with I/O work items ---- */

enum behaviour { TIDY, STUCK, LEAKS };

static enum behaviour behaviour;
static PDEVICE_OBJECT device;

static void io_routine(PDEVICE_OBJECT object, PVOID context)
{
    LARGE_INTEGER a_while = {.QuadPart = -200000};
    PVOID block = ExAllocatePoolWithTag(PagedPool, 10, TAG); /* the driver's */
    assert_ptr_equal(object, device);
    if (behaviour == STUCK) {
        wait_for(&go_on);
    } else {
        KeDelayExecutionThread(KernelMode, FALSE, &a_while);
    }
    *(PULONG)object->DeviceExtension = 1; /* there, although the device was deleted */
    if (behaviour != LEAKS) {
        ExFreePoolWithTag(block, TAG);
    }
    IoFreeWorkItem(context);
    InterlockedIncrement(&ended);
}

static void unload(PDRIVER_OBJECT driver)
{
    PIO_WORKITEM work = IoAllocateWorkItem(driver->DeviceObject);
    assert_non_null(work);
    IoQueueWorkItem(work, io_routine, DelayedWorkQueue, work);
    IoDeleteDevice(driver->DeviceObject);
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNREFERENCED_PARAMETER(registry_path);
    driver->DriverUnload = unload;
    return IoCreateDevice(driver, sizeof(ULONG), NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
}

static wdk_leftovers load_and_unload(enum behaviour how)
{
    PDRIVER_OBJECT driver;
    wdk_leftovers left;
    reset();
    behaviour = how;
    assert_int_equal(wdk_load_driver(entry, "Work", &driver), STATUS_SUCCESS);
    assert_int_equal(wdk_unload_driver_report(driver, &left), STATUS_SUCCESS);
    return left;
}

TEST(unload_waits_for_the_work_of_a_device)
{
    wdk_leftovers left = load_and_unload(TIDY);
    assert_int_equal(ended, 1);
    assert_int_equal(left.work_items + left.blocks, 0);
    left = load_and_unload(LEAKS);
    assert_int_equal(left.blocks, 1);
}

TEST(work_that_does_not_end_is_counted_at_unload)
{
    wdk_leftovers left = load_and_unload(STUCK);
    assert_int_equal(left.work_items, 1);
    assert_int_equal(left.blocks, 2); /* the routine's, and the item */
    KeSetEvent(&go_on, IO_NO_INCREMENT, FALSE);
    wait_for_ends(1);
}

static void io_routine_ex(PVOID object, PVOID context, PIO_WORKITEM work)
{
    assert_ptr_equal(object, device);
    assert_ptr_equal(context, &calls);
    IoUninitializeWorkItem(work);
    KeSetEvent(&done, IO_NO_INCREMENT, FALSE);
}

TEST(an_item_may_lie_in_the_drivers_memory)
{
    PDRIVER_OBJECT driver;
    wdk_leftovers left;
    reset();
    behaviour = TIDY;
    assert_int_equal(wdk_load_driver(entry, "Work", &driver), STATUS_SUCCESS);
    PIO_WORKITEM work = ExAllocatePoolWithTag(NonPagedPoolNx, IoSizeofWorkItem(), TAG);
    IoInitializeWorkItem(device, work);
    IoQueueWorkItemEx(work, io_routine_ex, DelayedWorkQueue, &calls);
    wait_for(&done);
    ExFreePoolWithTag(work, TAG);
    assert_int_equal(wdk_unload_driver_report(driver, &left), STATUS_SUCCESS);
}

TEST(an_item_that_cannot_be_allocated_is_NULL)
{
    wdk_fault_everyone(TRUE);
    wdk_fail_allocation(1);
    assert_null(IoAllocateWorkItem(NULL));
    wdk_fault_everyone(FALSE);
}

/* ---- Misuse ---- */

static void queue(PVOID work)
{
    ExQueueWorkItem(work, DelayedWorkQueue);
}

static void free_block(PVOID block)
{
    ExFreePoolWithTag(block, TAG);
}

static void free_work(PVOID work)
{
    IoFreeWorkItem(work);
}

static void queue_above_dispatch(PVOID work)
{
    KfRaiseIrql(HIGH_LEVEL);
    queue(work);
}

static void io_free(PDEVICE_OBJECT object, PVOID context)
{
    UNREFERENCED_PARAMETER(object);
    IoFreeWorkItem(context);
    InterlockedIncrement(&ended);
}

TEST(misused_items_are_bugchecks)
{
    static WORK_QUEUE_ITEM holders[WORKERS];
    PDRIVER_OBJECT driver;
    wdk_leftovers left;
    reset();
    behaviour = TIDY;
    assert_int_equal(wdk_load_driver(entry, "Work", &driver), STATUS_SUCCESS);
    for (int i = 0; i < WORKERS; i++) {
        ExInitializeWorkItem(&holders[i], hold, NULL);
        ExQueueWorkItem(&holders[i], DelayedWorkQueue);
    }
    PWORK_QUEUE_ITEM in_pool = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*in_pool), TAG);
    PIO_WORKITEM work = IoAllocateWorkItem(device);
    ExInitializeWorkItem(in_pool, let_go, NULL);
    ExQueueWorkItem(in_pool, DelayedWorkQueue);
    IoQueueWorkItem(work, io_free, DelayedWorkQueue, work);
    wdk_bugcheck record = expect_bugcheck(queue, in_pool, 0xE4, 1);
    assert_int_equal(record.parameters[1], (ULONG_PTR)in_pool);
    expect_bugcheck(free_block, in_pool, 0xE4, 0);
    expect_bugcheck(free_work, work, 0xE4, 2);
    expect_bugcheck(queue_above_dispatch, &item, 0x0A, 0);
    KeSetEvent(&go_on, IO_NO_INCREMENT, FALSE);
    wait_for_ends(WORKERS + 2);
    ExFreePoolWithTag(in_pool, TAG);
    assert_int_equal(wdk_unload_driver_report(driver, &left), STATUS_SUCCESS);
}

static void return_wrongly(PVOID unused)
{
    UNREFERENCED_PARAMETER(unused);
    KeEnterCriticalRegion();
    KfRaiseIrql(DISPATCH_LEVEL);
}

TEST(a_routine_that_returns_otherwise_than_called_is_reported)
{
    reset();
    wdk_action irql = wdk_set_action(0xE1, (ULONG_PTR)return_wrongly, WDK_WARN);
    wdk_action regions = wdk_set_action(0x01, (ULONG_PTR)return_wrongly, WDK_WARN);
    ULONG before = wdk_warnings();
    ExInitializeWorkItem(&item, return_wrongly, NULL);
    ExQueueWorkItem(&item, DelayedWorkQueue);
    while (wdk_warnings() < before + 2) {
        KeStallExecutionProcessor(50);
    }
    wdk_set_action(0xE1, 0, irql);
    wdk_set_action(0x01, 0, regions);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_routine_runs_in_a_system_thread_and_may_queue_its_item_again),
        cmocka_unit_test(a_routine_may_free_its_item),
        cmocka_unit_test(a_routine_may_wait_for_another),
        cmocka_unit_test(unload_waits_for_the_work_of_a_device),
        cmocka_unit_test(work_that_does_not_end_is_counted_at_unload),
        cmocka_unit_test(an_item_may_lie_in_the_drivers_memory),
        cmocka_unit_test(an_item_that_cannot_be_allocated_is_NULL),
        cmocka_unit_test(misused_items_are_bugchecks),
        cmocka_unit_test(a_routine_that_returns_otherwise_than_called_is_reported),
    };
    return RUN_TESTS(tests);
}
