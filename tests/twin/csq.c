/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Cancel-safe queues in a driver: each request that is queued has exactly one end, whoever comes
 * first, the driver or the one that cancels. Caught: a remover that did not look whether a cancel
 * routine was under way; a request cancelled before it was queued, which stayed for ever. */
#include "twin_test.h"

#include <pthread.h>

#define CODE(function) CTL_CODE(FILE_DEVICE_UNKNOWN, function, METHOD_BUFFERED, FILE_ANY_ACCESS)
#define IOCTL_QUEUE CODE(0x800)
#define IOCTL_QUEUE_WITH_CONTEXT CODE(0x801)
#define IOCTL_QUEUE_CANCELLED CODE(0x802)
#define IOCTL_REFUSE CODE(0x803)
#define ROUNDS 300

/* ---- A driver ---- */

static struct {
    IO_CSQ csq;
    LIST_ENTRY list;
    KSPIN_LOCK lock;
    IO_CSQ_IRP_CONTEXT context;
    LONG cancelled;
} queue;

static NTSTATUS complete(PIRP irp, NTSTATUS status)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = 0;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS insert(struct _IO_CSQ *csq, PIRP irp, PVOID context)
{
    UNREFERENCED_PARAMETER(csq);
    if (context != NULL) {
        return STATUS_DEVICE_BUSY;
    }
    InsertTailList(&queue.list, &irp->Tail.Overlay.ListEntry);
    return STATUS_SUCCESS;
}

static void take_out(struct _IO_CSQ *csq, PIRP irp)
{
    UNREFERENCED_PARAMETER(csq);
    RemoveEntryList(&irp->Tail.Overlay.ListEntry);
}

static PIRP peek(struct _IO_CSQ *csq, PIRP irp, PVOID context)
{
    UNREFERENCED_PARAMETER(csq);
    UNREFERENCED_PARAMETER(context);
    PLIST_ENTRY next = irp == NULL ? queue.list.Flink : irp->Tail.Overlay.ListEntry.Flink;
    return next == &queue.list ? NULL : CONTAINING_RECORD(next, IRP, Tail.Overlay.ListEntry);
}

static void lock(struct _IO_CSQ *csq, PKIRQL irql)
{
    UNREFERENCED_PARAMETER(csq);
    KeAcquireSpinLock(&queue.lock, irql);
}

static void unlock(struct _IO_CSQ *csq, KIRQL irql)
{
    UNREFERENCED_PARAMETER(csq);
    KeReleaseSpinLock(&queue.lock, irql);
}

static void complete_cancelled(struct _IO_CSQ *csq, PIRP irp)
{
    UNREFERENCED_PARAMETER(csq);
    InterlockedIncrement(&queue.cancelled);
    complete(irp, STATUS_CANCELLED);
}

static NTSTATUS on_control(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    switch (IoGetCurrentIrpStackLocation(irp)->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_QUEUE_WITH_CONTEXT:
        IoCsqInsertIrp(&queue.csq, irp, &queue.context);
        return STATUS_PENDING;
    case IOCTL_QUEUE_CANCELLED:
        assert_false(IoCancelIrp(irp));
        IoCsqInsertIrp(&queue.csq, irp, NULL);
        return STATUS_PENDING;
    case IOCTL_REFUSE: {
        NTSTATUS status = IoCsqInsertIrpEx(&queue.csq, irp, NULL, &queue);
        return NT_SUCCESS(status) ? STATUS_PENDING : complete(irp, status);
    }
    default:
        IoCsqInsertIrp(&queue.csq, irp, NULL);
        return STATUS_PENDING;
    }
}

static NTSTATUS succeed(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    return complete(irp, STATUS_SUCCESS);
}

static void unload(PDRIVER_OBJECT driver)
{
    IoDeleteDevice(driver->DeviceObject);
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Csq");
    PDEVICE_OBJECT device;
    UNREFERENCED_PARAMETER(registry_path);
    driver->DriverUnload = unload;
    driver->MajorFunction[IRP_MJ_CREATE] = succeed;
    driver->MajorFunction[IRP_MJ_CLEANUP] = succeed;
    driver->MajorFunction[IRP_MJ_CLOSE] = succeed;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = on_control;
    InitializeListHead(&queue.list);
    KeInitializeSpinLock(&queue.lock);
    IoCsqInitializeEx(&queue.csq, insert, take_out, peek, lock, unlock, complete_cancelled);
    return IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
}

/* ---- The tests ---- */

static PDRIVER_OBJECT driver;
static HANDLE file;

