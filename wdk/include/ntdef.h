/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: the basic types. */
#ifndef WDK_NTDEF_H
#define WDK_NTDEF_H

#include <wdk/types.h>

#endif
