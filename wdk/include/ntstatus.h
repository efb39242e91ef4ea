/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: the NTSTATUS values. */
#ifndef WDK_NTSTATUS_NAME_H
#define WDK_NTSTATUS_NAME_H

#include <wdk/ntstatus.h>

#endif
