/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Says something, and comes and goes as it should.
 * Prints: DbgPrint: hello
 *         DbgPrint: goodbye */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
    UNREFERENCED_PARAMETER(driver);
    DbgPrint("goodbye\n");
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNREFERENCED_PARAMETER(registry_path);
    driver->DriverUnload = unload;
    DbgPrint("hello\n");
    return STATUS_SUCCESS;
}
