/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The part of one process's script that belongs to some rows. */
#ifndef LOOKASIDE_ADVISE_REPLAY_SCRIPT_H
#define LOOKASIDE_ADVISE_REPLAY_SCRIPT_H

#include "analysis.h"

struct replay_script {
    struct lane *lanes;     /* only those that have something to do; steps' rows count from 0 */
    struct lane *leftovers; /* the frees that the program never did, for each lane */
    size_t lane_count;
    uint32_t *sizes; /* of the rows' blocks, at least 1 */
    size_t row_count;
    uint32_t slots;
    uint64_t allocations, step_count;
};

/* allocations is 0 when the process, or what was recorded of it, is too small to be replayed. */
void replay_script_begin(struct replay_script *script, const struct analysis *analysis,
                         size_t process, const uint32_t *rows, size_t row_count);
void replay_script_end(struct replay_script *script);

#endif
