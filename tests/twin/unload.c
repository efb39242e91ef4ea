/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Loading and unloading: for each thing that a driver can leave behind, the bugcheck with its
 * documented code, and the report. Caught: what a driver took in nobody's name; a DriverEntry
 * that fails and was not looked at; a thread that still runs and was not counted. */
#include "twin_test.h"

#define TAG 'kaeL'

enum leftover {
    NOTHING,
    POOL,
    LIST,
    LEGACY_LIST,
    DEVICE,
    LINK,
    THREAD,
    HANDLE_OF_A_THREAD,
    REQUEST,
    TIMER,
    PERIODIC_TIMER,
    QUEUED_DPC,
    ENDLESS_DPC,
    TIMER_OF_A_DEVICE,
    RAISED_IRQL,
    RAISED_IRQL_IN_UNLOAD
};

static enum leftover leaves;
static NTSTATUS result;
static BOOLEAN has_unload;
static KEVENT stop;
static LOOKASIDE_LIST_EX list;
static NPAGED_LOOKASIDE_LIST legacy_list;
static KTIMER timer;
static KDPC dpc;
static LONG dpc_runs;
static UNICODE_STRING link_name = RTL_CONSTANT_STRING(L"\\??\\Leftover");

static NTSTATUS succeed_or_pend(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        IoMarkIrpPending(irp);
        return STATUS_PENDING;
    }
    irp->IoStatus.Status = STATUS_SUCCESS;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

static void wait_for_stop(void *unused)
{
    UNREFERENCED_PARAMETER(unused);
    KeWaitForSingleObject(&stop, Executive, KernelMode, FALSE, NULL);
}

static PVOID running; /* the thread's object */

static void start_thread(BOOLEAN close_handle, BOOLEAN wait)
{
    HANDLE handle;
    PVOID thread;
    assert_int_equal(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, wait_for_stop, NULL), 0);
    assert_int_equal(ObReferenceObjectByHandle(handle, 0, *PsThreadType, KernelMode, &thread, NULL),
                     STATUS_SUCCESS);
    if (close_handle) {
        ZwClose(handle);
    }
    if (wait) {
        KeSetEvent(&stop, 0, FALSE);
        KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    }
    running = thread;
}

static void unload(PDRIVER_OBJECT driver)
{
    if (leaves != DEVICE) {
        IoDeleteDevice(driver->DeviceObject);
    }
    if (leaves == QUEUED_DPC) {
        KeInsertQueueDpc(&dpc, NULL, NULL);
    }
    if (leaves == RAISED_IRQL_IN_UNLOAD) {
        KfRaiseIrql(APC_LEVEL);
    }
}

static void run_dpc(PKDPC self, PVOID context, PVOID argument1, PVOID argument2)
{
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
    if (leaves == QUEUED_DPC) {
        KeStallExecutionProcessor(20000); /* unload is faster, if it does not wait */
    }
    InterlockedIncrement(&dpc_runs);
    if (leaves == ENDLESS_DPC) {
        (void)KeInsertQueueDpc(self, NULL, NULL);
    }
}

static void leave_timer_or_dpc(void)
{
    LARGE_INTEGER hour = {.QuadPart = -36000000000ll};
    LARGE_INTEGER at_once = {.QuadPart = 0};
    KeInitializeTimer(&timer);
    KeInitializeDpc(&dpc, run_dpc, NULL);
    InterlockedExchange(&dpc_runs, 0);
    if (leaves == TIMER) {
        KeSetTimer(&timer, hour, &dpc);
    }
    if (leaves == PERIODIC_TIMER) {
        KeSetTimerEx(&timer, at_once, 1, &dpc);
    }
    if (leaves == ENDLESS_DPC) {
        KeInsertQueueDpc(&dpc, NULL, NULL);
    }
}

