/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* For the programs of this folder: one mistake each. The comment at the top of a program says how
 * it must end; run.py reads it there and fills in the addresses that `watch` printed. */
#ifndef LOOKASIDE_TESTS_MISUSE_H
#define LOOKASIDE_TESTS_MISUSE_H

#include <lookaside/lookaside.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The pointers that the sentence must name. */
static inline void watch(const void *list, const void *entry)
{
    printf("LIST=0x%" PRIxPTR " ENTRY=0x%" PRIxPTR "\n", (uintptr_t)list, (uintptr_t)entry);
    fflush(stdout);
}

/* A list of 64-byte entries by a name, with a cache or without: without one a mistake is seen at
 * the call. */
static inline void make(lookaside_list *list, const char *name, lookaside_cache cache)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.name = name;
    options.cache = cache;
    if (lookaside_init(list, 64, LOOKASIDE_PAGED, &options) != LOOKASIDE_OK) {
        abort();
    }
}

static inline void print_status(lookaside_status status)
{
    puts(lookaside_status_name(status));
}

#endif
