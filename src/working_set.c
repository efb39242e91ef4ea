/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A cache above a dear backing should keep what will be asked for again, and nothing else. It
 * cannot know the future; it can learn from regret and from idleness.
 *
 *   Regret: something given back that has to be fetched again within the same period should have been
 *   kept, so the limit rises by it. A program that only grows, or frees everything and ends, never
 *   regrets and keeps nothing; one whose population swings keeps the swing after its first round.
 *
 *   Idleness: what was never needed in a whole period is too much, so the limit falls by it. The
 *   fewest that were kept at any moment of the period were needed by nobody.
 *
 * The idle half is the working-set rule of the slab allocators that came before. Where giving back
 * and fetching again is very dear, as with OS pages, it is used alone. */
#include "working_set.h"

static uint64_t smaller(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

void working_set_gave_back(struct working_set *set, uint64_t count)
{
    set->given_back += count;
}

void working_set_fetched(struct working_set *set, uint64_t count, uint64_t ceiling)
{
    uint64_t regretted = smaller(count, set->given_back);

    set->given_back -= regretted;
    set->limit = smaller(set->limit + regretted, ceiling);
    set->lowest = 0;
}

void working_set_expect(struct working_set *set, uint64_t count, uint64_t ceiling)
{
    uint64_t expected = smaller(count, ceiling);

    if (set->limit < expected) {
        set->limit = expected;
    }
}

uint64_t working_set_idle(struct working_set *set, uint64_t kept, uint64_t now)
{
    set->lowest = smaller(set->lowest, kept);
    /* Another thread's clock may have been read a moment later and seen first. */
    if (now <= set->since || now - set->since < WORKING_SET_PERIOD) {
        return 0;
    }
    uint64_t idle = set->lowest;
    set->given_back = 0;
    set->lowest = kept;
    set->since = now;
    return idle;
}

uint64_t working_set_observe(struct working_set *set, uint64_t kept, uint64_t now)
{
    set->limit -= smaller(working_set_idle(set, kept, now), set->limit);
    return set->limit;
}
