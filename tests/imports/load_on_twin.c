/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Loads every_call.c on the twin. Caught: an init that looks up routines above PASSIVE_LEVEL. */
#include <ntddk.h>

#include <stdio.h>

#include <wdk/twin.h>

DRIVER_INITIALIZE DriverEntry;

int main(void)
{
    PDRIVER_OBJECT driver;

    NTSTATUS status = wdk_load_driver(DriverEntry, "EveryCall", &driver);
    if (!NT_SUCCESS(status)) {
        (void)fprintf(stderr, "DriverEntry returned 0x%08x\n", (unsigned)status);
        return 1;
    }
    return NT_SUCCESS(wdk_unload_driver(driver)) ? 0 : 1;
}
