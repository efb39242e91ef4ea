/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver that checksums what it is sent, and keeps the state of each request in a context from a
 * lookaside list.
 *
 * A request is pended: its context, with the IRP, waits in a queue. One system thread takes the
 * contexts in turn, adds a slice of the bytes to the sum, and puts the context back into the queue
 * until the request is complete; then the context goes back to the list. So contexts are out for a
 * while, many at once, allocated by the threads of the clients and freed by another.
 *
 *     contexts               needs no lock
 *     all the other numbers  under lock
 *
 * The list counts the contexts that are out: at unload, lookaside_destroy says whether one leaked. */
#include <ntddk.h>

#include <lookaside/lookaside.h>

#include "protocol.h"

#define DEVICE_PATH L"\\Device\\LookasideChecksum"
#define LINK_PATH L"\\DosDevices\\LookasideChecksum"
#define SLICE 512u /* bytes */

struct context {
    LIST_ENTRY link; /* in the queue */
    PIRP irp;
    ULONG size; /* bytes to sum */
    ULONG done; /* of these */
    uint32_t sum;
};

static lookaside_list contexts = LOOKASIDE_LIST_INIT;

static KSPIN_LOCK lock;
static LIST_ENTRY queue;
static ULONG waiting_or_in_work;
static ULONG most_at_once;
static BOOLEAN stopping;
static KEVENT wake; /* the queue has something, or it is time to stop */
static PVOID worker;
static ULONG served;

DRIVER_INITIALIZE DriverEntry;

static NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG_PTR bytes)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = bytes;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

/* ---- The worker: one context after the other, a slice at a time ---- */

static struct context *next_context(void)
{
    KIRQL irql;
    struct context *context = NULL;
    KeAcquireSpinLock(&lock, &irql);
    if (!IsListEmpty(&queue)) {
        context = CONTAINING_RECORD(RemoveHeadList(&queue), struct context, link);
    }
    KeReleaseSpinLock(&lock, irql);
    return context;
}

static void put_back(struct context *context)
{
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    InsertTailList(&queue, &context->link);
    KeReleaseSpinLock(&lock, irql);
}

static void finish(struct context *context)
{
    KIRQL irql;
    PIRP irp = context->irp;
    *(uint32_t *)irp->AssociatedIrp.SystemBuffer = context->sum;
    lookaside_free(&contexts, context);
    KeAcquireSpinLock(&lock, &irql);
    waiting_or_in_work--;
    served++;
    KeReleaseSpinLock(&lock, irql);
    complete(irp, STATUS_SUCCESS, sizeof(uint32_t));
}

static void work_on(struct context *context)
{
    const unsigned char *bytes = context->irp->AssociatedIrp.SystemBuffer;
    const ULONG left = context->size - context->done;
    const ULONG slice = left < SLICE ? left : SLICE;
    context->sum = adler_add(context->sum, bytes + context->done, slice);
    context->done += slice;
    if (context->done < context->size) {
        put_back(context);
    } else {
        finish(context);
    }
}

static BOOLEAN is_time_to_stop(void)
{
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    const BOOLEAN stop = stopping;
    KeReleaseSpinLock(&lock, irql);
    return stop;
}

