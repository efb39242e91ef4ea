/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/*++

Module Name:

    transfer.c

Abstract:

    Written as the samples of the WDK are, and for none of the twin's headers in particular: all four
    transfer methods, SAL, pageable sections, structured exceptions, MDLs of its own. It compiles
    unchanged with the twin; mingw's gcc has no __try.

Environment:

    Kernel mode only.

--*/

/* The layout, too, is that of those samples. */
/* clang-format off */

#include <ntddk.h>
#include <ntstrsafe.h>

#define NT_DEVICE_NAME  L"\\Device\\TransferSample"
#define DOS_DEVICE_NAME L"\\DosDevices\\TransferSample"

#define FILE_DEVICE_TRANSFER 40000
#define IOCTL_TRANSFER_BUFFERED   CTL_CODE(FILE_DEVICE_TRANSFER, 0x900, METHOD_BUFFERED,   FILE_ANY_ACCESS)
#define IOCTL_TRANSFER_IN_DIRECT  CTL_CODE(FILE_DEVICE_TRANSFER, 0x901, METHOD_IN_DIRECT,  FILE_ANY_ACCESS)
#define IOCTL_TRANSFER_OUT_DIRECT CTL_CODE(FILE_DEVICE_TRANSFER, 0x902, METHOD_OUT_DIRECT, FILE_ANY_ACCESS)
#define IOCTL_TRANSFER_NEITHER    CTL_CODE(FILE_DEVICE_TRANSFER, 0x903, METHOD_NEITHER,    FILE_ANY_ACCESS)

#if DBG
#define TRANSFER_KDPRINT(_x_) \
                DbgPrint("TRANSFER.SYS: ");\
                DbgPrint _x_;
#else
#define TRANSFER_KDPRINT(_x_)
#endif

typedef struct _TRANSFER_RECORD {
    LIST_ENTRY  ListEntry;
    ULONG       Length;
    UCHAR       Bytes[ANYSIZE_ARRAY];
} TRANSFER_RECORD, *PTRANSFER_RECORD;

typedef struct _DEVICE_EXTENSION {
    LOOKASIDE_LIST_EX   RecordList;
    NPAGED_LOOKASIDE_LIST LegacyList;
    PAGED_LOOKASIDE_LIST NameList;
    FAST_MUTEX          Mutex;
    LIST_ENTRY          Records;
    __volatile LONG     Count;
} DEVICE_EXTENSION, *PDEVICE_EXTENSION;

DRIVER_INITIALIZE DriverEntry;

_Dispatch_type_(IRP_MJ_CREATE)
_Dispatch_type_(IRP_MJ_CLOSE)
DRIVER_DISPATCH TransferCreateClose;

_Dispatch_type_(IRP_MJ_DEVICE_CONTROL)
DRIVER_DISPATCH TransferDeviceControl;

DRIVER_UNLOAD TransferUnload;

_IRQL_requires_max_(APC_LEVEL)
_Must_inspect_result_
static NTSTATUS
TransferRemember(
    _Inout_ PDEVICE_EXTENSION Extension,
    _In_reads_bytes_(Length) const UCHAR *Bytes,
    _In_ ULONG Length
    );

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#pragma alloc_text(PAGE, TransferCreateClose)
#pragma alloc_text(PAGE, TransferDeviceControl)
#pragma alloc_text(PAGE, TransferUnload)
#endif

