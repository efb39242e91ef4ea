/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name. What it adds to wdm.h is not part of the twin, so the two are one. */
#ifndef WDK_NTDDK_H
#define WDK_NTDDK_H

#include <wdm.h>

#endif
