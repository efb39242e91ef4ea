/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Counts of numbers, to within an eighth, from which a median can be read. */
#ifndef LOOKASIDE_ADVISE_HISTOGRAM_H
#define LOOKASIDE_ADVISE_HISTOGRAM_H

#include <stddef.h>
#include <stdint.h>

/* Eight buckets for each power of two up to 2^48. */
#define HISTOGRAM_BUCKETS ((size_t)48 * 8)

struct histogram {
    uint32_t *buckets; /* NULL: empty */
    uint64_t count;
};

void histogram_add(struct histogram *histogram, uint64_t value);

/* The middle of the median's bucket; 0 when it is empty. */
uint64_t histogram_median(const struct histogram *histogram);

#endif
