/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The rule is the kernel's:
 *
 *     fewer than 75 allocations       the list is idle:           depth - 10
 *     less than 0.5 % of them missed  it is deeper than needed:   depth - 1
 *     otherwise                       it is too shallow:          depth + 5 ... + 30, the more the
 *                                                                 more missed and the farther from
 *                                                                 the maximum
 *
 * never below 4 nor above the maximum. The kernel scans each list every 3 seconds; here a scan is
 * due after every 75 allocations of a thread that come with a miss, and at the latest at the first
 * miss after 3 seconds. A hot list thus reaches its working depth within a thousand allocations.
 *
 * A list whose depth is right never misses and is never scanned: the rule costs nothing then. */
#include "depth.h"

#define STEP_IDLE 10u
#define STEP_TOO_DEEP 1u
#define STEP_LEAST 5u
#define STEP_MOST 30u
#define FEW_MISSES 5u /* per mille */

static uint32_t lowered(uint32_t depth, uint32_t step)
{
    return depth > DEPTH_FLOOR + step ? depth - step : DEPTH_FLOOR;
}

uint32_t depth_next(uint32_t depth, uint32_t maximum, uint64_t allocations, uint64_t misses)
{
    if (allocations < DEPTH_BUSY) {
        return lowered(depth, STEP_IDLE);
    }
    /* One miss can bring more entries than there were allocations. */
    uint64_t per_mille = misses >= allocations ? 1000 : misses * 1000 / allocations;
    if (per_mille < FEW_MISSES) {
        return lowered(depth, STEP_TOO_DEEP);
    }
    uint32_t room = depth < maximum ? maximum - depth : 0;
    uint32_t step = (uint32_t)(per_mille * room / 2000) + STEP_LEAST;
    step = step < STEP_MOST ? step : STEP_MOST;
    return step < room ? depth + step : maximum;
}
