/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Is unloaded badly.
 * Fails: dies_at_the_end.sys cannot be unloaded: the driver died of an exception: page fault on write
 *        access to 0000000000000008 */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

static volatile ULONG *volatile nowhere = (volatile ULONG *)8;

static VOID NTAPI unload(PDRIVER_OBJECT driver)
{
    UNREFERENCED_PARAMETER(driver);
    *nowhere = 1;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNREFERENCED_PARAMETER(registry_path);
    driver->DriverUnload = unload;
    return STATUS_SUCCESS;
}
