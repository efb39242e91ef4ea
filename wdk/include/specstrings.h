/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: annotations, which mean nothing here. */
#ifndef WDK_SPECSTRINGS_H
#define WDK_SPECSTRINGS_H

#include <wdk/sal.h>

#endif
