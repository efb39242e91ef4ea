/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Everything is there; only the clock has to be told to move. */
#include "world.h"

#include <wdk/twin.h>

#define TICKS_OF_A_SCAN 3 /* nonpaged lists, paged lists, the kernel's own */

VOID world_open(VOID)
{
}

NTSTATUS world_catch(VOID (*function)(PVOID argument), PVOID argument)
{
    volatile NTSTATUS status = STATUS_SUCCESS;
    __try {
        function(argument);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    return status;
}

WDK_UNWATCHED PVOID world_peek(PVOID entry)
{
    return *(PVOID *)entry;
}

VOID world_raise(NTSTATUS status)
{
    ExRaiseStatus(status);
}

VOID world_wait_for_scan(VOID)
{
    for (int i = 0; i < TICKS_OF_A_SCAN; i++) {
        wdk_tick();
    }
}
