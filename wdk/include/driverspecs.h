/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: annotations, which mean nothing here. */
#ifndef WDK_DRIVERSPECS_H
#define WDK_DRIVERSPECS_H

#include <wdk/sal.h>

#endif
