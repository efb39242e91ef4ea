/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* usage: dpc_return irql|region
 *
 * DPC routines that return otherwise than they were called: at another IRQL, in a critical region.
 * That ends the program, because the thread of the DPCs is nobody's. */
#include <string.h>

#include <ntddk.h>

static void driver_lowers(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
    KeLowerIrql(APC_LEVEL);
}

static void driver_enters(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    UNREFERENCED_PARAMETER(dpc);
    UNREFERENCED_PARAMETER(context);
    UNREFERENCED_PARAMETER(argument1);
    UNREFERENCED_PARAMETER(argument2);
    KeEnterCriticalRegion();
}

int main(int count, char **arguments)
{
    KDPC dpc;
    BOOLEAN lowers = count == 2 && strcmp(arguments[1], "irql") == 0;

    KeInitializeDpc(&dpc, lowers ? driver_lowers : driver_enters, NULL);
    (void)KeInsertQueueDpc(&dpc, NULL, NULL);
    KeFlushQueuedDpcs();
    return 0;
}
