/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Imports a routine that Wine 8 does not have, and calls it.
 * Fails: imports_what_is_missing.sys cannot be loaded: the driver called ExFlushLookasideListEx, which
 *        this Wine's ntoskrnl.exe does not have */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

static LOOKASIDE_LIST_EX list;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNREFERENCED_PARAMETER(driver);
    UNREFERENCED_PARAMETER(registry_path);
    ExFlushLookasideListEx(&list);
    return STATUS_SUCCESS;
}
