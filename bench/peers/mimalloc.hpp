/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* mimalloc, through its own names. */
#pragma once

#include "malloc_like.hpp"

#include <mimalloc.h>

inline void mimalloc_trim()
{
    mi_collect(true);
}

struct peer : bench::malloc_like<mi_malloc, mi_free, mimalloc_trim> {};
