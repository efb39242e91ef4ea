/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Where the entries of a slab lie: numbers in, numbers out.
 *
 * Entries stand side by side without a header, in groups of about 64 KiB. Each group begins one
 * step (a cache line) later than it would, and each slab begins some steps into its run. Entries
 * whose size is a power of two would otherwise all compete for a few sets of the CPU's caches, and
 * so would the first entries of many lists.
 *
 *     run  | start | entry entry ... entry | step | entry entry ... entry | step | ...  | rest |
 *                  |<------------ group_size ---->|
 *
 * Offsets count from the first entry. They are divided by multiplication: with 40 bits of fraction,
 * an offset below 2^26 is off by less than a byte, and no entry begins on the last byte of a group. */
#ifndef LA_LAYOUT_H
#define LA_LAYOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LAYOUT_GROUP ((size_t)64 << 10) /* bytes of a group, or one entry if that is larger */
#define LAYOUT_LINE ((size_t)64)        /* the step, if the alignment allows */
#define LAYOUT_FRACTION 40              /* bits of an inverse */
#define LAYOUT_STARTS 8                 /* different beginnings of slabs, in steps */

struct layout {
    size_t stride;           /* bytes from one entry to the next in its group */
    size_t step;             /* a multiple of the alignment; 0 when that is too large to shift by */
    size_t group_size;       /* bytes from one group to the next */
    uint32_t group_shift;    /* a group has 2^group_shift entries */
    uint64_t stride_inverse; /* 1 / stride and 1 / group_size, rounded up */
    uint64_t group_inverse;
};

/* size: bytes of an entry, not 0; alignment: a power of two. */
static inline struct layout layout_of(size_t size, size_t alignment)
{
    struct layout layout = {.stride = (size + alignment - 1) & ~(alignment - 1)};
    size_t step = alignment < LAYOUT_LINE ? LAYOUT_LINE : alignment;

    /* A step of more than a few lines would cost more than it is worth. */
    layout.step = step <= 4 * LAYOUT_LINE ? step : 0;
    layout.group_size = layout.stride;
    if (layout.stride < LAYOUT_GROUP) {
        layout.group_shift = 63 - (uint32_t)__builtin_clzll(LAYOUT_GROUP / layout.stride);
        layout.group_size = (layout.stride << layout.group_shift) + layout.step;
    }
    layout.stride_inverse = (UINT64_C(1) << LAYOUT_FRACTION) / layout.stride + 1;
    layout.group_inverse = (UINT64_C(1) << LAYOUT_FRACTION) / layout.group_size + 1;
    return layout;
}

static inline size_t layout_offset(const struct layout *layout, size_t index)
{
    size_t group = index >> layout->group_shift;
    size_t in_group = index & (((size_t)1 << layout->group_shift) - 1);

    return group * layout->group_size + in_group * layout->stride;
}

/* Sets *index to the entry that begins at the offset; false if none does. */
static inline bool layout_index(const struct layout *layout, size_t offset, size_t *index)
{
    size_t group = offset * layout->group_inverse >> LAYOUT_FRACTION;
    size_t rest = offset - group * layout->group_size;
    size_t in_group = rest * layout->stride_inverse >> LAYOUT_FRACTION;

    *index = (group << layout->group_shift) + in_group;
    return in_group >> layout->group_shift == 0 && layout_offset(layout, *index) == offset;
}

/* How many entries fit so many bytes. */
static inline size_t layout_capacity(const struct layout *layout, size_t bytes)
{
    size_t groups = bytes / layout->group_size;
    size_t rest = bytes % layout->group_size / layout->stride;
    size_t full = (size_t)1 << layout->group_shift;

    return (groups << layout->group_shift) + (rest < full ? rest : full);
}

/* How many steps into its run the number-th slab begins, in bytes; at most `most`. */
static inline size_t layout_start(const struct layout *layout, uint32_t number, size_t most)
{
    size_t start = number % LAYOUT_STARTS * layout->step;

    return start <= most ? start : 0;
}

#endif
