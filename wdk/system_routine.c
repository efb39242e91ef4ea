/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A constant table of names and addresses. Only routines that came late are in it: a driver that
 * looks up any other gets NULL, and its author looks here.
 *
 * Names are compared exactly, as the kernel does. */
#include <wdk/system_routine.h>

#include <wdk/lookaside.h>
#include <wdk/pool.h>
#include <wdk/rtl.h>

#include "irql.h"

struct routine {
    PCWSTR name;
    ULONG_PTR address;
};

#define ROUTINE(name)                                                                              \
    {                                                                                              \
        L## #name, (ULONG_PTR)(name)                                                               \
    }

PVOID MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName)
{
    const struct routine routines[] = {
        ROUTINE(ExInitializeLookasideListEx),
        ROUTINE(ExAllocateFromLookasideListEx),
        ROUTINE(ExFreeToLookasideListEx),
        ROUTINE(ExFlushLookasideListEx),
        ROUTINE(ExDeleteLookasideListEx),
        ROUTINE(ExAllocatePool2),
        ROUTINE(ExFreePool2),
    };

    irql_require_at_most(PASSIVE_LEVEL, "MmGetSystemRoutineAddress");
    for (SIZE_T i = 0; i < sizeof(routines) / sizeof(routines[0]); i++) {
        UNICODE_STRING name;
        RtlInitUnicodeString(&name, routines[i].name);
        if (RtlEqualUnicodeString(&name, SystemRoutineName, FALSE)) {
            return (PVOID)routines[i].address;
        }
    }
    return NULL;
}
