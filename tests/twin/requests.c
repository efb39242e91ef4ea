/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Requests: names, buffers by each method, pending and cancelling, several threads at once. Caught:
 * output copied although the status was an error; IRP_MJ_CLOSE sent while a request was pending; a
 * request freed under the thread that cancels it. */
#include "twin_test.h"

#include <pthread.h>

#include <wdmsec.h>

#define CODE(function, method) CTL_CODE(FILE_DEVICE_UNKNOWN, function, method, FILE_ANY_ACCESS)
#define IOCTL_REVERSE CODE(0x800, METHOD_BUFFERED)
#define IOCTL_SUM_DIRECT CODE(0x801, METHOD_OUT_DIRECT)
#define IOCTL_COPY_NEITHER CODE(0x802, METHOD_NEITHER)
#define IOCTL_PEND CODE(0x803, METHOD_BUFFERED)
#define IOCTL_FAIL CODE(0x804, METHOD_BUFFERED)

/* ---- A driver ---- */

static struct {
    LIST_ENTRY queue;
    KSPIN_LOCK lock;
    LONG creates, cleanups, closes;
    UNICODE_STRING name_rest;
    ULONG io_flags;
    BOOLEAN exclusive;
} driver_state;

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR information)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = information;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS on_create(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    assert_ptr_equal(device, stack->DeviceObject);
    assert_non_null(stack->Parameters.Create.SecurityContext);
    if (stack->FileObject->FileName.Length > 20) {
        return complete(irp, STATUS_OBJECT_NAME_INVALID, 0);
    }
    stack->FileObject->FsContext = (PVOID)(ULONG_PTR)stack->FileObject->FileName.Length;
    InterlockedIncrement(&driver_state.creates);
    return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS on_cleanup(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    InterlockedIncrement(&driver_state.cleanups);
    return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS on_close(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    InterlockedIncrement(&driver_state.closes);
    return complete(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS on_read_write(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    PUCHAR store = device->DeviceExtension;
    ULONG length = stack->Parameters.Read.Length;
    ULONG offset = (ULONG)stack->Parameters.Read.ByteOffset.QuadPart;
    PUCHAR buffer = irp->AssociatedIrp.SystemBuffer;
    if (irp->MdlAddress != NULL) {
        assert_int_equal(MmGetMdlByteCount(irp->MdlAddress), length);
        buffer = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);
    } else if (buffer == NULL) {
        buffer = irp->UserBuffer;
    }
    if (stack->MajorFunction == IRP_MJ_READ) {
        RtlCopyMemory(buffer, store + offset, length);
    } else {
        RtlCopyMemory(store + offset, buffer, length);
    }
    return complete(irp, STATUS_SUCCESS, length);
}

static void on_cancel(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    IoReleaseCancelSpinLock(irp->CancelIrql);
    KIRQL irql;
    KeAcquireSpinLock(&driver_state.lock, &irql);
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
    KeReleaseSpinLock(&driver_state.lock, irql);
    complete(irp, STATUS_CANCELLED, 0);
}

static NTSTATUS pend(PIRP irp)
{
    KIRQL irql;
    IoMarkIrpPending(irp);
    KeAcquireSpinLock(&driver_state.lock, &irql);
    InsertTailList(&driver_state.queue, &irp->Tail.Overlay.ListEntry);
    IoSetCancelRoutine(irp, on_cancel);
    KeReleaseSpinLock(&driver_state.lock, irql);
    return STATUS_PENDING;
}

/* Completes the first pending request; FALSE when there is none. */
static BOOLEAN complete_one(void)
{
    KIRQL irql;
    PIRP irp = NULL;
    KeAcquireSpinLock(&driver_state.lock, &irql);
    for (PLIST_ENTRY e = driver_state.queue.Flink; e != &driver_state.queue; e = e->Flink) {
        PIRP candidate = CONTAINING_RECORD(e, IRP, Tail.Overlay.ListEntry);
        if (IoSetCancelRoutine(candidate, NULL) != NULL) {
            RemoveEntryList(e);
            irp = candidate;
            break;
        }
    }
    KeReleaseSpinLock(&driver_state.lock, irql);
    if (irp == NULL) {
        return FALSE;
    }
    *(ULONG *)irp->AssociatedIrp.SystemBuffer += 1;
    complete(irp, STATUS_SUCCESS, sizeof(ULONG));
    return TRUE;
}

static NTSTATUS on_control(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    ULONG in = stack->Parameters.DeviceIoControl.InputBufferLength;
    ULONG out = stack->Parameters.DeviceIoControl.OutputBufferLength;
    PUCHAR buffer = irp->AssociatedIrp.SystemBuffer;
    UNREFERENCED_PARAMETER(device);
    switch (stack->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_REVERSE:
        for (ULONG i = 0; i < in / 2; i++) {
            UCHAR byte = buffer[i];
            buffer[i] = buffer[in - 1 - i];
            buffer[in - 1 - i] = byte;
        }
        return complete(irp, out < in ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS, min(in, out));
    case IOCTL_SUM_DIRECT: {
        PUCHAR target = MmGetSystemAddressForMdlSafe(irp->MdlAddress, NormalPagePriority);
        if (target == NULL) {
            return complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
        }
        for (ULONG i = 0; i < in; i++) {
            target[0] = (UCHAR)(target[0] + buffer[i]);
        }
        return complete(irp, STATUS_SUCCESS, 1);
    }
    case IOCTL_COPY_NEITHER:
        RtlCopyMemory(irp->UserBuffer, stack->Parameters.DeviceIoControl.Type3InputBuffer, in);
        return complete(irp, STATUS_SUCCESS, in);
    case IOCTL_PEND:
        return pend(irp);
    case IOCTL_FAIL:
        RtlFillMemory(buffer, out, 0xFF);
        return complete(irp, STATUS_UNSUCCESSFUL, out);
    default:
        return complete(irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
}

static UNICODE_STRING link_name = RTL_CONSTANT_STRING(L"\\DosDevices\\Requests");

static void on_unload(PDRIVER_OBJECT driver)
{
    assert_int_equal(IoDeleteSymbolicLink(&link_name), STATUS_SUCCESS);
    IoDeleteDevice(driver->DeviceObject);
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Requests");
    UNICODE_STRING services =
        RTL_CONSTANT_STRING(L"\\REGISTRY\\MACHINE\\SYSTEM\\CurrentControlSet\\Services\\");
    PDEVICE_OBJECT device;
    PDEVICE_OBJECT second;
    assert_true(RtlPrefixUnicodeString(&services, registry_path, TRUE));
    InitializeListHead(&driver_state.queue);
    KeInitializeSpinLock(&driver_state.lock);
    assert_int_equal(IoCreateDevice(driver, 256, &name, FILE_DEVICE_UNKNOWN,
                                    FILE_DEVICE_SECURE_OPEN, driver_state.exclusive, &device),
                     STATUS_SUCCESS);
    assert_int_equal(IoCreateDeviceSecure(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE,
                                          &SDDL_DEVOBJ_SYS_ALL_ADM_ALL, NULL, &second),
                     STATUS_OBJECT_NAME_COLLISION);
    assert_ptr_equal(driver->DeviceObject, device);
    device->Flags |= driver_state.io_flags;
    assert_int_equal(IoCreateSymbolicLink(&link_name, &name), STATUS_SUCCESS);
    assert_int_equal(IoCreateSymbolicLink(&link_name, &name), STATUS_OBJECT_NAME_COLLISION);
    driver->MajorFunction[IRP_MJ_CREATE] = on_create;
    driver->MajorFunction[IRP_MJ_CLEANUP] = on_cleanup;
    driver->MajorFunction[IRP_MJ_CLOSE] = on_close;
    driver->MajorFunction[IRP_MJ_READ] = on_read_write;
    driver->MajorFunction[IRP_MJ_WRITE] = on_read_write;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = on_control;
    driver->DriverUnload = on_unload;
    return STATUS_SUCCESS;
}

static PDRIVER_OBJECT load(void)
{
    PDRIVER_OBJECT driver;
    driver_state.creates = driver_state.cleanups = driver_state.closes = 0;
    assert_int_equal(wdk_load_driver(entry, "Requests", &driver), STATUS_SUCCESS);
    return driver;
}

static HANDLE open_device(void)
{
    HANDLE file;
    assert_int_equal(wdk_open_device(L"\\??\\Requests", &file), STATUS_SUCCESS);
    return file;
}

static void close_and_unload(HANDLE file, PDRIVER_OBJECT driver)
{
    assert_int_equal(wdk_close(file), STATUS_SUCCESS);
    assert_int_equal(wdk_unload_driver(driver), STATUS_SUCCESS);
}

/* ---- Files ---- */

TEST(a_device_is_opened_by_each_of_its_names)
{
    const PCWSTR names[] = {L"\\??\\Requests",       L"\\DosDevices\\requests",
                            L"\\GLOBAL??\\Requests", L"\\\\.\\REQUESTS",
                            L"\\Device\\Requests",   L"\\??\\Requests\\sub\\x"};
    PDRIVER_OBJECT driver = load();
    HANDLE file;
    for (size_t i = 0; i < RTL_NUMBER_OF(names); i++) {
        assert_int_equal(wdk_open_device(names[i], &file), STATUS_SUCCESS);
        assert_int_equal(wdk_close(file), STATUS_SUCCESS);
    }
    assert_int_equal(wdk_open_device(L"\\??\\Requests2", &file), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(wdk_open_device(L"\\??\\", &file), STATUS_OBJECT_NAME_NOT_FOUND);
    assert_int_equal(wdk_open_device(L"\\??\\Requests\\longer than ten", &file),
                     STATUS_OBJECT_NAME_INVALID);
    assert_null(file);
    assert_int_equal(driver_state.creates, 6);
    assert_int_equal(driver_state.cleanups, 6);
    assert_int_equal(driver_state.closes, 6);
    assert_int_equal(wdk_close((HANDLE)0x4000), STATUS_INVALID_HANDLE);
    assert_int_equal(wdk_unload_driver(driver), STATUS_SUCCESS);
    assert_int_equal(wdk_open_device(L"\\??\\Requests", &file), STATUS_OBJECT_NAME_NOT_FOUND);
}

TEST(an_exclusive_device_has_one_file)
{
    driver_state.exclusive = TRUE;
    PDRIVER_OBJECT driver = load();
    driver_state.exclusive = FALSE;
    HANDLE file = open_device();
    HANDLE second;
    assert_int_equal(wdk_open_device(L"\\??\\Requests", &second), STATUS_ACCESS_DENIED);
    assert_int_equal(wdk_close(file), STATUS_SUCCESS);
    close_and_unload(open_device(), driver);
}

TEST(a_driver_with_an_open_handle_stays_loaded)
{
    PDRIVER_OBJECT driver = load();
    HANDLE file = open_device();
    assert_int_equal(wdk_unload_driver(driver), STATUS_DEVICE_BUSY);
    close_and_unload(file, driver);
}

/* ---- Buffers ---- */

TEST(buffered_control_copies_in_and_out)
{
    PDRIVER_OBJECT driver = load();
    HANDLE file = open_device();
    char out[8] = "-------";
    ULONG_PTR returned;
    assert_int_equal(wdk_device_control(file, IOCTL_REVERSE, "abcd", 4, out, 8, &returned),
                     STATUS_SUCCESS);
    assert_int_equal(returned, 4);
    assert_memory_equal(out, "dcba---", 8);
    assert_int_equal(wdk_device_control(file, IOCTL_REVERSE, "abcd", 4, out, 2, &returned),
                     STATUS_BUFFER_OVERFLOW);
    assert_int_equal(returned, 2);
    assert_memory_equal(out, "dcba---", 8);
    assert_int_equal(wdk_device_control(file, IOCTL_FAIL, NULL, 0, out, 8, &returned),
                     STATUS_UNSUCCESSFUL);
    assert_memory_equal(out, "dcba---", 8);
    assert_int_equal(wdk_device_control(file, CODE(0x8FF, 0), NULL, 0, NULL, 0, NULL),
                     STATUS_INVALID_DEVICE_REQUEST);
    close_and_unload(file, driver);
    assert_int_equal(wdk_device_control(file, IOCTL_REVERSE, NULL, 0, NULL, 0, NULL),
                     STATUS_INVALID_HANDLE);
}

TEST(direct_and_neither_reach_the_callers_memory)
{
    PDRIVER_OBJECT driver = load();
    HANDLE file = open_device();
    UCHAR sum = 1;
    char copy[4];
    ULONG_PTR returned;
    assert_int_equal(wdk_device_control(file, IOCTL_SUM_DIRECT, "\1\2\3", 3, &sum, 1, &returned),
                     STATUS_SUCCESS);
    assert_int_equal(sum, 7);
    assert_int_equal(wdk_device_control(file, IOCTL_COPY_NEITHER, "abc", 4, copy, 4, NULL),
                     STATUS_SUCCESS);
    assert_string_equal(copy, "abc");
    wdk_fail_allocation(1); /* the mapping */
    assert_int_equal(wdk_device_control(file, IOCTL_SUM_DIRECT, "\1", 1, &sum, 1, NULL),
                     STATUS_INSUFFICIENT_RESOURCES);
    close_and_unload(file, driver);
}

TEST(reads_and_writes_come_as_the_device_asks_for_them)
{
    const ULONG flags[] = {DO_BUFFERED_IO, DO_DIRECT_IO, 0};
    for (size_t i = 0; i < RTL_NUMBER_OF(flags); i++) {
        char back[6] = "";
        ULONG_PTR returned;
        driver_state.io_flags = flags[i];
        PDRIVER_OBJECT driver = load();
        HANDLE file = open_device();
        assert_int_equal(wdk_write(file, "written", 7, 10, &returned), STATUS_SUCCESS);
        assert_int_equal(returned, 7);
        assert_int_equal(wdk_read(file, back, 5, 11, &returned), STATUS_SUCCESS);
        assert_int_equal(returned, 5);
        assert_string_equal(back, "ritte");
        close_and_unload(file, driver);
    }
    driver_state.io_flags = 0;
}

/* ---- Pending and cancelling ---- */

TEST(a_pending_request_is_completed_by_another_thread)
{
    PDRIVER_OBJECT driver = load();
    HANDLE file = open_device();
    ULONG number = 41;
    ULONG answer = 0;
    ULONG_PTR returned;
    wdk_request *request = wdk_start_device_control(file, IOCTL_PEND, &number, sizeof(number),
                                                    &answer, sizeof(answer));
    assert_int_equal(wdk_wait(request, 10, NULL), STATUS_TIMEOUT);
    assert_true(complete_one());
    assert_int_equal(wdk_wait(request, WDK_FOR_EVER, &returned), STATUS_SUCCESS);
    assert_int_equal(returned, sizeof(answer));
    assert_int_equal(answer, 42);
    close_and_unload(file, driver);
}

TEST(a_request_can_be_cancelled_while_it_is_pending)
{
    PDRIVER_OBJECT driver = load();
    HANDLE file = open_device();
    ULONG number = 1;
    wdk_request *request = wdk_start_device_control(file, IOCTL_PEND, &number, 4, &number, 4);
    assert_true(wdk_cancel(request));
    assert_false(wdk_cancel(request));
    assert_int_equal(wdk_wait(request, WDK_FOR_EVER, NULL), STATUS_CANCELLED);
    assert_false(complete_one());
    close_and_unload(file, driver);
}

TEST(close_is_sent_after_the_last_request)
{
    PDRIVER_OBJECT driver = load();
    HANDLE file = open_device();
    ULONG number = 1;
    wdk_request *request = wdk_start_device_control(file, IOCTL_PEND, &number, 4, &number, 4);
    assert_int_equal(wdk_close(file), STATUS_SUCCESS);
    assert_int_equal(driver_state.cleanups, 1);
    assert_int_equal(driver_state.closes, 0);
    assert_true(complete_one());
    assert_int_equal(wdk_wait(request, WDK_FOR_EVER, NULL), STATUS_SUCCESS);
    assert_int_equal(driver_state.closes, 1);
    assert_int_equal(wdk_unload_driver(driver), STATUS_SUCCESS);
}

/* ---- Several threads ---- */

#define THREADS 4
#define ROUNDS 500

static void *send_many(void *file)
{
    for (int i = 0; i < ROUNDS; i++) {
        ULONG number = (ULONG)i;
        ULONG answer = 0;
        wdk_request *request = wdk_start_device_control(file, IOCTL_PEND, &number, 4, &answer, 4);
        BOOLEAN cancelled = i % 3 == 0 && wdk_cancel(request);
        while (!cancelled && complete_one()) {
        }
        NTSTATUS status = wdk_wait(request, WDK_FOR_EVER, NULL);
        if (status == STATUS_SUCCESS) {
            assert_int_equal(answer, i + 1);
        } else {
            assert_int_equal(status, STATUS_CANCELLED);
        }
        char out[4];
        assert_int_equal(wdk_device_control(file, IOCTL_REVERSE, "abcd", 4, out, 4, NULL), 0);
        assert_memory_equal(out, "dcba", 4);
    }
    return NULL;
}

TEST(threads_send_complete_and_cancel_at_once)
{
    pthread_t threads[THREADS];
    PDRIVER_OBJECT driver = load();
    HANDLE file = open_device();
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, send_many, file), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    close_and_unload(file, driver);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_device_is_opened_by_each_of_its_names),
        cmocka_unit_test(an_exclusive_device_has_one_file),
        cmocka_unit_test(a_driver_with_an_open_handle_stays_loaded),
        cmocka_unit_test(buffered_control_copies_in_and_out),
        cmocka_unit_test(direct_and_neither_reach_the_callers_memory),
        cmocka_unit_test(reads_and_writes_come_as_the_device_asks_for_them),
        cmocka_unit_test(a_pending_request_is_completed_by_another_thread),
        cmocka_unit_test(a_request_can_be_cancelled_while_it_is_pending),
        cmocka_unit_test(close_is_sent_after_the_last_request),
        cmocka_unit_test(threads_send_complete_and_cancel_at_once),
    };
    return RUN_TESTS(tests);
}
