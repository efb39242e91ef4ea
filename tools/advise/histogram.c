/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Numbers below 8 have a bucket each; above, a bucket is named by the number's highest bit and the
 * three bits below it. */
#include "histogram.h"

#include "../tool.h"

static unsigned bucket_of(uint64_t value)
{
    if (value < 8) {
        return (unsigned)value;
    }
    unsigned high = 63u - (unsigned)__builtin_clzll(value);
    unsigned bucket = (high - 2) * 8 + (unsigned)(value >> (high - 3) & 7);
    return bucket < HISTOGRAM_BUCKETS ? bucket : (unsigned)HISTOGRAM_BUCKETS - 1;
}

static uint64_t middle_of(unsigned bucket)
{
    if (bucket < 8) {
        return bucket;
    }
    unsigned high = bucket / 8 + 2;
    uint64_t low = (UINT64_C(8) + bucket % 8) << (high - 3);
    return low + ((UINT64_C(1) << (high - 3)) - 1) / 2;
}

void histogram_add(struct histogram *histogram, uint64_t value)
{
    if (histogram->buckets == NULL) {
        histogram->buckets = tool_allocate(HISTOGRAM_BUCKETS, sizeof(*histogram->buckets));
    }
    histogram->buckets[bucket_of(value)]++;
    histogram->count++;
}

uint64_t histogram_median(const struct histogram *histogram)
{
    uint64_t below = 0;

    if (histogram->count == 0) {
        return 0;
    }
    for (unsigned bucket = 0; bucket < HISTOGRAM_BUCKETS; bucket++) {
        below += histogram->buckets[bucket];
        if (below * 2 >= histogram->count) {
            return middle_of(bucket);
        }
    }
    return middle_of((unsigned)HISTOGRAM_BUCKETS - 1);
}