static VOID NTAPI work(PVOID unused)
{
    struct context *context;
    UNREFERENCED_PARAMETER(unused);
    while (!is_time_to_stop()) {
        KeWaitForSingleObject(&wake, Executive, KernelMode, FALSE, NULL);
        while ((context = next_context()) != NULL) {
            work_on(context);
        }
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

/* ---- Requests ---- */

static NTSTATUS begin_checksum(PIRP irp, ULONG size)
{
    KIRQL irql;
    struct context *context = lookaside_alloc(&contexts);
    if (context == NULL) {
        return complete(irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    context->irp = irp;
    context->size = size;
    context->done = 0;
    context->sum = ADLER_BEGIN;
    IoMarkIrpPending(irp);
    KeAcquireSpinLock(&lock, &irql);
    InsertTailList(&queue, &context->link);
    waiting_or_in_work++;
    if (most_at_once < waiting_or_in_work) {
        most_at_once = waiting_or_in_work;
    }
    KeReleaseSpinLock(&lock, irql);
    KeSetEvent(&wake, IO_NO_INCREMENT, FALSE);
    return STATUS_PENDING;
}

/* Where a report goes, piece by piece. */
struct text {
    char *next;
    char *end; /* the place of the final 0 */
};

static void append(void *to, const char *piece, size_t length)
{
    struct text *text = to;
    for (size_t i = 0; i < length && text->next < text->end; i++) {
        *text->next++ = piece[i];
    }
    *text->next = '\0';
}

static NTSTATUS describe_list(PIRP irp)
{
    struct checksum_list *list = irp->AssociatedIrp.SystemBuffer;
    struct text text = {list->report, list->report + sizeof list->report - 1};
    lookaside_statistics statistics;
    KIRQL irql;
    RtlZeroMemory(list, sizeof *list);
    if (lookaside_query(&contexts, &statistics) != LOOKASIDE_OK) {
        return complete(irp, STATUS_UNSUCCESSFUL, 0);
    }
    KeAcquireSpinLock(&lock, &irql);
    list->served = served;
    list->most_at_once = most_at_once;
    KeReleaseSpinLock(&lock, irql);
    list->live = statistics.live_entries;
    list->cached = statistics.current_depth;
    list->allocates = statistics.total_allocates;
    list->allocate_misses = statistics.allocate_misses;
    lookaside_report(&contexts, append, &text);
    return complete(irp, STATUS_SUCCESS, sizeof *list);
}

static NTSTATUS NTAPI device_control(PDEVICE_OBJECT device, PIRP irp)
{
    const PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    const ULONG code = stack->Parameters.DeviceIoControl.IoControlCode;
    const ULONG in = stack->Parameters.DeviceIoControl.InputBufferLength;
    const ULONG out = stack->Parameters.DeviceIoControl.OutputBufferLength;
    UNREFERENCED_PARAMETER(device);
    if (code == CHECKSUM_OF && in >= 1 && in <= CHECKSUM_MOST_BYTES && out >= sizeof(uint32_t)) {
        return begin_checksum(irp, in);
    }
    if (code == CHECKSUM_LIST && out >= sizeof(struct checksum_list)) {
        return describe_list(irp);
    }
    return complete(irp, STATUS_INVALID_PARAMETER, 0);
}

static NTSTATUS NTAPI open_or_close(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    return complete(irp, STATUS_SUCCESS, 0);
}

/* ---- Coming and going ---- */

static NTSTATUS start_worker(void)
{
    OBJECT_ATTRIBUTES attributes;
    HANDLE handle;
    waiting_or_in_work = 0;
    most_at_once = 0;
    stopping = FALSE;
    served = 0;
    KeInitializeSpinLock(&lock);
    InitializeListHead(&queue);
    KeInitializeEvent(&wake, SynchronizationEvent, FALSE);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    NTSTATUS status =
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, NULL, work, NULL);
    if (NT_SUCCESS(status)) {
        /* Cannot fail for a handle of our own. */
        (void)ObReferenceObjectByHandle(handle, SYNCHRONIZE, NULL, KernelMode, &worker, NULL);
        ZwClose(handle);
    }
    return status;
}

static void stop_worker(void)
{
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    stopping = TRUE;
    KeReleaseSpinLock(&lock, irql);
    KeSetEvent(&wake, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(worker, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(worker);
}

static lookaside_status make_list(void)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.tag = LOOKASIDE_TAG('C', 's', 'u', 'm');
    options.name = "checksum contexts";
    options.flags = LOOKASIDE_COUNT_OUTSTANDING;
    return lookaside_init(&contexts, sizeof(struct context), LOOKASIDE_NONPAGED_NX, &options);
}

static VOID end_list(void)
{
    lookaside_statistics statistics;
    lookaside_query(&contexts, &statistics);
    const lookaside_status status = lookaside_destroy(&contexts);
    DbgPrint("checksum: %u requests served, %u contexts outstanding; the list: %s\n",
             (unsigned)served, (unsigned)statistics.live_entries, lookaside_status_name(status));
}

static NTSTATUS make_device(PDRIVER_OBJECT driver)
{
    UNICODE_STRING name;
    UNICODE_STRING link;
    PDEVICE_OBJECT device;
    RtlInitUnicodeString(&name, DEVICE_PATH);
    RtlInitUnicodeString(&link, LINK_PATH);
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN,
                                     FALSE, &device);
    if (NT_SUCCESS(status)) {
        status = IoCreateSymbolicLink(&link, &name);
        if (!NT_SUCCESS(status)) {
            IoDeleteDevice(device);
        }
    }
    return status;
}

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
    UNICODE_STRING link;
    RtlInitUnicodeString(&link, LINK_PATH);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(driver->DeviceObject);
    stop_worker();
    end_list();
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNREFERENCED_PARAMETER(registry_path);
    driver->MajorFunction[IRP_MJ_CREATE] = open_or_close;
    driver->MajorFunction[IRP_MJ_CLOSE] = open_or_close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = device_control;
    driver->DriverUnload = unload;

    NTSTATUS status = (NTSTATUS)lookaside_ntstatus(make_list());
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = start_worker();
    if (!NT_SUCCESS(status)) {
        end_list();
        return status;
    }
    status = make_device(driver);
    if (!NT_SUCCESS(status)) {
        stop_worker();
        end_list();
    }
    return status;
}