NTSTATUS
DriverEntry(
    _In_ PDRIVER_OBJECT DriverObject,
    _In_ PUNICODE_STRING RegistryPath
    )
{
    NTSTATUS status;
    UNICODE_STRING ntUnicodeString;
    UNICODE_STRING ntWin32NameString;
    PDEVICE_OBJECT deviceObject = NULL;
    PDEVICE_EXTENSION extension;

    UNREFERENCED_PARAMETER(RegistryPath);

    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);

    RtlInitUnicodeString(&ntUnicodeString, NT_DEVICE_NAME);
    status = IoCreateDevice(DriverObject, sizeof(DEVICE_EXTENSION), &ntUnicodeString,
                            FILE_DEVICE_UNKNOWN, FILE_DEVICE_SECURE_OPEN, FALSE, &deviceObject);
    if (!NT_SUCCESS(status)) {
        TRANSFER_KDPRINT(("Couldn't create the device object\n"));
        return status;
    }

    extension = (PDEVICE_EXTENSION)deviceObject->DeviceExtension;
    ExInitializeFastMutex(&extension->Mutex);
    InitializeListHead(&extension->Records);

    status = ExInitializeLookasideListEx(&extension->RecordList, NULL, NULL, NonPagedPoolNx, 0,
                                         FIELD_OFFSET(TRANSFER_RECORD, Bytes) + 64, 'crsT', 1024);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(deviceObject);
        return status;
    }
    ExInitializeNPagedLookasideList(&extension->LegacyList, NULL, NULL, POOL_NX_ALLOCATION, 128,
                                    'glsT', 0);
    ExInitializePagedLookasideList(&extension->NameList, NULL, NULL, 0, 64 * sizeof(WCHAR), 'nmsT',
                                   0);

    DriverObject->MajorFunction[IRP_MJ_CREATE] = TransferCreateClose;
    DriverObject->MajorFunction[IRP_MJ_CLOSE] = TransferCreateClose;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = TransferDeviceControl;
    DriverObject->DriverUnload = TransferUnload;

    RtlInitUnicodeString(&ntWin32NameString, DOS_DEVICE_NAME);
    status = IoCreateSymbolicLink(&ntWin32NameString, &ntUnicodeString);
    if (!NT_SUCCESS(status)) {
        TRANSFER_KDPRINT(("Couldn't create symbolic link\n"));
        ExDeletePagedLookasideList(&extension->NameList);
        ExDeleteNPagedLookasideList(&extension->LegacyList);
        ExDeleteLookasideListEx(&extension->RecordList);
        IoDeleteDevice(deviceObject);
    }
    return status;
}

NTSTATUS
TransferCreateClose(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    UNREFERENCED_PARAMETER(DeviceObject);
    PAGED_CODE();

    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}

VOID
TransferUnload(
    _In_ PDRIVER_OBJECT DriverObject
    )
{
    PDEVICE_OBJECT deviceObject = DriverObject->DeviceObject;
    PDEVICE_EXTENSION extension = deviceObject->DeviceExtension;
    UNICODE_STRING uniWin32NameString;

    PAGED_CODE();

    while (!IsListEmpty(&extension->Records)) {
        PLIST_ENTRY entry = RemoveHeadList(&extension->Records);
        ExFreeToLookasideListEx(&extension->RecordList,
                                CONTAINING_RECORD(entry, TRANSFER_RECORD, ListEntry));
    }
    ExDeletePagedLookasideList(&extension->NameList);
    ExDeleteNPagedLookasideList(&extension->LegacyList);
    ExDeleteLookasideListEx(&extension->RecordList);

    RtlInitUnicodeString(&uniWin32NameString, DOS_DEVICE_NAME);
    IoDeleteSymbolicLink(&uniWin32NameString);
    IoDeleteDevice(deviceObject);
}

static NTSTATUS
TransferRemember(
    _Inout_ PDEVICE_EXTENSION Extension,
    _In_reads_bytes_(Length) const UCHAR *Bytes,
    _In_ ULONG Length
    )
{
    PTRANSFER_RECORD record;
    PWCHAR name;
    PVOID scratch;

    record = (PTRANSFER_RECORD)ExAllocateFromLookasideListEx(&Extension->RecordList);
    name = (PWCHAR)ExAllocateFromPagedLookasideList(&Extension->NameList);
    scratch = ExAllocateFromNPagedLookasideList(&Extension->LegacyList);
    if (record == NULL || name == NULL || scratch == NULL) {
        if (record != NULL) {
            ExFreeToLookasideListEx(&Extension->RecordList, record);
        }
        if (name != NULL) {
            ExFreeToPagedLookasideList(&Extension->NameList, name);
        }
        if (scratch != NULL) {
            ExFreeToNPagedLookasideList(&Extension->LegacyList, scratch);
        }
        return STATUS_INSUFFICIENT_RESOURCES;
    }

    record->Length = min(Length, 64);
    RtlCopyMemory(record->Bytes, Bytes, record->Length);
    (VOID)RtlStringCbPrintfW(name, 64 * sizeof(WCHAR), L"record %u", record->Length);
    KdPrint(("%ws of %lu bytes\n", name, Length));

    ExAcquireFastMutex(&Extension->Mutex);
    InsertTailList(&Extension->Records, &record->ListEntry);
    ExReleaseFastMutex(&Extension->Mutex);
    InterlockedIncrement(&Extension->Count);

    ExFreeToNPagedLookasideList(&Extension->LegacyList, scratch);
    ExFreeToPagedLookasideList(&Extension->NameList, name);
    return STATUS_SUCCESS;
}

