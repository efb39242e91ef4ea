/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The program that drives the conformance driver on Windows and Wine. */
#include "runner.h"

#include <stdio.h>
#include <windows.h>

#include "protocol.h"

static HANDLE device;

uint32_t conformance_request(uint32_t code, const void *in, uint32_t in_size, void *out,
                             uint32_t out_size)
{
    DWORD bytes = 0;
    BOOL done =
        DeviceIoControl(device, code, (void *)(uintptr_t)in, in_size, out, out_size, &bytes, NULL);
    return done ? bytes : UINT32_MAX;
}

int main(void)
{
    device = CreateFileA("\\\\.\\LookasideConformance", GENERIC_READ | GENERIC_WRITE, 0, NULL,
                         OPEN_EXISTING, 0, NULL);
    if (device == INVALID_HANDLE_VALUE) {
        fprintf(stderr, "the driver cannot be opened: error %lu\n", GetLastError());
        return 1;
    }
    const int status = run_checks("Wine");
    CloseHandle(device);
    return status;
}
