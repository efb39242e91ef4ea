/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Which of the functions above malloc a call site is said to be. */
#ifndef LOOKASIDE_ADVISE_ATTRIBUTION_H
#define LOOKASIDE_ADVISE_ATTRIBUTION_H

#include "recording_set.h"

/* Blocks of sizes that differ by less than this share a list. */
#define SIZE_CLASS 16u

static inline uint32_t size_class(uint32_t size)
{
    return size == 0 ? 1 : (size - 1) / SIZE_CLASS + 1;
}

struct attribution;

/* Looks at all processes of the recording. */
struct attribution *attribution_new(const struct recording *recording);

/* The location that stands for a site of the given process; never NULL. */
struct location *attribution_of(const struct attribution *attribution, size_t image, uint32_t site);

void attribution_free(struct attribution *attribution);

#endif
