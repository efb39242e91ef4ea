/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Blocks of records, cut from large regions and recycled by size.
 *
 * Sizes are rounded up to a class: multiples of a cache line up to 512 bytes, then eight classes
 * per doubling, so that at most a ninth of a block is unused. A freed block waits in its class's
 * list for the next of its size; regions are never unmapped. Records are few and small beside the
 * entries that they describe, and those go back to the system.
 *
 * Locking: one lock, the last in the lock order; nothing is called under it but os_map. */
#include "meta.h"

#include <stdint.h>
#include <string.h>

#include "os.h"

#define LINE ((size_t)64)
#define REGION_SIZE ((size_t)1 << 20)
#define CLASSES 152 /* up to 2^21 times a line: more than any record */

struct free_block {
    struct free_block *next;
};

static struct {
    struct os_lock lock;
    struct free_block *free_blocks[CLASSES];
    char *region;       /* the part of the current region that was never handed out */
    size_t region_left; /* its bytes */
} meta;

/* The class of a size, and the size of a class: 0 to 7 are 1 to 8 lines, then 9, 10 ... 16, 18 ... */
static unsigned class_of(size_t size)
{
    size_t lines = (size + LINE - 1) / LINE;

    if (lines <= 8) {
        return lines == 0 ? 0 : (unsigned)lines - 1;
    }
    unsigned doubling = 63 - (unsigned)__builtin_clzll(lines - 1); /* 2^doubling < lines */
    unsigned eighth = (unsigned)((lines - 1) >> (doubling - 3)) & 7;
    return 8 + (doubling - 3) * 8 + eighth;
}

static size_t class_size(unsigned class)
{
    if (class < 8) {
        return (class + 1) * LINE;
    }
    unsigned doubling = (class - 8) / 8 + 3;
    unsigned eighth = (class - 8) % 8;
    return ((size_t)(8 + eighth + 1) << (doubling - 3)) * LINE;
}

size_t meta_size(size_t size)
{
    return class_size(class_of(size));
}

/* The rest of the old region is given up: at most one record. */
static void *cut_locked(size_t size)
{
    if (meta.region_left < size) {
        size_t region_size = size > REGION_SIZE ? size : REGION_SIZE;
        region_size = (region_size + os_page_size() - 1) & ~(os_page_size() - 1);
        char *region = os_map(region_size, os_page_size());
        if (region == NULL) {
            return NULL;
        }
        meta.region = region;
        meta.region_left = region_size;
    }
    void *block = meta.region;
    meta.region += size;
    meta.region_left -= size;
    return block;
}

void *meta_alloc(size_t size)
{
    unsigned class = class_of(size);

    os_lock(&meta.lock);
    struct free_block *recycled = meta.free_blocks[class];
    if (recycled != NULL) {
        meta.free_blocks[class] = recycled->next;
    }
    void *block = recycled != NULL ? recycled : cut_locked(class_size(class));
    os_unlock(&meta.lock);

    if (recycled != NULL) {
        memset(block, 0, class_size(class));
    }
    return block;
}

void meta_free(void *block, size_t size)
{
    if (block == NULL) {
        return;
    }
    unsigned class = class_of(size);
    struct free_block *freed = block;

    os_lock(&meta.lock);
    freed->next = meta.free_blocks[class];
    meta.free_blocks[class] = freed;
    os_unlock(&meta.lock);
}

void meta_before_fork(void)
{
    os_lock(&meta.lock);
}

void meta_after_fork(void)
{
    os_unlock(&meta.lock);
}
