/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The world the checks run in: the twin. windows/world.h tells what each of these is for. */
#ifndef CONFORMANCE_WORLD_H
#define CONFORMANCE_WORLD_H

#include <ntddk.h>

#define WORLD_NONPAGED_NX NonPagedPoolNx
#define WORLD_NX_ALLOCATION POOL_NX_ALLOCATION

VOID world_open(VOID);
NTSTATUS world_catch(VOID (*function)(PVOID argument), PVOID argument);
PVOID world_peek(PVOID entry);
VOID world_raise(NTSTATUS status);

/* The twin's clock of scans is advanced: nothing waits. */
VOID world_wait_for_scan(VOID);

#endif