/* Not static, for its name to be known at run time. */
void allocate_and_forget(void);
__attribute__((noinline)) void allocate_and_forget(void)
{
    assert_non_null(ExAllocatePoolWithTag(NonPagedPoolNx, 100, TAG));
    assert_non_null(ExAllocatePoolWithTag(PagedPool, 20, TAG));
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Leftover");
    PDEVICE_OBJECT device;
    UNREFERENCED_PARAMETER(registry_path);
    if (has_unload) {
        driver->DriverUnload = unload;
    }
    for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        driver->MajorFunction[i] = succeed_or_pend;
    }
    leave_timer_or_dpc();
    if (leaves == POOL) {
        allocate_and_forget();
    }
    if (leaves == LIST) {
        ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx, 0, 32, TAG, 0);
    }
    if (leaves == LEGACY_LIST) {
        ExInitializeNPagedLookasideList(&legacy_list, NULL, NULL, POOL_NX_ALLOCATION, 32, TAG, 0);
    }
    if (leaves == LINK) {
        assert_int_equal(IoCreateSymbolicLink(&link_name, &name), STATUS_SUCCESS);
    }
    if (leaves == THREAD || leaves == HANDLE_OF_A_THREAD) {
        KeInitializeEvent(&stop, NotificationEvent, FALSE);
        start_thread(leaves == THREAD, leaves == HANDLE_OF_A_THREAD);
    }
    if (NT_SUCCESS(result) || leaves == DEVICE) {
        NTSTATUS status =
            IoCreateDevice(driver, sizeof(KTIMER), &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
        assert_int_equal(status, STATUS_SUCCESS);
    }
    if (leaves == TIMER_OF_A_DEVICE) {
        LARGE_INTEGER hour = {.QuadPart = -36000000000ll};
        KeInitializeTimer(device->DeviceExtension);
        KeSetTimer(device->DeviceExtension, hour, NULL);
    }
    if (leaves == RAISED_IRQL) {
        KfRaiseIrql(DISPATCH_LEVEL);
    }
    return result;
}

/* The state that each test begins in. */
static void prepare(enum leftover what, NTSTATUS status)
{
    leaves = what;
    result = status;
    has_unload = TRUE;
}

static wdk_request *request;

static void load_and_unload(void *unused)
{
    PDRIVER_OBJECT driver;
    HANDLE file;
    UNREFERENCED_PARAMETER(unused);
    if (NT_SUCCESS(wdk_load_driver(entry, "Leftover", &driver))) {
        if (leaves == REQUEST) {
            assert_int_equal(wdk_open_device(L"\\Device\\Leftover", &file), STATUS_SUCCESS);
            request = wdk_start_device_control(file, CTL_CODE(0x22, 1, 0, 0), NULL, 0, NULL, 0);
            wdk_close(file);
        }
        wdk_unload_driver(driver);
    }
}

static wdk_leftovers load_and_report(void)
{
    PDRIVER_OBJECT driver;
    wdk_leftovers left;
    if (NT_SUCCESS(wdk_load_driver_report(entry, "Leftover", &driver, &left))) {
        assert_int_equal(wdk_unload_driver_report(driver, &left), STATUS_SUCCESS);
    }
    return left;
}

/* Ends what a bugcheck or a report left running. */
static void clean_up(void)
{
    if (leaves == THREAD) {
        KeSetEvent(&stop, 0, FALSE);
        KeWaitForSingleObject(running, Executive, KernelMode, FALSE, NULL);
    }
    if (leaves == THREAD || leaves == HANDLE_OF_A_THREAD) {
        ObDereferenceObject(running);
    }
    if (leaves == REQUEST) {
        assert_int_equal(wdk_wait(request, WDK_FOR_EVER, NULL), STATUS_CANCELLED);
    }
}

static void assert_nothing(const wdk_leftovers *left)
{
    assert_int_equal(left->timers + left->dpcs, 0);
    assert_int_equal(left->requests + left->threads + left->lists + left->devices + left->links +
                         left->handles + left->blocks + left->bytes,
                     0);
    assert_string_equal(left->caller, "");
}

TEST(a_tidy_driver_leaves_nothing)
{
    prepare(NOTHING, STATUS_SUCCESS);
    load_and_unload(NULL);
    wdk_leftovers left = load_and_report();
    assert_nothing(&left);
    prepare(NOTHING, STATUS_NO_MEMORY);
    load_and_unload(NULL);
    left = load_and_report();
    assert_nothing(&left);
}

TEST(the_status_of_DriverEntry_is_passed_on)
{
    PDRIVER_OBJECT driver = (PDRIVER_OBJECT)1;
    prepare(NOTHING, STATUS_DEVICE_CONFIGURATION_ERROR);
    assert_int_equal(wdk_load_driver(entry, "Leftover", &driver),
                     STATUS_DEVICE_CONFIGURATION_ERROR);
    assert_null(driver);
}

