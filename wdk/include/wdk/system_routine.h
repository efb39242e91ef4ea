/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Routines of the kernel that a driver looks up by name, because some kernels lack them. */
#ifndef WDK_SYSTEM_ROUTINE_H
#define WDK_SYSTEM_ROUTINE_H

#include <wdk/types.h>

WDK_BEGIN

/* The address of a routine that drivers have reason to look up: of LOOKASIDE_LIST_EX, and of the
 * pool since Windows 10. NULL for every other name, also when the twin has the routine. IRQL =
 * PASSIVE_LEVEL. */
PVOID MmGetSystemRoutineAddress(PUNICODE_STRING SystemRoutineName);

WDK_END

#endif
