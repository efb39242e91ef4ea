/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a list's records add up to. */
#ifndef INSPECT_FIGURES_H
#define INSPECT_FIGURES_H

#include "reading.h"

/* The counts of all threads, as the library adds them up. */
struct totals {
    uint64_t allocates;
    uint64_t frees;
    uint64_t in_magazines;
};

struct totals figures_totals(const struct reading *reading);

/* Entries out of the backing: live or cached. */
uint64_t figures_out(const struct record *list);

/* What lookaside_query would say. */
void figures_statistics(const struct reading *reading, lookaside_statistics *statistics);

/* The allocations and frees of one thread. */
uint64_t figures_allocations(const struct member *member);
uint64_t figures_frees(const struct member *member);

#endif
