/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* glibc's malloc, as every program has it. */
#pragma once

#include "malloc_like.hpp"

#include <malloc.h>

inline void glibc_trim()
{
    malloc_trim(0);
}

struct peer : bench::malloc_like<malloc, free, glibc_trim> {};
