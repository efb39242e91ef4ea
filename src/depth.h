/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The tuner: how deep a magazine should be. Numbers in, depth out. */
#ifndef LA_DEPTH_H
#define LA_DEPTH_H

#include <stdint.h>

#define DEPTH_FLOOR 4u
#define DEPTH_BUSY 75u          /* allocations in a scan that count as traffic */
#define DEPTH_IDLE_PERIOD 3000u /* milliseconds after which a scan is due without traffic */

/* The next depth of a list, from DEPTH_FLOOR to maximum.
 *
 * depth:       the present one
 * maximum:     its ceiling, at least DEPTH_FLOOR
 * allocations: since the last scan
 * misses:      entries that the magazine had to fetch for them */
uint32_t depth_next(uint32_t depth, uint32_t maximum, uint64_t allocations, uint64_t misses);

#endif
