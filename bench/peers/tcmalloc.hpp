/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* tcmalloc of gperftools, linked in place of malloc. Trimming empties the thread's cache and
 * releases free pages. */
#pragma once

#include "malloc_like.hpp"

#include <gperftools/malloc_extension.h>

#include <cstdlib>

inline void tcmalloc_trim()
{
    MallocExtension::instance()->MarkThreadIdle();
    MallocExtension::instance()->ReleaseFreeMemory();
}

struct peer : bench::malloc_like<malloc, free, tcmalloc_trim> {};
