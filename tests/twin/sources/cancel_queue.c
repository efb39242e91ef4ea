/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A driver as they were written for Windows 7: reads wait in a queue under a spin lock until a system
 * thread serves them, or they are cancelled, and at cleanup those of the file are. Compiles unchanged
 * with the twin and with mingw's DDK. */
#include <wdm.h>

#ifndef POOL_NX_ALLOCATION
#define POOL_NX_ALLOCATION 512
#endif

#define WAITER_TAG 'tiaW'

typedef struct _WAITER {
    LIST_ENTRY Entry;
    PIRP Irp;
    LARGE_INTEGER Arrived;
} WAITER, *PWAITER;

typedef struct _QUEUE_EXTENSION {
    NPAGED_LOOKASIDE_LIST Waiters;
    LIST_ENTRY Queue;
    KSPIN_LOCK Lock;
    KSEMAPHORE Work;
    PVOID Thread;
    BOOLEAN Stop;
    ULONG Served;
} QUEUE_EXTENSION, *PQUEUE_EXTENSION;

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD QueueUnload;
static DRIVER_DISPATCH QueueCreateClose, QueueRead, QueueCleanup;
static DRIVER_CANCEL QueueCancel;
static KSTART_ROUTINE QueueThread;

static UNICODE_STRING LinkName = RTL_CONSTANT_STRING(L"\\??\\CancelQueue");

static NTSTATUS QueueComplete(PIRP Irp, NTSTATUS Status, ULONG_PTR Information)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = Information;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

static NTSTATUS NTAPI QueueCreateClose(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    UNREFERENCED_PARAMETER(DeviceObject);
    return QueueComplete(Irp, STATUS_SUCCESS, 0);
}

/* Takes out the first waiter that this thread may complete: of a file, or with NULL of any. */
static PWAITER QueueTake(PQUEUE_EXTENSION Extension, PFILE_OBJECT File)
{
    PLIST_ENTRY entry;
    PWAITER found = NULL;
    KLOCK_QUEUE_HANDLE lock;

    KeAcquireInStackQueuedSpinLock(&Extension->Lock, &lock);
    for (entry = Extension->Queue.Flink; entry != &Extension->Queue; entry = entry->Flink) {
        PWAITER waiter = CONTAINING_RECORD(entry, WAITER, Entry);
        PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(waiter->Irp);
        if ((File == NULL || stack->FileObject == File) &&
            IoSetCancelRoutine(waiter->Irp, NULL) != NULL) {
            RemoveEntryList(entry);
            found = waiter;
            break;
        }
    }
    KeReleaseInStackQueuedSpinLock(&lock);
    return found;
}

static VOID NTAPI QueueCancel(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PQUEUE_EXTENSION extension = (PQUEUE_EXTENSION)DeviceObject->DeviceExtension;
    PWAITER waiter = (PWAITER)Irp->Tail.Overlay.DriverContext[0];
    KIRQL irql;

    IoReleaseCancelSpinLock(Irp->CancelIrql);
    KeAcquireSpinLock(&extension->Lock, &irql);
    RemoveEntryList(&waiter->Entry);
    KeReleaseSpinLock(&extension->Lock, irql);
    ExFreeToNPagedLookasideList(&extension->Waiters, waiter);
    QueueComplete(Irp, STATUS_CANCELLED, 0);
}

static NTSTATUS NTAPI QueueRead(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PQUEUE_EXTENSION extension = (PQUEUE_EXTENSION)DeviceObject->DeviceExtension;
    PWAITER waiter;
    BOOLEAN cancelled = FALSE;
    KIRQL irql;

    waiter = (PWAITER)ExAllocateFromNPagedLookasideList(&extension->Waiters);
    if (waiter == NULL) {
        return QueueComplete(Irp, STATUS_INSUFFICIENT_RESOURCES, 0);
    }
    waiter->Irp = Irp;
    KeQuerySystemTime(&waiter->Arrived);
    Irp->Tail.Overlay.DriverContext[0] = waiter;
    IoMarkIrpPending(Irp);

    KeAcquireSpinLock(&extension->Lock, &irql);
    IoSetCancelRoutine(Irp, QueueCancel);
    if (Irp->Cancel && IoSetCancelRoutine(Irp, NULL) != NULL) {
        cancelled = TRUE;
    } else {
        InsertTailList(&extension->Queue, &waiter->Entry);
    }
    KeReleaseSpinLock(&extension->Lock, irql);

    if (cancelled) {
        ExFreeToNPagedLookasideList(&extension->Waiters, waiter);
        QueueComplete(Irp, STATUS_CANCELLED, 0);
    } else {
        KeReleaseSemaphore(&extension->Work, IO_NO_INCREMENT, 1, FALSE);
    }
    return STATUS_PENDING;
}

