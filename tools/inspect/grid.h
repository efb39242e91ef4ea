/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Where the entries of a slab lie: numbers in, numbers out.
 *
 *     start | entry entry ... entry | step | entry entry ... entry | step | ...
 *           |<------- group_size -------->|
 *
 * A group has 2^group_shift entries, `stride` bytes apart. */
#ifndef INSPECT_GRID_H
#define INSPECT_GRID_H

#include <stdbool.h>
#include <stdint.h>

struct grid {
    uint64_t stride;
    uint64_t group_size;
    uint64_t group_shift;
};

/* Whether the numbers can be those of a list. */
static inline bool grid_makes_sense(const struct grid *grid)
{
    return grid->stride != 0 && grid->group_shift < 32 && grid->group_size >= grid->stride &&
           grid->stride < UINT64_C(1) << 31 &&
           grid->group_size >= grid->stride << grid->group_shift;
}

/* From the start of a slab to its entry. */
static inline uint64_t grid_offset(const struct grid *grid, uint64_t index)
{
    uint64_t in_group = index & ((UINT64_C(1) << grid->group_shift) - 1);

    return (index >> grid->group_shift) * grid->group_size + in_group * grid->stride;
}

/* Sets *index to the entry that the offset is in; false if it is between two groups. */
static inline bool grid_index(const struct grid *grid, uint64_t offset, uint64_t *index)
{
    uint64_t in_group = offset % grid->group_size / grid->stride;

    *index = (offset / grid->group_size << grid->group_shift) + in_group;
    return in_group >> grid->group_shift == 0;
}

#endif
