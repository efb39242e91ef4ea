/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Does not want to be loaded.
 * Fails: refuses.sys cannot be loaded: DriverEntry returned status 0xc000009a */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNREFERENCED_PARAMETER(driver);
    UNREFERENCED_PARAMETER(registry_path);
    return STATUS_INSUFFICIENT_RESOURCES;
}
