/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The recorded steps of some rows, through lookaside lists and through malloc. */
#ifndef LOOKASIDE_ADVISE_REPLAY_H
#define LOOKASIDE_ADVISE_REPLAY_H

#include "analysis.h"

struct measurement {
    uint64_t allocations; /* replayed in one round; 0: nothing could be measured */
    double malloc_ns;     /* CPU time of one allocation and its free, without the replay's own */
    double list_ns;
    double hit_rate; /* of the lists' allocations, from a cold start */
};

/* Replays the given rows together, a list for each row, process after process. Returns NULL, or why
 * it could not be done. */
const char *replay(const struct analysis *analysis, const uint32_t *rows, size_t row_count,
                   struct measurement *measurement);

#endif
