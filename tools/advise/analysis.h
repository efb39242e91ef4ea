/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a recording says about each call site and size, and what to replay of it. */
#ifndef LOOKASIDE_ADVISE_ANALYSIS_H
#define LOOKASIDE_ADVISE_ANALYSIS_H

#include "attribution.h"
#include "histogram.h"
#include "recording_set.h"

/* A call site and a size class. Counts are of blocks, over all processes, of what was recorded. */
struct row {
    struct location *location;
    uint32_t size;        /* the largest asked for in the class */
    uint64_t count;       /* allocated */
    uint64_t freed;       /* seen to be freed, by realloc too */
    uint64_t zeroed;      /* by calloc */
    uint64_t aligned;     /* with more than malloc's alignment */
    uint64_t resized;     /* realloc gave them, or took them */
    uint64_t handed_over; /* freed by another thread than the one that allocated them */
    uint64_t site_count;  /* count of all rows of this location */
    uint64_t live;        /* in the process being read */
    uint64_t peak;        /* most live at one time in one process */
    struct histogram life_ns;
    struct histogram life_allocations; /* of the process, by any call site */
};

/* One thing for one thread to do in a replay. */
struct step {
    uint32_t slot; /* where the block's address is kept */
    unsigned row : 28;
    unsigned is_free : 1;
    unsigned zeroed : 1;
    unsigned shared : 1; /* allocated by one lane and freed by another */
};

/* The threads of a lane ran one after the other; a lane is one thread in a replay. */
struct lane {
    struct step *steps;
    size_t count, capacity;
};

struct script {
    struct lane *lanes;
    size_t lane_count;
    uint32_t slots;
};

struct totals {
    uint64_t allocations, frees, resizes;
    uint64_t bytes;
    uint64_t unknown_frees; /* of blocks that were allocated unrecorded */
    uint64_t unseen_frees;  /* an address was given out again without its free */
    uint64_t never_freed;
    uint64_t only_counted; /* allocations after the limit: no more than a count */
    uint64_t processes, threads, lost_threads;
    double recorder_ns; /* what recording cost the program, estimated */
};

struct analysis {
    struct row *rows;
    size_t row_count, row_capacity;
    struct script *scripts; /* one for each process */
    size_t script_count;
    struct totals totals;
};

/* Blocks of up to maximum_size bytes are put into the scripts. */
void analyse(struct analysis *analysis, const struct recording *recording,
             const struct attribution *attribution, uint32_t maximum_size);

#endif