TEST(a_driver_without_DriverUnload_stays)
{
    PDRIVER_OBJECT driver;
    prepare(NOTHING, STATUS_SUCCESS);
    has_unload = FALSE;
    assert_int_equal(wdk_load_driver(entry, "Leftover", &driver), STATUS_SUCCESS);
    assert_int_equal(wdk_unload_driver(driver), STATUS_INVALID_DEVICE_REQUEST);
    driver->DriverUnload = unload;
    assert_int_equal(wdk_unload_driver(driver), STATUS_SUCCESS);
}

static const enum leftover kinds[] = {POOL, LIST, LEGACY_LIST, DEVICE, LINK, THREAD, REQUEST};

static void expect_bugcheck_about(enum leftover kind, NTSTATUS status)
{
    wdk_bugcheck record;
    prepare(kind, status);
    assert_true(wdk_catch_bugcheck(load_and_unload, NULL, &record));
    if (kind == POOL) {
        assert_int_equal(record.code, 0xC4);
        assert_int_equal(record.parameters[0], 0x62);
        assert_int_equal(record.parameters[3], 2);
    } else {
        assert_int_equal(record.code, 0xCE);
        assert_int_equal(record.parameters[0], (ULONG_PTR)entry);
        assert_int_equal(record.parameters[1], 1); /* how many */
    }
    clean_up();
}

TEST(what_is_left_after_DriverUnload_is_a_bugcheck)
{
    for (size_t i = 0; i < RTL_NUMBER_OF(kinds); i++) {
        expect_bugcheck_about(kinds[i], STATUS_SUCCESS);
    }
}

TEST(what_is_left_after_a_failed_DriverEntry_is_a_bugcheck)
{
    for (size_t i = 0; i < RTL_NUMBER_OF(kinds); i++) {
        if (kinds[i] != REQUEST) {
            expect_bugcheck_about(kinds[i], STATUS_NO_MEMORY);
        }
    }
}

TEST(the_report_counts_each_kind)
{
    prepare(POOL, STATUS_SUCCESS);
    wdk_leftovers left = load_and_report();
    assert_int_equal(left.blocks, 2);
    assert_int_equal(left.bytes, 120);
    assert_int_equal(left.tag, TAG);
    assert_non_null(strstr(left.caller, "allocate_and_forget"));
    prepare(LIST, STATUS_SUCCESS);
    left = load_and_report();
    assert_int_equal(left.lists, 1);
    assert_int_equal(left.blocks, 0);
    prepare(DEVICE, STATUS_NO_MEMORY);
    left = load_and_report();
    assert_int_equal(left.devices, 1);
    prepare(LINK, STATUS_SUCCESS);
    left = load_and_report();
    assert_int_equal(left.links, 1);
    prepare(THREAD, STATUS_SUCCESS);
    left = load_and_report();
    assert_int_equal(left.threads, 1);
    clean_up();
    prepare(HANDLE_OF_A_THREAD, STATUS_SUCCESS);
    left = load_and_report();
    assert_int_equal(left.handles, 1);
    assert_int_equal(left.threads, 0);
    clean_up();
}

TEST(what_was_left_is_gone_or_forgotten_afterwards)
{
    HANDLE file;
    prepare(DEVICE, STATUS_SUCCESS);
    load_and_report();
    assert_int_equal(wdk_open_device(L"\\Device\\Leftover", &file), STATUS_OBJECT_NAME_NOT_FOUND);
    prepare(LINK, STATUS_SUCCESS);
    load_and_report();
    assert_int_equal(IoDeleteSymbolicLink(&link_name), STATUS_OBJECT_NAME_NOT_FOUND);
    prepare(POOL, STATUS_SUCCESS);
    load_and_report();
    prepare(NOTHING, STATUS_SUCCESS);
    load_and_unload(NULL);
}

TEST(the_test_programs_own_memory_is_its_own)
{
    PVOID mine = ExAllocatePoolWithTag(NonPagedPoolNx, 10, TAG);
    prepare(NOTHING, STATUS_SUCCESS);
    load_and_unload(NULL);
    ExFreePool(mine);
}

static PDRIVER_OBJECT loaded;

static void load(void *unused)
{
    UNREFERENCED_PARAMETER(unused);
    wdk_load_driver(entry, "Leftover", &loaded);
}

