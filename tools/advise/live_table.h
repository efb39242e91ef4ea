/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The blocks that are allocated at one moment of a recording, by address. */
#ifndef LOOKASIDE_ADVISE_LIVE_TABLE_H
#define LOOKASIDE_ADVISE_LIVE_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct live_block {
    uint64_t address; /* not 0 */
    uint64_t time;    /* of its allocation, ns */
    uint64_t number;  /* how many allocations came before */
    size_t step;      /* of its allocation in its lane's script */
    uint32_t row;
    uint32_t lane;
    uint32_t slot;
    bool replayed;
};

struct live_table {
    struct live_block *blocks; /* open addressing, address 0: empty */
    size_t capacity;           /* a power of two */
    size_t count;
};

void live_table_begin(struct live_table *table);
void live_table_end(struct live_table *table);

/* The address must not be in the table. */
void live_table_add(struct live_table *table, const struct live_block *block);

/* Takes the block with the address out; false when there is none. */
bool live_table_take(struct live_table *table, uint64_t address, struct live_block *block);

#endif
