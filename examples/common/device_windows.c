/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

#include "device.h"

#include <stdio.h>
#include <windows.h>

static char path[sizeof "\\\\.\\" + DEVICE_LONGEST_NAME];

/* The driver was started as a service. */
int driver_begin(const char *name)
{
    snprintf(path, sizeof path, "\\\\.\\%s", name);
    return 1;
}

void driver_end(void)
{
}

void *device_open(void)
{
    HANDLE device =
        CreateFileA(path, GENERIC_READ | GENERIC_WRITE, 0, NULL, OPEN_EXISTING, 0, NULL);
    if (device == INVALID_HANDLE_VALUE) {
        fprintf(stderr, "the device cannot be opened: error %lu\n", GetLastError());
        return NULL;
    }
    return device;
}

void device_close(void *device)
{
    CloseHandle(device);
}

uint32_t device_control(void *device, uint32_t code, const void *in, uint32_t in_size, void *out,
                        uint32_t out_size)
{
    DWORD bytes = 0;
    BOOL done =
        DeviceIoControl(device, code, (void *)(uintptr_t)in, in_size, out, out_size, &bytes, NULL);
    return done ? bytes : UINT32_MAX;
}
