/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* jemalloc, linked in place of malloc. A trim empties the thread's cache and purges all arenas. */
#pragma once

#include "malloc_like.hpp"

#include <jemalloc/jemalloc.h>

inline void jemalloc_trim()
{
    mallctl("thread.tcache.flush", nullptr, nullptr, nullptr, 0);
    mallctl("arena.4096.purge", nullptr, nullptr, nullptr, 0); /* 4096: MALLCTL_ARENAS_ALL */
}

struct peer : bench::malloc_like<malloc, free, jemalloc_trim> {};
