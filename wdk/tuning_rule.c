/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* As shipping kernels were observed to do it; the documentation says only that there is a tuner.
 *
 *     fewer than 25 allocations a second   idle:          depth - 10
 *     less than 0.5 % of them missed       deep enough:   depth - 1
 *     otherwise                            too shallow:   depth + 5 ... 30, the more the more missed
 *                                                         and the farther from the maximum
 *
 * from 4 to the maximum. From 4, with a maximum of 256 and nothing but misses, the depths are 34,
 * 64, 94, 124, 154, 184, 214, 240, 253, 256: the 34 is the one in a sample of "Windows Internals".
 *
 * The ratio is computed in 32 bits, as there: beyond 4.29 million misses in a scan it wraps.
 *
 * The engine in src/depth.c has the same constants but other inputs (64 bits, a magazine's misses),
 * and neither may change because the other does. */
#include "tuning_rule.h"

#define BUSY (25u * TUNING_SECONDS) /* allocations in a scan */
#define STEP_IDLE 10u
#define STEP_DEEP_ENOUGH 1u
#define STEP_LEAST 5u
#define STEP_MOST 30u
#define FEW_MISSES 5u /* per mille */

static USHORT lowered(USHORT depth, ULONG step)
{
    return depth > TUNING_FLOOR + step ? (USHORT)(depth - step) : (USHORT)TUNING_FLOOR;
}

USHORT tuning_rule(USHORT depth, USHORT maximum, ULONG allocates, ULONG misses)
{
    ULONG per_mille;
    ULONG room = depth < maximum ? (ULONG)(maximum - depth) : 0;
    ULONG step;

    if (maximum == TUNING_FIXED) {
        return depth;
    }
    if (allocates < BUSY) {
        return lowered(depth, STEP_IDLE);
    }
    per_mille = misses * 1000u / allocates;
    if (per_mille < FEW_MISSES) {
        return lowered(depth, STEP_DEEP_ENOUGH);
    }
    step = per_mille * room / 2000u + STEP_LEAST;
    step = step < STEP_MOST ? step : STEP_MOST;
    return step < room ? (USHORT)(depth + step) : maximum;
}
