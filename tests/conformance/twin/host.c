/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The program that drives the conformance driver on the twin: loads it, runs the checks through
 * device control as on Windows, unloads it. What the driver left behind would be a bugcheck. */
#include "runner.h"

#include <ntddk.h>
#include <stdio.h>

#include <wdk/loader.h>
#include <wdk/twin.h>

DRIVER_INITIALIZE DriverEntry;

static HANDLE device;

uint32_t conformance_request(uint32_t code, const void *in, uint32_t in_size, void *out,
                             uint32_t out_size)
{
    ULONG_PTR bytes = 0;
    NTSTATUS status = wdk_device_control(device, code, in, in_size, out, out_size, &bytes);
    return NT_SUCCESS(status) ? (uint32_t)bytes : UINT32_MAX;
}

/* The checks try everything that a list takes, and so what Driver Verifier frowns upon: executable
 * pool, and entries too small for a link. */
static void allow_what_windows_allows(void)
{
    wdk_set_action(DRIVER_VERIFIER_DETECTED_VIOLATION, 0x2000, WDK_IGNORE);
    wdk_set_action(DRIVER_VERIFIER_DETECTED_VIOLATION, 0xCD, WDK_IGNORE);
}

int main(void)
{
    PDRIVER_OBJECT driver;
    allow_what_windows_allows();
    if (!NT_SUCCESS(wdk_load_driver(DriverEntry, "LookasideConformance", &driver)) ||
        !NT_SUCCESS(wdk_open_device(L"\\\\.\\LookasideConformance", &device))) {
        fprintf(stderr, "the driver cannot be loaded\n");
        return 1;
    }
    int wrong = run_checks("the twin");
    wdk_close(device);
    if (!NT_SUCCESS(wdk_unload_driver(driver))) {
        fprintf(stderr, "the driver cannot be unloaded\n");
        wrong = 1;
    }
    return wrong;
}