static int set_up(void **state)
{
    (void)state;
    queue.cancelled = 0;
    return wdk_load_driver(entry, "Csq", &driver) != STATUS_SUCCESS ||
           wdk_open_device(L"\\Device\\Csq", &file) != STATUS_SUCCESS;
}

static int tear_down(void **state)
{
    (void)state;
    wdk_close(file);
    return wdk_unload_driver(driver) != STATUS_SUCCESS;
}

static wdk_request *send(ULONG code)
{
    wdk_request *request = wdk_start_device_control(file, code, NULL, 0, NULL, 0);
    assert_non_null(request);
    return request;
}

TEST(requests_leave_in_the_order_of_the_queue)
{
    wdk_request *first = send(IOCTL_QUEUE);
    wdk_request *second = send(IOCTL_QUEUE);
    complete(IoCsqRemoveNextIrp(&queue.csq, NULL), STATUS_SUCCESS);
    assert_int_equal(wdk_wait(second, 0, NULL), STATUS_TIMEOUT);
    assert_int_equal(wdk_wait(first, 0, NULL), STATUS_SUCCESS);
    complete(IoCsqRemoveNextIrp(&queue.csq, NULL), STATUS_SUCCESS);
    assert_int_equal(wdk_wait(second, 0, NULL), STATUS_SUCCESS);
    assert_null(IoCsqRemoveNextIrp(&queue.csq, NULL));
}

TEST(a_context_finds_its_request_until_that_is_cancelled)
{
    wdk_request *request = send(IOCTL_QUEUE_WITH_CONTEXT);
    complete(IoCsqRemoveIrp(&queue.csq, &queue.context), STATUS_SUCCESS);
    assert_int_equal(wdk_wait(request, 0, NULL), STATUS_SUCCESS);
    assert_null(IoCsqRemoveIrp(&queue.csq, &queue.context));
    request = send(IOCTL_QUEUE_WITH_CONTEXT);
    assert_true(wdk_cancel(request));
    assert_null(IoCsqRemoveIrp(&queue.csq, &queue.context));
    assert_int_equal(wdk_wait(request, 0, NULL), STATUS_CANCELLED);
    assert_int_equal(queue.cancelled, 1);
}

TEST(a_request_that_is_cancelled_already_does_not_stay)
{
    wdk_request *request = send(IOCTL_QUEUE_CANCELLED);
    assert_int_equal(wdk_wait(request, 0, NULL), STATUS_CANCELLED);
    assert_null(IoCsqRemoveNextIrp(&queue.csq, NULL));
}

TEST(a_request_that_the_driver_refuses_is_not_queued)
{
    assert_int_equal(wdk_device_control(file, IOCTL_REFUSE, NULL, 0, NULL, 0, NULL),
                     STATUS_DEVICE_BUSY);
    assert_null(IoCsqRemoveNextIrp(&queue.csq, NULL));
}

static void *cancel(void *request)
{
    wdk_cancel(request);
    return NULL;
}

/* Either end may come first; the request has one. */
TEST(cancelling_and_removing_at_once_end_a_request_once)
{
    LONG removed = 0;
    for (int i = 0; i < ROUNDS; i++) {
        pthread_t thread;
        wdk_request *request = send(i % 2 == 0 ? IOCTL_QUEUE : IOCTL_QUEUE_WITH_CONTEXT);
        assert_int_equal(pthread_create(&thread, NULL, cancel, request), 0);
        KeStallExecutionProcessor((ULONG)(i % 30) * 4);
        PIRP irp = i % 2 == 0 ? IoCsqRemoveNextIrp(&queue.csq, NULL)
                              : IoCsqRemoveIrp(&queue.csq, &queue.context);
        if (irp != NULL) {
            removed++;
            complete(irp, STATUS_SUCCESS);
        }
        assert_int_equal(pthread_join(thread, NULL), 0);
        assert_int_equal(wdk_wait(request, WDK_FOR_EVER, NULL),
                         irp != NULL ? STATUS_SUCCESS : STATUS_CANCELLED);
    }
    assert_int_equal(removed + queue.cancelled, ROUNDS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(requests_leave_in_the_order_of_the_queue, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_context_finds_its_request_until_that_is_cancelled, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_request_that_is_cancelled_already_does_not_stay, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(a_request_that_the_driver_refuses_is_not_queued, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(cancelling_and_removing_at_once_end_a_request_once, set_up,
                                        tear_down),
    };
    return RUN_TESTS(tests);
}