NTSTATUS
TransferDeviceControl(
    PDEVICE_OBJECT DeviceObject,
    PIRP Irp
    )
{
    PIO_STACK_LOCATION irpSp;
    PDEVICE_EXTENSION extension = DeviceObject->DeviceExtension;
    NTSTATUS ntStatus = STATUS_SUCCESS;
    ULONG inBufLength;
    ULONG outBufLength;
    PVOID inBuf, outBuf;
    PMDL mdl = NULL;

    PAGED_CODE();

    irpSp = IoGetCurrentIrpStackLocation(Irp);
    inBufLength = irpSp->Parameters.DeviceIoControl.InputBufferLength;
    outBufLength = irpSp->Parameters.DeviceIoControl.OutputBufferLength;
    Irp->IoStatus.Information = 0;

    if (!inBufLength || !outBufLength) {
        ntStatus = STATUS_INVALID_PARAMETER;
        goto End;
    }

    switch (irpSp->Parameters.DeviceIoControl.IoControlCode) {
    case IOCTL_TRANSFER_BUFFERED:
        ntStatus = TransferRemember(extension, Irp->AssociatedIrp.SystemBuffer, inBufLength);
        Irp->IoStatus.Information = min(inBufLength, outBufLength);
        break;

    case IOCTL_TRANSFER_IN_DIRECT:
    case IOCTL_TRANSFER_OUT_DIRECT:
        outBuf = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority | MdlMappingNoExecute);
        if (!outBuf) {
            ntStatus = STATUS_INSUFFICIENT_RESOURCES;
            break;
        }
        RtlCopyBytes(outBuf, Irp->AssociatedIrp.SystemBuffer, min(inBufLength, outBufLength));
        Irp->IoStatus.Information = MmGetMdlByteCount(Irp->MdlAddress);
        break;

    case IOCTL_TRANSFER_NEITHER:
        inBuf = irpSp->Parameters.DeviceIoControl.Type3InputBuffer;
        outBuf = Irp->UserBuffer;
        __try {
            ProbeForRead(inBuf, inBufLength, sizeof(UCHAR));
            ProbeForWrite(outBuf, outBufLength, sizeof(UCHAR));
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            ntStatus = GetExceptionCode();
            TRANSFER_KDPRINT(("Exception while accessing a buffer 0X%08X\n", ntStatus));
            break;
        }
        mdl = IoAllocateMdl(outBuf, outBufLength, FALSE, TRUE, NULL);
        if (!mdl) {
            ntStatus = STATUS_INSUFFICIENT_RESOURCES;
            break;
        }
        __try {
            MmProbeAndLockPages(mdl, UserMode, IoWriteAccess);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            ntStatus = GetExceptionCode();
            IoFreeMdl(mdl);
            break;
        }
        outBuf = MmGetSystemAddressForMdlSafe(mdl, NormalPagePriority | MdlMappingNoExecute);
        if (!outBuf) {
            ntStatus = STATUS_INSUFFICIENT_RESOURCES;
        } else {
            RtlCopyMemory(outBuf, inBuf, min(inBufLength, outBufLength));
            Irp->IoStatus.Information = min(inBufLength, outBufLength);
        }
        MmUnlockPages(mdl);
        IoFreeMdl(mdl);
        break;

    default:
        ntStatus = STATUS_INVALID_DEVICE_REQUEST;
        TRANSFER_KDPRINT(("ERROR: unrecognized IOCTL %x\n", irpSp->Parameters.DeviceIoControl.IoControlCode));
        break;
    }

End:
    Irp->IoStatus.Status = ntStatus;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return ntStatus;
}