static NTSTATUS NTAPI QueueCleanup(PDEVICE_OBJECT DeviceObject, PIRP Irp)
{
    PQUEUE_EXTENSION extension = (PQUEUE_EXTENSION)DeviceObject->DeviceExtension;
    PFILE_OBJECT file = IoGetCurrentIrpStackLocation(Irp)->FileObject;
    PWAITER waiter;

    while ((waiter = QueueTake(extension, file)) != NULL) {
        PIRP irp = waiter->Irp;
        ExFreeToNPagedLookasideList(&extension->Waiters, waiter);
        QueueComplete(irp, STATUS_CANCELLED, 0);
    }
    return QueueComplete(Irp, STATUS_SUCCESS, 0);
}

static VOID NTAPI QueueThread(PVOID Context)
{
    PQUEUE_EXTENSION extension = (PQUEUE_EXTENSION)Context;

    for (;;) {
        PWAITER waiter;

        KeWaitForSingleObject(&extension->Work, Executive, KernelMode, FALSE, NULL);
        waiter = QueueTake(extension, NULL);
        if (waiter != NULL) {
            PIRP irp = waiter->Irp;
            ULONG size = IoGetCurrentIrpStackLocation(irp)->Parameters.Read.Length;

            RtlFillMemory(irp->AssociatedIrp.SystemBuffer, size, 'q');
            extension->Served++;
            ExFreeToNPagedLookasideList(&extension->Waiters, waiter);
            QueueComplete(irp, STATUS_SUCCESS, size);
        } else if (extension->Stop) {
            break;
        }
    }
    PsTerminateSystemThread(STATUS_SUCCESS);
}

static VOID NTAPI QueueUnload(PDRIVER_OBJECT DriverObject)
{
    PQUEUE_EXTENSION extension = (PQUEUE_EXTENSION)DriverObject->DeviceObject->DeviceExtension;

    extension->Stop = TRUE;
    KeReleaseSemaphore(&extension->Work, IO_NO_INCREMENT, 1, FALSE);
    KeWaitForSingleObject(extension->Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(extension->Thread);
    KdPrint(("CancelQueue: served %lu reads\n", (unsigned long)extension->Served));
    ExDeleteNPagedLookasideList(&extension->Waiters);
    IoDeleteSymbolicLink(&LinkName);
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\CancelQueue");
    PDEVICE_OBJECT device;
    PQUEUE_EXTENSION extension;
    OBJECT_ATTRIBUTES attributes;
    HANDLE handle;
    NTSTATUS status;

    UNREFERENCED_PARAMETER(RegistryPath);
    status = IoCreateDevice(DriverObject, sizeof(*extension), &name, FILE_DEVICE_UNKNOWN, 0, FALSE,
                            &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    extension = (PQUEUE_EXTENSION)device->DeviceExtension;
    InitializeListHead(&extension->Queue);
    KeInitializeSpinLock(&extension->Lock);
    KeInitializeSemaphore(&extension->Work, 0, MAXLONG);
    ExInitializeNPagedLookasideList(&extension->Waiters, NULL, NULL, POOL_NX_ALLOCATION,
                                    sizeof(WAITER), WAITER_TAG, 0);
    InitializeObjectAttributes(&attributes, NULL, OBJ_KERNEL_HANDLE, NULL, NULL);
    status = PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, &attributes, NULL, NULL, QueueThread,
                                  extension);
    if (NT_SUCCESS(status)) {
        ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, NULL, KernelMode, &extension->Thread,
                                  NULL);
        ZwClose(handle);
        status = IoCreateSymbolicLink(&LinkName, &name);
        if (!NT_SUCCESS(status)) {
            extension->Stop = TRUE;
            KeReleaseSemaphore(&extension->Work, IO_NO_INCREMENT, 1, FALSE);
            KeWaitForSingleObject(extension->Thread, Executive, KernelMode, FALSE, NULL);
            ObDereferenceObject(extension->Thread);
        }
    }
    if (!NT_SUCCESS(status)) {
        ExDeleteNPagedLookasideList(&extension->Waiters);
        IoDeleteDevice(device);
        return status;
    }
    device->Flags |= DO_BUFFERED_IO;
    DriverObject->MajorFunction[IRP_MJ_CREATE] = QueueCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = QueueCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLEANUP] = QueueCleanup;
    DriverObject->MajorFunction[IRP_MJ_READ] = QueueRead;
    DriverObject->DriverUnload = QueueUnload;
    return STATUS_SUCCESS;
}
