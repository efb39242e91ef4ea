/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Each way in which a dispatch or cancel routine can break the rules, with the code that is
 * documented for it, and devices deleted twice. Caught: a check of the status that ran before the
 * one for completion; an IRQL that was not compared; a cancel lock that was not looked at. */
#include "twin_test.h"

#define IOCTL_BREAK CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

enum broken_rule {
    IRQL_RAISED,
    NOT_COMPLETED,
    OTHER_STATUS,
    NOT_MARKED,
    NOT_PENDING,
    COMPLETED_AS_PENDING,
    COMPLETED_TWICE,
    TOO_MUCH_INFORMATION,
    IN_A_REGION,
    CANCEL_ROUTINE_SET,
    COMPLETED_ABOVE_DISPATCH,
    CANCEL_LOCK_KEPT
};

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static void keep_cancel_lock(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    complete(irp, STATUS_CANCELLED, 0);
}

static NTSTATUS break_rule(PIRP irp, enum broken_rule rule)
{
    switch (rule) {
    case IRQL_RAISED:
        KeRaiseIrqlToDpcLevel();
        return complete(irp, STATUS_SUCCESS, 0);
    case NOT_COMPLETED:
        return STATUS_SUCCESS;
    case OTHER_STATUS:
        complete(irp, STATUS_UNSUCCESSFUL, 0);
        return STATUS_SUCCESS;
    case NOT_MARKED:
        return STATUS_PENDING;
    case NOT_PENDING:
        IoMarkIrpPending(irp);
        return complete(irp, STATUS_SUCCESS, 0);
    case COMPLETED_AS_PENDING:
        return complete(irp, STATUS_PENDING, 0);
    case COMPLETED_TWICE:
        complete(irp, STATUS_SUCCESS, 0);
        IoCompleteRequest(irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;
    case TOO_MUCH_INFORMATION:
        return complete(irp, STATUS_SUCCESS, 5);
    case IN_A_REGION:
        KeEnterCriticalRegion();
        return complete(irp, STATUS_SUCCESS, 0);
    case CANCEL_ROUTINE_SET:
        IoSetCancelRoutine(irp, keep_cancel_lock);
        return complete(irp, STATUS_SUCCESS, 0);
    case CANCEL_LOCK_KEPT:
        IoMarkIrpPending(irp);
        IoSetCancelRoutine(irp, keep_cancel_lock);
        return STATUS_PENDING;
    default:
        KfRaiseIrql(HIGH_LEVEL);
        return complete(irp, STATUS_SUCCESS, 0);
    }
}

static NTSTATUS dispatch(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    if (IoGetCurrentIrpStackLocation(irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        return break_rule(irp, *(enum broken_rule *)irp->AssociatedIrp.SystemBuffer);
    }
    return complete(irp, STATUS_SUCCESS, 0);
}

static void unload(PDRIVER_OBJECT driver)
{
    IoDeleteDevice(driver->DeviceObject);
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Broken");
    PDEVICE_OBJECT device;
    UNREFERENCED_PARAMETER(registry_path);
    for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        driver->MajorFunction[i] = dispatch;
    }
    driver->DriverUnload = unload;
    return IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
}

struct attempt {
    HANDLE file;
    enum broken_rule rule;
};

static void send_broken(void *context)
{
    struct attempt *attempt = context;
    ULONG answer;
    wdk_device_control(attempt->file, IOCTL_BREAK, &attempt->rule, sizeof(attempt->rule), &answer,
                       sizeof(answer), NULL);
}

TEST(a_dispatch_routine_that_breaks_a_rule_is_a_bugcheck)
{
    const struct {
        enum broken_rule rule;
        ULONG code;
        ULONG_PTR parameter1; /* 0: an address */
    } cases[] = {
        {IRQL_RAISED, 0xC9, 0x05},
        {NOT_COMPLETED, 0xC9, 0x226},
        {OTHER_STATUS, 0xC9, 0x224},
        {NOT_MARKED, 0xC9, 0x23D},
        {NOT_PENDING, 0xC9, 0x23E},
        {COMPLETED_AS_PENDING, 0xC9, 0x06},
        {COMPLETED_TWICE, 0x44, 0},
        {TOO_MUCH_INFORMATION, 0xC9, 0x200},
        {IN_A_REGION, 0xC4, 0xC5},
        {CANCEL_ROUTINE_SET, 0xC9, 0x07},
        {COMPLETED_ABOVE_DISPATCH, 0xC9, 0x0E},
    };
    PDRIVER_OBJECT driver;
    wdk_leftovers left;
    HANDLE file;
    assert_int_equal(wdk_load_driver(entry, "Broken", &driver), STATUS_SUCCESS);
    assert_int_equal(wdk_open_device(L"\\Device\\Broken", &file), STATUS_SUCCESS);
    for (size_t i = 0; i < RTL_NUMBER_OF(cases); i++) {
        struct attempt attempt = {file, cases[i].rule};
        wdk_bugcheck record;
        assert_true(wdk_catch_bugcheck(send_broken, &attempt, &record));
        assert_int_equal(record.code, cases[i].code);
        if (cases[i].parameter1 != 0) {
            assert_int_equal(record.parameters[0], cases[i].parameter1);
        }
        if (cases[i].rule == IN_A_REGION) {
            KeLeaveCriticalRegion();
        }
    }
    assert_int_equal(wdk_close(file), STATUS_SUCCESS);
    assert_int_equal(wdk_unload_driver_report(driver, &left), STATUS_SUCCESS);
    assert_int_equal(left.requests, 2); /* not completed, not marked */
}

static void start_and_cancel(void *file)
{
    enum broken_rule rule = CANCEL_LOCK_KEPT;
    wdk_request *request =
        wdk_start_device_control(file, IOCTL_BREAK, &rule, sizeof(rule), NULL, 0);
    wdk_cancel(request);
}

TEST(a_cancel_routine_that_keeps_the_lock_is_bugcheck_11B)
{
    PDRIVER_OBJECT driver;
    HANDLE file;
    KIRQL irql = PASSIVE_LEVEL;
    wdk_bugcheck record;
    assert_int_equal(wdk_load_driver(entry, "Broken", &driver), STATUS_SUCCESS);
    assert_int_equal(wdk_open_device(L"\\Device\\Broken", &file), STATUS_SUCCESS);
    assert_true(wdk_catch_bugcheck(start_and_cancel, file, &record));
    assert_int_equal(record.code, 0x11B);
    KfRaiseIrql(DISPATCH_LEVEL); /* let go of it, for what follows */
    IoReleaseCancelSpinLock(irql);
    wdk_close(file);
    assert_int_equal(wdk_unload_driver(driver), STATUS_SUCCESS);
}

static void delete_device(void *device)
{
    IoDeleteDevice(device);
}

TEST(a_device_that_is_deleted_twice_is_bugcheck_C9)
{
    PDRIVER_OBJECT driver;
    PDEVICE_OBJECT extra;
    assert_int_equal(wdk_load_driver(entry, "Broken", &driver), STATUS_SUCCESS);
    assert_int_equal(IoCreateDevice(driver, 16, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &extra), 0);
    delete_device(extra);
    expect_bugcheck(delete_device, extra, 0xC9, 0x240);
    assert_int_equal(wdk_unload_driver(driver), STATUS_SUCCESS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dispatch_routine_that_breaks_a_rule_is_a_bugcheck),
        cmocka_unit_test(a_cancel_routine_that_keeps_the_lock_is_bugcheck_11B),
        cmocka_unit_test(a_device_that_is_deleted_twice_is_bugcheck_C9),
    };
    return RUN_TESTS(tests);
}
