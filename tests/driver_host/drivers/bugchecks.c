/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Gives up.
 * Fails: bugchecks.sys cannot be loaded: bugcheck 0xc4 (0x1, 0x2, 0x3, 0x4) */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNREFERENCED_PARAMETER(driver);
    UNREFERENCED_PARAMETER(registry_path);
    KeBugCheckEx(0xC4, 1, 2, 3, 4);
    return STATUS_SUCCESS;
}
