/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* usage: request_memory completed|buffer|extension|unwritten
 *
 * Mistakes with a request's memory that AddressSanitizer or valgrind must report at the driver's
 * line: the IRP after it was completed, a byte behind the system buffer or the device extension, an
 * answer that was never written. Caught: an IRP that lived until the test program had seen its end;
 * a buffer that was rounded up. */
#include <stdio.h>
#include <string.h>

#include <ntddk.h>
#include <wdk/twin.h>

#define IOCTL_ANY CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS)

static const char *mistake;

static BOOLEAN is(const char *name)
{
    return strcmp(mistake, name) == 0;
}

DECLSPEC_NOINLINE static NTSTATUS driver_answers(PDEVICE_OBJECT device, PIRP irp)
{
    volatile UCHAR *buffer = irp->AssociatedIrp.SystemBuffer;
    volatile UCHAR *extension = device->DeviceExtension;
    PIO_STACK_LOCATION stack = IoGetCurrentIrpStackLocation(irp);

    irp->IoStatus.Status = STATUS_SUCCESS;
    if (stack->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        irp->IoStatus.Information = stack->Parameters.DeviceIoControl.OutputBufferLength;
        if (!is("unwritten")) {
            buffer[0] = is("buffer") ? buffer[5] : 0;
        }
        if (is("extension")) {
            extension[21] = 1;
        }
    }
    IoCompleteRequest(irp, IO_NO_INCREMENT);
    return is("completed") ? irp->IoStatus.Status : STATUS_SUCCESS;
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\Memory");
    PDEVICE_OBJECT device;

    UNREFERENCED_PARAMETER(registry_path);
    for (int i = 0; i <= IRP_MJ_MAXIMUM_FUNCTION; i++) {
        driver->MajorFunction[i] = driver_answers;
    }
    return IoCreateDevice(driver, 21, &name, FILE_DEVICE_UNKNOWN, 0, FALSE, &device);
}

int main(int count, char **arguments)
{
    UCHAR answer[5] = {0};
    PDRIVER_OBJECT driver;
    HANDLE file;

    mistake = count == 2 ? arguments[1] : "";
    if (!NT_SUCCESS(wdk_load_driver(entry, "Memory", &driver)) ||
        !NT_SUCCESS(wdk_open_device(L"\\Device\\Memory", &file))) {
        return 0;
    }
    (void)wdk_device_control(file, IOCTL_ANY, NULL, 0, answer, sizeof(answer), NULL);
    if (answer[0] != 0) {
        (void)puts("the answer is not 0");
    }
    return 0;
}
