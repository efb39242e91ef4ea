/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the WDK of Windows 11 22H2 makes of two calls that were inline code before: imports. Never
 * loaded; imports.py must refuse it. */
#include <ntddk.h>

#include <lookaside/lookaside.h>

PVOID __stdcall imported_allocate(PVOID list) __asm__("ExAllocateFromPagedLookasideList");
VOID __stdcall imported_free(PVOID list, PVOID entry) __asm__("ExFreeToPagedLookasideList");

static lookaside_list list = LOOKASIDE_LIST_INIT;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path);
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    UNREFERENCED_PARAMETER(driver);
    UNREFERENCED_PARAMETER(path);
    imported_free(&list, imported_allocate(&list));
    lookaside_free(&list, lookaside_alloc(&list));
    return STATUS_SUCCESS;
}
