/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a driver has left behind, summed up by tag and by the calls that allocated it.
 *
 * Blocks may only be looked at under the lock of the room below, and naming a call takes its time
 * and may allocate; so the sums are made under the lock, in an array of fixed size, and printed
 * after it. */
#include <stdio.h>

#include "bugcheck.h"
#include "pool.h"

#define PLACES 32u

struct leak {
    ULONG tag;
    ULONGLONG blocks;
    ULONGLONG bytes;
    struct trace trace;
};

struct leaks {
    void *owner;
    ULONG count; /* in the array */
    struct leak leak[PLACES];
    ULONGLONG other_blocks; /* of places beyond it */
};

struct sum {
    void *owner;
    struct pool_leaks leaks;
};

static BOOLEAN add_up(struct block *block, void *context)
{
    struct sum *sum = context;

    if (block->owner == sum->owner) {
        sum->leaks.blocks++;
        sum->leaks.bytes += block->size;
        sum->leaks.tag = block->tag;
        sum->leaks.caller = trace_caller(&block->trace);
    }
    return TRUE;
}

struct pool_leaks pool_leaks_of(void *owner)
{
    struct sum sum = {owner, {0, 0, 0, NULL}};

    block_visit(add_up, &sum);
    return sum.leaks;
}

static struct leak *leak_at(struct leaks *leaks, const struct block *block)
{
    for (ULONG i = 0; i < leaks->count; i++) {
        struct leak *leak = &leaks->leak[i];
        if (leak->tag == block->tag && trace_hash(&leak->trace) == trace_hash(&block->trace)) {
            return leak;
        }
    }
    if (leaks->count == PLACES) {
        return NULL;
    }
    leaks->leak[leaks->count] = (struct leak){.tag = block->tag, .trace = block->trace};
    return &leaks->leak[leaks->count++];
}

static BOOLEAN collect(struct block *block, void *context)
{
    struct leaks *leaks = context;
    struct leak *leak;

    if (block->owner != leaks->owner) {
        return TRUE;
    }
    leak = leak_at(leaks, block);
    if (leak == NULL) {
        leaks->other_blocks++;
    } else {
        leak->blocks++;
        leak->bytes += block->size;
    }
    return TRUE;
}

void pool_print_leaks_of(void *owner)
{
    struct leaks leaks = {.owner = owner};

    block_visit(collect, &leaks);
    for (ULONG i = 0; i < leaks.count; i++) {
        const struct leak *leak = &leaks.leak[i];
        (void)fprintf(stderr, "  leaked: %lu %s, %lu bytes, tag \"%s\", allocated by\n",
                      leak->blocks, leak->blocks == 1 ? "block" : "blocks", leak->bytes,
                      tag_text(leak->tag).text);
        trace_print(&leak->trace);
    }
    if (leaks.other_blocks != 0) {
        (void)fprintf(stderr, "  leaked: %lu more blocks, by other calls\n", leaks.other_blocks);
    }
}

static BOOLEAN disown(struct block *block, void *owner)
{
    if (block->owner == owner) {
        block->owner = NULL;
    }
    return TRUE;
}

void pool_disown(void *owner)
{
    block_visit(disown, owner);
}
