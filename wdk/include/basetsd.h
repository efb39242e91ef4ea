/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: integers of a given size. */
#ifndef WDK_BASETSD_H
#define WDK_BASETSD_H

#include <wdk/types.h>

#endif
