/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The rules of lookaside_init's arguments. They are the stricter half of the kernel's: whoever
 * passes here passes ExInitializeLookasideListEx, too. */
#include "options.h"

static lookaside_status check_flags(uint32_t flags)
{
    const uint32_t both = LOOKASIDE_RAISE_ON_FAIL | LOOKASIDE_FAIL_NO_RAISE;

    if ((flags & both) == both) {
        return LOOKASIDE_FLAGS_EXCLUSIVE;
    }
    return (flags & ~(both | LOOKASIDE_COUNT_OUTSTANDING)) != 0 ? LOOKASIDE_FLAGS_UNKNOWN
                                                                : LOOKASIDE_OK;
}

static bool is_pool_type(lookaside_pool_type pool_type)
{
    return pool_type == LOOKASIDE_NONPAGED || pool_type == LOOKASIDE_PAGED ||
           pool_type == LOOKASIDE_NONPAGED_NX;
}

static bool is_alignment(size_t alignment, size_t page_size)
{
    return alignment != 0 && (alignment & (alignment - 1)) == 0 && alignment <= page_size;
}

lookaside_status options_check(size_t size, lookaside_pool_type pool_type,
                               const lookaside_options *options, size_t page_size)
{
    if (size == 0) {
        return LOOKASIDE_SIZE_ZERO;
    }
    if (size > LOOKASIDE_MAXIMUM_SIZE) {
        return LOOKASIDE_SIZE_TOO_LARGE;
    }
    if (options->maximum_depth < LOOKASIDE_MINIMUM_DEPTH ||
        options->maximum_depth > LOOKASIDE_LARGEST_MAXIMUM_DEPTH) {
        return LOOKASIDE_BAD_MAXIMUM_DEPTH;
    }
    lookaside_status flags = check_flags(options->flags);
    if (flags != LOOKASIDE_OK) {
        return flags;
    }
    if (!is_pool_type(pool_type)) {
        return LOOKASIDE_BAD_POOL_TYPE;
    }
    if (!is_alignment(options->alignment, page_size)) {
        return LOOKASIDE_BAD_ALIGNMENT;
    }
    return options->cache == LOOKASIDE_CACHE_THREAD || options->cache == LOOKASIDE_CACHE_NONE
               ? LOOKASIDE_OK
               : LOOKASIDE_BAD_CACHE_POLICY;
}

bool options_fill_in(lookaside_options *filled, const lookaside_options *given)
{
    *filled = (lookaside_options)LOOKASIDE_OPTIONS_INIT;
    if (given != NULL) {
        /* So far, the struct has had one size. */
        if (given->options_size != sizeof(*filled)) {
            return false;
        }
        *filled = *given;
    }
    filled->tag = filled->tag != 0 ? filled->tag : LOOKASIDE_DEFAULT_TAG;
    filled->name = filled->name != NULL ? filled->name : "";
    filled->alignment = filled->alignment != 0 ? filled->alignment : LOOKASIDE_DEFAULT_ALIGNMENT;
    if (filled->maximum_depth == 0) {
        filled->maximum_depth = LOOKASIDE_DEFAULT_MAXIMUM_DEPTH;
    }
    return true;
}

unsigned options_type(lookaside_pool_type pool_type, uint32_t flags)
{
    unsigned type = (unsigned)pool_type;

    if ((flags & LOOKASIDE_RAISE_ON_FAIL) != 0) {
        type |= LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE;
    }
    if ((flags & LOOKASIDE_FAIL_NO_RAISE) != 0) {
        type |= LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    }
    return type;
}
