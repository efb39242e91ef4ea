/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The kernel's rule for the depth of a list. Numbers in, depth out. */
#ifndef WDK_TUNING_RULE_H
#define WDK_TUNING_RULE_H

#include <wdk/types.h>

#define TUNING_FLOOR 4u      /* a list starts here, and is never less deep */
#define TUNING_SECONDS 3u    /* between two scans of a driver's list */
#define TUNING_FIXED 0xFFFFu /* as the maximum: the depth is left alone */

/* The next depth of a list that in the last scan's time was asked for `allocates` entries and did
 * not have `misses` of them. */
USHORT tuning_rule(USHORT depth, USHORT maximum, ULONG allocates, ULONG misses);

#endif
