/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Does not return from DriverEntry.
 * Fails: the time is up, in: sc start never_starts */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    LARGE_INTEGER hour;
    UNREFERENCED_PARAMETER(driver);
    UNREFERENCED_PARAMETER(registry_path);
    hour.QuadPart = -36000000000LL;
    KeDelayExecutionThread(KernelMode, FALSE, &hour);
    return STATUS_SUCCESS;
}
