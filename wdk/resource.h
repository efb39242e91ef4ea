/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What unload asks about executive resources. */
#ifndef WDK_RESOURCE_ROOM_H
#define WDK_RESOURCE_ROOM_H

#include "live.h"

extern const struct live_kind resource_kind;

#endif
