/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A courier: each request is copied into a letter, queued, and answered by a worker thread. */
#include <ntddk.h>

#include "courier.h"

#define CONTEXT_TAG 'xtnC'
#define LETTER_TAG 'rttL'

typedef struct _REQUEST_CONTEXT {
    LIST_ENTRY Link;
    PIRP Irp;
    PUCHAR Letter;
    ULONG Length;
} REQUEST_CONTEXT, *PREQUEST_CONTEXT;

typedef struct _COURIER {
    LOOKASIDE_LIST_EX Contexts;
    NPAGED_LOOKASIDE_LIST Letters;
    KSPIN_LOCK QueueLock;
    LIST_ENTRY Queue; /* of REQUEST_CONTEXT, under QueueLock */
    BOOLEAN Stopping; /* likewise */
    KEVENT Wake;
    PVOID Worker;
} COURIER, *PCOURIER;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD CourierUnload;
static DRIVER_DISPATCH CourierCreateClose;
static DRIVER_DISPATCH CourierDeviceControl;
static KSTART_ROUTINE CourierWork;

static NTSTATUS CourierComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS CourierAccept(PCOURIER Courier, PIRP Irp, ULONG Length)
{
    PREQUEST_CONTEXT context;
    KIRQL irql;

    context = ExAllocateFromLookasideListEx(&Courier->Contexts);
    if (context == NULL) {
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    context->Letter = ExAllocateFromNPagedLookasideList(&Courier->Letters);
    if (context->Letter == NULL) {
        ExFreeToLookasideListEx(&Courier->Contexts, context);
        return STATUS_INSUFFICIENT_RESOURCES;
    }
    context->Irp = Irp;
    context->Length = Length;
    RtlCopyMemory(context->Letter, Irp->AssociatedIrp.SystemBuffer, Length);

    IoMarkIrpPending(Irp);
    KeAcquireSpinLock(&Courier->QueueLock, &irql);
    InsertTailList(&Courier->Queue, &context->Link);
    KeReleaseSpinLock(&Courier->QueueLock, irql);
    KeSetEvent(&Courier->Wake, IO_NO_INCREMENT, FALSE);
    return STATUS_PENDING;
}

static NTSTATUS CourierDeviceControl(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG length = stack->Parameters.DeviceIoControl.InputBufferLength;
    NTSTATUS status;

    if (stack->Parameters.DeviceIoControl.IoControlCode != IOCTL_COURIER_SHOUT) {
        return CourierComplete(Irp, STATUS_INVALID_DEVICE_REQUEST, 0);
    }
    if (length > COURIER_LONGEST_LETTER) {
        return CourierComplete(Irp, STATUS_INVALID_BUFFER_SIZE, 0);
    }
    if (stack->Parameters.DeviceIoControl.OutputBufferLength < length) {
        return CourierComplete(Irp, STATUS_BUFFER_TOO_SMALL, 0);
    }
    status = CourierAccept(DeviceObject->DeviceExtension, Irp, length);
    if (status != STATUS_PENDING) {
        return CourierComplete(Irp, status, 0);
    }
    return status;
}

static NTSTATUS CourierCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return CourierComplete(Irp, STATUS_SUCCESS, 0);
}

/* Answers a request, then gives back what it had. */
static VOID CourierDeliver(PCOURIER Courier, PREQUEST_CONTEXT Context)
{
    PUCHAR answer = Context->Irp->AssociatedIrp.SystemBuffer;
    ULONG i;

    for (i = 0; i < Context->Length; i++) {
        UCHAR letter = Context->Letter[i];
        answer[i] = letter >= 'a' && letter <= 'z' ? (UCHAR)(letter - 'a' + 'A') : letter;
    }
    CourierComplete(Context->Irp, STATUS_SUCCESS, Context->Length);
    ExFreeToNPagedLookasideList(&Courier->Letters, Context->Letter);
    ExFreeToLookasideListEx(&Courier->Contexts, Context);
}

static VOID CourierWork(PVOID StartContext)
{
    PCOURIER courier = StartContext;
    BOOLEAN stopping = FALSE;

    while (!stopping) {
        KeWaitForSingleObject(&courier->Wake, Executive, KernelMode, FALSE, NULL);
        for (;;) {
            PREQUEST_CONTEXT context = NULL;
            KIRQL irql;

            KeAcquireSpinLock(&courier->QueueLock, &irql);
            if (!IsListEmpty(&courier->Queue)) {
                context = CONTAINING_RECORD(RemoveHeadList(&courier->Queue), REQUEST_CONTEXT, Link);
            }
            stopping = courier->Stopping;
            KeReleaseSpinLock(&courier->QueueLock, irql);
            if (context == NULL) {
                break;
            }
            CourierDeliver(courier, context);
        }
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static NTSTATUS CourierStartWorker(PCOURIER Courier)
{
    HANDLE handle;
    NTSTATUS status;

    status =
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, CourierWork, Courier);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
                                       &Courier->Worker, NULL);
    ZwClose(handle);
    return status;
}

static VOID CourierUnload(PDRIVER_OBJECT DriverObject)
{
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Courier");
    PCOURIER courier = DriverObject->DeviceObject->DeviceExtension;
    KIRQL irql;

    KeAcquireSpinLock(&courier->QueueLock, &irql);
    courier->Stopping = TRUE;
    KeReleaseSpinLock(&courier->QueueLock, irql);
    KeSetEvent(&courier->Wake, IO_NO_INCREMENT, FALSE);
    KeWaitForSingleObject(courier->Worker, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(courier->Worker);

    ExDeleteNPagedLookasideList(&courier->Letters);
    ExDeleteLookasideListEx(&courier->Contexts);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Courier");
    UNICODE_STRING link = RTL_CONSTANT_STRING(L"\\DosDevices\\Courier");
    PDEVICE_OBJECT device;
    PCOURIER courier;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, sizeof(COURIER), &name, FILE_DEVICE_UNKNOWN,
                            FILE_DEVICE_SECURE_OPEN, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    courier = device->DeviceExtension;
    KeInitializeSpinLock(&courier->QueueLock);
    InitializeListHead(&courier->Queue);
    KeInitializeEvent(&courier->Wake, SynchronizationEvent, FALSE);
    ExInitializeNPagedLookasideList(&courier->Letters, NULL, NULL, POOL_NX_ALLOCATION,
                                    COURIER_LONGEST_LETTER, LETTER_TAG, 0);
    status = ExInitializeLookasideListEx(&courier->Contexts, NULL, NULL, NonPagedPoolNx, 0,
                                         sizeof(REQUEST_CONTEXT), CONTEXT_TAG, 0);
    if (!NT_SUCCESS(status)) {
        goto NoContexts;
    }
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        goto NoLink;
    }
    status = CourierStartWorker(courier);
    if (!NT_SUCCESS(status)) {
        goto NoWorker;
    }
    DriverObject->MajorFunction[IRP_MJ_CREATE] = CourierCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = CourierCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = CourierDeviceControl;
    DriverObject->DriverUnload = CourierUnload;
    return STATUS_SUCCESS;

NoWorker:
    IoDeleteSymbolicLink(&link);
NoLink:
    ExDeleteLookasideListEx(&courier->Contexts);
NoContexts:
    ExDeleteNPagedLookasideList(&courier->Letters);
    IoDeleteDevice(device);
    return status;
}
