/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: GUID and DEFINE_GUID. */
#ifndef WDK_GUIDDEF_H
#define WDK_GUIDDEF_H

#include <wdk/types.h>

#endif
