/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A miss is nobody's fault or somebody's choice; which, decides what can be done about it. Each
 * entry of a fetch gets the first reason that holds:
 *
 *     cold         it lifts the number of entries out of the backing above all that ever were. No
 *                  cache could have had it. Nothing to do, but for lookaside_reserve.
 *     trimmed      someone flushed or trimmed entries away that are missed now: do it less often.
 *     handed over  the thread has allocated more than it freed, by more than all that is out:
 *                  others freed its entries, which lie in their magazines or went to the backing.
 *     burst        the cache had it and had no room for it: a larger maximum depth keeps more.
 *
 * The first is certain, and so is the second in number, if not entry by entry. The other two tell
 * what kind of thread it was that missed, and are as good a guess as can be made for nothing. */
#include "causes.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t excess(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

void causes_count(struct causes *causes, const struct fetch *fetch)
{
    uint64_t cold = smaller(fetch->count, excess(fetch->out + fetch->count, fetch->highest));
    uint64_t trimmed = smaller(fetch->count - cold, fetch->trimmed);
    uint64_t rest = fetch->count - cold - trimmed;

    causes->cold += cold;
    causes->trimmed += trimmed;
    *(fetch->surplus > fetch->out ? &causes->handed_over : &causes->burst) += rest;
}
