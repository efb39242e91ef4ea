/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: annotations, which mean nothing here. */
#ifndef WDK_SAL_NAME_H
#define WDK_SAL_NAME_H

#include <wdk/sal.h>

#endif
