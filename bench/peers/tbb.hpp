/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* TBB's scalable allocator, through its own names. */
#pragma once

#include "malloc_like.hpp"

#include <oneapi/tbb/scalable_allocator.h>

inline void tbb_trim()
{
    scalable_allocation_command(TBBMALLOC_CLEAN_ALL_BUFFERS, nullptr);
}

struct peer : bench::malloc_like<scalable_malloc, scalable_free, tbb_trim> {};
