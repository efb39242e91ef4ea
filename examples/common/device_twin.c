/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

#include "device.h"

#include <ntddk.h>
#include <stdio.h>

#include <wdk/loader.h>

#define PREFIX 4 /* characters before the name in a path */

DRIVER_INITIALIZE DriverEntry;

static PDRIVER_OBJECT driver;
static WCHAR path[PREFIX + DEVICE_LONGEST_NAME + 1] = L"\\\\.\\";

int driver_begin(const char *name)
{
    size_t length = 0;
    for (; name[length] != '\0' && length < DEVICE_LONGEST_NAME; length++) {
        path[PREFIX + length] = (WCHAR)name[length];
    }
    path[PREFIX + length] = 0;
    NTSTATUS status = wdk_load_driver(DriverEntry, name, &driver);
    if (!NT_SUCCESS(status)) {
        fprintf(stderr, "the driver cannot be loaded: status 0x%X\n", (unsigned)status);
    }
    return NT_SUCCESS(status);
}

/* Whatever the driver left behind is a bugcheck. */
void driver_end(void)
{
    wdk_unload_driver(driver);
}

void *device_open(void)
{
    HANDLE device;
    NTSTATUS status = wdk_open_device(path, &device);
    if (!NT_SUCCESS(status)) {
        fprintf(stderr, "the device cannot be opened: status 0x%X\n", (unsigned)status);
        return NULL;
    }
    return device;
}

void device_close(void *device)
{
    wdk_close(device);
}

uint32_t device_control(void *device, uint32_t code, const void *in, uint32_t in_size, void *out,
                        uint32_t out_size)
{
    ULONG_PTR bytes = 0;
    NTSTATUS status = wdk_device_control(device, code, in, in_size, out, out_size, &bytes);
    return NT_SUCCESS(status) ? (uint32_t)bytes : UINT32_MAX;
}
