/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* How much of what is free is worth keeping: numbers in, a number out. */
#ifndef LA_WORKING_SET_H
#define LA_WORKING_SET_H

#include <stdint.h>

#define WORKING_SET_PERIOD 1000 /* milliseconds */

/* All counts are in the owner's unit (the depot's is entries, the slab pool's is slabs). Owned by
 * whoever holds the owner's lock; all zero is a valid start. */
struct working_set {
    uint64_t limit;      /* how many to keep */
    uint64_t lowest;     /* the fewest that were kept in this period: nobody needed them */
    uint64_t since;      /* when this period began, in milliseconds */
    uint64_t given_back; /* given to the backing in this period and not fetched again */
};

/* count were given to the backing because limit was reached. */
void working_set_gave_back(struct working_set *set, uint64_t count);

/* count had to be fetched from the backing. What had been given back in this period should have
 * been kept: raises the limit by it, up to ceiling. */
void working_set_fetched(struct working_set *set, uint64_t count, uint64_t ceiling);

/* count are there and likely to be needed: raises the limit to it, up to ceiling. */
void working_set_expect(struct working_set *set, uint64_t count, uint64_t ceiling);

/* kept is how many there are now. At the end of a period, returns how many lay idle through the
 * whole of it and begins the next; otherwise returns 0. */
uint64_t working_set_idle(struct working_set *set, uint64_t kept, uint64_t now);

/* The same, and lowers the limit by what lay idle. Returns the limit. */
uint64_t working_set_observe(struct working_set *set, uint64_t kept, uint64_t now);

#endif
