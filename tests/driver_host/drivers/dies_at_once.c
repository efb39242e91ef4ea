/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Writes where nothing is.
 * Fails: dies_at_once.sys cannot be loaded: the driver died of an exception: page fault on write access
 *        to 0000000000000008 */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;

static volatile ULONG *volatile nowhere = (volatile ULONG *)8;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNREFERENCED_PARAMETER(driver);
    UNREFERENCED_PARAMETER(registry_path);
    *nowhere = 1;
    return STATUS_SUCCESS;
}
