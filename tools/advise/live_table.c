/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A hash table with linear probing. Taking a block out moves the later ones of its run back, so
 * that there are no tombstones and a long recording does not slow it down. */
#include "live_table.h"

#include "../tool.h"

#include <stdlib.h>

#define FIRST_CAPACITY 4096u

static size_t home(const struct live_table *table, uint64_t address)
{
    return (size_t)((address >> 3) * UINT64_C(0x9e3779b97f4a7c15) >> 20) & (table->capacity - 1);
}

static size_t next(const struct live_table *table, size_t place)
{
    return (place + 1) & (table->capacity - 1);
}

void live_table_begin(struct live_table *table)
{
    table->capacity = FIRST_CAPACITY;
    table->count = 0;
    table->blocks = tool_allocate(table->capacity, sizeof(*table->blocks));
}

void live_table_end(struct live_table *table)
{
    free(table->blocks);
}

static void place_block(struct live_table *table, const struct live_block *block)
{
    size_t place = home(table, block->address);

    while (table->blocks[place].address != 0) {
        place = next(table, place);
    }
    table->blocks[place] = *block;
}

void live_table_add(struct live_table *table, const struct live_block *block)
{
    if (table->count * 4 >= table->capacity * 3) {
        struct live_table larger = {.capacity = table->capacity * 2, .count = table->count};
        larger.blocks = tool_allocate(larger.capacity, sizeof(*larger.blocks));
        for (size_t i = 0; i < table->capacity; i++) {
            if (table->blocks[i].address != 0) {
                place_block(&larger, &table->blocks[i]);
            }
        }
        free(table->blocks);
        *table = larger;
    }
    place_block(table, block);
    table->count++;
}

bool live_table_take(struct live_table *table, uint64_t address, struct live_block *block)
{
    size_t hole = home(table, address);

    while (table->blocks[hole].address != address) {
        if (table->blocks[hole].address == 0) {
            return false;
        }
        hole = next(table, hole);
    }
    *block = table->blocks[hole];
    /* A later block may fill the hole if its home does not lie between the hole and itself. */
    for (size_t i = next(table, hole); table->blocks[i].address != 0; i = next(table, i)) {
        size_t distance = (i - home(table, table->blocks[i].address)) & (table->capacity - 1);
        if (distance >= ((i - hole) & (table->capacity - 1))) {
            table->blocks[hole] = table->blocks[i];
            hole = i;
        }
    }
    table->blocks[hole].address = 0;
    table->count--;
    return true;
}
