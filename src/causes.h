/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Why entries missed, that is, had to be fetched from the backing. Numbers in, numbers out. */
#ifndef LA_CAUSES_H
#define LA_CAUSES_H

#include <stdint.h>

/* Entries that were fetched, by the reason why; together, all of them. */
struct causes {
    uint64_t cold;        /* never before were so many needed at once */
    uint64_t trimmed;     /* a flush or a trim had given them back */
    uint64_t handed_over; /* other threads free what this one allocates, and had not done so yet */
    uint64_t burst;       /* the cache had given them back for want of room */
};

/* One fetch, and how things stood before it. */
struct fetch {
    uint64_t count;
    uint64_t out;     /* entries out of the backing, with the user or cached */
    uint64_t highest; /* the most that ever were */
    uint64_t trimmed; /* entries that flushes and trims gave back and nobody fetched again */
    uint64_t surplus; /* entries that the thread has allocated and not freed, by itself */
};

/* Adds the fetch to the causes. */
void causes_count(struct causes *causes, const struct fetch *fetch);

#endif
