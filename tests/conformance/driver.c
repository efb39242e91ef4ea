/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The driver that carries the checks: it says which there are and runs them one by one, as
 * protocol.h tells. The same source is a .sys on Windows and Wine, and a driver on the twin. */
#include "check.h"
#include "protocol.h"

#define DEVICE_PATH L"\\Device\\LookasideConformance"
#define LINK_PATH L"\\DosDevices\\LookasideConformance"

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD unload;
static DRIVER_DISPATCH open_or_close;
static DRIVER_DISPATCH device_control;

static void copy_text(CHAR *to, SIZE_T size, const char *from)
{
    SIZE_T i = 0;
    for (; i + 1 < size && from[i] != '\0'; i++) {
        to[i] = from[i];
    }
    to[i] = '\0';
}

/* Each answers into the request's buffer and returns how many bytes that are. */

static ULONG_PTR answer_count(PVOID buffer)
{
    *(uint32_t *)buffer = check_count();
    return sizeof(uint32_t);
}

static ULONG_PTR answer_description(PVOID buffer, const struct check *check)
{
    struct conformance_description *description = buffer;
    copy_text(description->name, sizeof description->name, check->name);
    copy_text(description->rule, sizeof description->rule, check->rule);
    return sizeof *description;
}

static ULONG_PTR answer_run(PVOID buffer, const struct check *check)
{
    struct conformance_result *result = buffer;
    struct check_run run = {0, 0, ""};
    check->function(&run);
    result->expectations = run.expectations;
    result->failures = run.failures;
    copy_text(result->text, sizeof result->text, run.text);
    return sizeof *result;
}

static NTSTATUS finish(PIRP irp, NTSTATUS status, ULONG_PTR bytes)
{
    irp->IoStatus.Status = status;
    irp->IoStatus.Information = bytes;
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return status;
}

static NTSTATUS NTAPI open_or_close(PDEVICE_OBJECT device, PIRP irp)
{
    UNREFERENCED_PARAMETER(device);
    return finish(irp, STATUS_SUCCESS, 0);
}

static NTSTATUS NTAPI device_control(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);
    PVOID buffer = irp->AssociatedIrp.SystemBuffer;
    const ULONG code = stack->Parameters.DeviceIoControl.IoControlCode;
    const ULONG in = stack->Parameters.DeviceIoControl.InputBufferLength;
    const ULONG out = stack->Parameters.DeviceIoControl.OutputBufferLength;
    const struct check *check = NULL;

    UNREFERENCED_PARAMETER(device);
    if (code == CONFORMANCE_COUNT && out >= sizeof(uint32_t)) {
        return finish(irp, STATUS_SUCCESS, answer_count(buffer));
    }
    if (in >= sizeof(uint32_t)) {
        check = check_at(*(const uint32_t *)buffer);
    }
    if (check != NULL && code == CONFORMANCE_DESCRIBE &&
        out >= sizeof(struct conformance_description)) {
        return finish(irp, STATUS_SUCCESS, answer_description(buffer, check));
    }
    if (check != NULL && code == CONFORMANCE_RUN && out >= sizeof(struct conformance_result)) {
        return finish(irp, STATUS_SUCCESS, answer_run(buffer, check));
    }
    return finish(irp, STATUS_INVALID_PARAMETER, 0);
}

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
    UNICODE_STRING link;
    RtlInitUnicodeString(&link, LINK_PATH);
    IoDeleteSymbolicLink(&link);
    IoDeleteDevice(driver->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNICODE_STRING name;
    UNICODE_STRING link;
    PDEVICE_OBJECT device;

    UNREFERENCED_PARAMETER(registry_path);
    RtlInitUnicodeString(&name, DEVICE_PATH);
    RtlInitUnicodeString(&link, LINK_PATH);
    NTSTATUS status = IoCreateDevice(driver, 0, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
    if (!NT_SUCCESS(status)) {
        return status;
    }
    status = IoCreateSymbolicLink(&link, &name);
    if (!NT_SUCCESS(status)) {
        IoDeleteDevice(device);
        return status;
    }
    driver->MajorFunction[IRP_MJ_CREATE] = open_or_close;
    driver->MajorFunction[IRP_MJ_CLOSE] = open_or_close;
    driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = device_control;
    driver->DriverUnload = unload;
    world_open();
    return STATUS_SUCCESS;
}