TEST(an_irql_that_is_not_restored_is_bugcheck_C8)
{
    prepare(RAISED_IRQL, STATUS_SUCCESS);
    expect_bugcheck(load, NULL, 0xC8, 0x20002);
    assert_int_equal(wdk_unload_driver(loaded), STATUS_SUCCESS);
    prepare(RAISED_IRQL, STATUS_NO_MEMORY);
    expect_bugcheck(load, NULL, 0xC8, 0x20002);
    prepare(RAISED_IRQL_IN_UNLOAD, STATUS_SUCCESS);
    expect_bugcheck(load_and_unload, NULL, 0xC8, 0x10002);
}

static void expect_bugcheck_C7(enum leftover kind, NTSTATUS status, ULONG_PTR type, PVOID object)
{
    prepare(kind, status);
    wdk_bugcheck record = expect_bugcheck(load_and_unload, NULL, 0xC7, type);
    assert_int_equal(record.parameters[1], (ULONG_PTR)object);
    KeFlushQueuedDpcs();
    LONG runs = InterlockedCompareExchange(&dpc_runs, 0, 0);
    KeFlushQueuedDpcs();
    assert_int_equal(InterlockedCompareExchange(&dpc_runs, 0, 0), runs);
    assert_false(KeCancelTimer(&timer));
    assert_false(KeRemoveQueueDpc(&dpc));
}

TEST(a_timer_or_dpc_that_is_left_is_bugcheck_C7_and_gone_afterwards)
{
    static const NTSTATUS results[] = {STATUS_SUCCESS, STATUS_NO_MEMORY};
    for (size_t i = 0; i < RTL_NUMBER_OF(results); i++) {
        expect_bugcheck_C7(TIMER, results[i], 0, &timer);
        expect_bugcheck_C7(PERIODIC_TIMER, results[i], 0, &timer);
        expect_bugcheck_C7(ENDLESS_DPC, results[i], 1, &dpc);
    }
    prepare(TIMER, STATUS_SUCCESS);
    wdk_leftovers left = load_and_report();
    assert_int_equal(left.timers, 1);
    assert_int_equal(left.dpcs, 0);
    prepare(ENDLESS_DPC, STATUS_SUCCESS);
    left = load_and_report();
    assert_int_equal(left.timers, 0);
    assert_int_equal(left.dpcs, 1);
}

TEST(a_dpc_that_is_queued_at_unload_runs_first)
{
    prepare(QUEUED_DPC, STATUS_SUCCESS);
    wdk_leftovers left = load_and_report();
    assert_nothing(&left);
    assert_int_equal(InterlockedCompareExchange(&dpc_runs, 0, 0), 1);
}

static void delete_device(void *device)
{
    IoDeleteDevice(device);
}

TEST(a_device_is_not_deleted_with_an_active_timer_in_its_extension)
{
    PDRIVER_OBJECT driver;
    prepare(TIMER_OF_A_DEVICE, STATUS_SUCCESS);
    assert_int_equal(wdk_load_driver(entry, "Leftover", &driver), 0);
    PKTIMER in_extension = driver->DeviceObject->DeviceExtension;
    PDEVICE_OBJECT device = driver->DeviceObject;
    wdk_bugcheck record = expect_bugcheck(delete_device, device, 0xC7, 0);
    assert_int_equal(record.parameters[1], (ULONG_PTR)in_extension);
    assert_true(KeCancelTimer(in_extension));
    ObDereferenceObject(device); /* what IoDeleteDevice did not come to */
    leaves = DEVICE;             /* DriverUnload has nothing to delete */
    assert_int_equal(wdk_unload_driver(driver), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tidy_driver_leaves_nothing),
        cmocka_unit_test(the_status_of_DriverEntry_is_passed_on),
        cmocka_unit_test(a_driver_without_DriverUnload_stays),
        cmocka_unit_test(what_is_left_after_DriverUnload_is_a_bugcheck),
        cmocka_unit_test(what_is_left_after_a_failed_DriverEntry_is_a_bugcheck),
        cmocka_unit_test(the_report_counts_each_kind),
        cmocka_unit_test(what_was_left_is_gone_or_forgotten_afterwards),
        cmocka_unit_test(the_test_programs_own_memory_is_its_own),
        cmocka_unit_test(an_irql_that_is_not_restored_is_bugcheck_C8),
        cmocka_unit_test(a_timer_or_dpc_that_is_left_is_bugcheck_C7_and_gone_afterwards),
        cmocka_unit_test(a_dpc_that_is_queued_at_unload_runs_first),
        cmocka_unit_test(a_device_is_not_deleted_with_an_active_timer_in_its_extension),
    };
    return RUN_TESTS(tests);
}
