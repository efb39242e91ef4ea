/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Records point at each other and are small, a reading of another process is a system call: so
 * memory is read in blocks of 64 KiB, and these are kept until somebody wants to see what it has
 * become. The library's own records lie side by side in regions of a mebibyte, so a few blocks hold
 * many. Where a block is not mapped as a whole, its OS pages are read one by one.
 *
 * A block's number says in which set it is kept. A set has a few blocks, of which the one that was
 * not asked for longest makes room, so that two regions in step with each other do not drive each
 * other out.
 *
 * What is read is counted. Whoever has read the target's memory several times over has been led in
 * circles, by garbage or on purpose, and gets nothing more: work is bounded by the memory that is
 * there. */
#include "memory.h"

#include "basics.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define PAGE UINT64_C(4096) /* the smallest OS page: what is mapped at all is mapped in these */
#define PAGES 16u
#define BLOCK (PAGE * PAGES)
#define SETS ((size_t)32)
#define WAYS ((size_t)8)
#define LEAST_COST 64u       /* of a reading, however few its bytes */
#define TIMES_AT_REST 16u    /* how often all of the memory may be read, */
#define TIMES_IN_MOTION 256u /* and if what moves is read again */
#define LEAST_ALLOWANCE (UINT64_C(4) << 20)
#define MOST_ALLOWANCE (UINT64_C(64) << 30)

struct block {
    uint64_t number;
    uint32_t pages; /* bit i: page i is there */
    bool read;      /* as a whole, or what could be */
    uint64_t asked; /* when it was asked for last */
    uint8_t *bytes;
};

struct memory {
    struct source *source;
    struct block blocks[SETS][WAYS];
    uint64_t now;       /* counts what was asked for */
    uint64_t allowance; /* bytes that may still be read */
    bool used_up;
    uint64_t failed_at;
    size_t failed_size;
};

struct memory *memory_new(struct source *source)
{
    struct memory *memory = must_allocate(1, sizeof(*memory));

    memory->source = source;
    memory_begin(memory);
    return memory;
}

void memory_free(struct memory *memory)
{
    for (size_t i = 0; i < SETS * WAYS; i++) {
        free(memory->blocks[i / WAYS][i % WAYS].bytes);
    }
    free(memory);
}

void memory_forget(struct memory *memory)
{
    for (size_t i = 0; i < SETS * WAYS; i++) {
        memory->blocks[i / WAYS][i % WAYS].read = false;
    }
}

void memory_begin(struct memory *memory)
{
    uint64_t size = memory->source->size;

    memory_forget(memory);
    memory->used_up = false;
    uint64_t times = memory->source->kind == INSPECT_CORE ? TIMES_AT_REST : TIMES_IN_MOTION;
    memory->allowance =
        size > MOST_ALLOWANCE / times ? MOST_ALLOWANCE : LEAST_ALLOWANCE + size * times;
}

static bool failed(struct memory *memory, uint64_t address, size_t size)
{
    memory->failed_at = address;
    memory->failed_size = size;
    return false;
}

static bool spend(struct memory *memory, uint64_t size)
{
    size += LEAST_COST;
    memory->used_up = memory->used_up || size > memory->allowance;
    memory->allowance -= memory->used_up ? 0 : size;
    return !memory->used_up;
}

bool memory_read_now(struct memory *memory, const struct inspect_piece *pieces, size_t count)
{
    const struct inspect_memory *source = &memory->source->memory;
    uint64_t size = 0;

    for (size_t i = 0; i < count; i++) {
        size += pieces[i].size;
        if (pieces[i].address > UINT64_MAX - pieces[i].size) {
            return failed(memory, pieces[i].address, pieces[i].size);
        }
    }
    if (!spend(memory, size) || !source->read(source->context, pieces, count)) {
        return failed(memory, count > 0 ? pieces[0].address : 0, count > 0 ? pieces[0].size : 0);
    }
    return true;
}

static bool read_source(struct memory *memory, uint64_t address, void *buffer, size_t size)
{
    const struct inspect_memory *source = &memory->source->memory;
    struct inspect_piece piece = {address, buffer, size};

    return source->read(source->context, &piece, 1);
}

/* Where the block is kept, or will be. */
static struct block *way_of(struct memory *memory, uint64_t number)
{
    struct block *set = memory->blocks[number % SETS];
    struct block *oldest = &set[0];

    for (size_t i = 0; i < WAYS; i++) {
        if (set[i].read && set[i].number == number) {
            return &set[i];
        }
        if (oldest->read && (!set[i].read || set[i].asked < oldest->asked)) {
            oldest = &set[i];
        }
    }
    return oldest;
}

/* The block with the page, if the page is there. */
static struct block *block_with(struct memory *memory, uint64_t page)
{
    uint64_t number = page / PAGES;
    uint32_t bit = 1u << (page % PAGES);
    struct block *block = way_of(memory, number);

    block->asked = ++memory->now;
    if (block->bytes == NULL) {
        block->bytes = must_allocate(1, BLOCK);
    }
    if (!block->read || block->number != number) {
        block->number = number;
        block->read = true;
        block->pages = read_source(memory, number * BLOCK, block->bytes, BLOCK) ? UINT32_MAX : 0;
    }
    if ((block->pages & bit) == 0 &&
        read_source(memory, page * PAGE, block->bytes + page % PAGES * PAGE, PAGE)) {
        block->pages |= bit;
    }
    return (block->pages & bit) != 0 ? block : NULL;
}

bool memory_read(struct memory *memory, uint64_t address, void *buffer, size_t size)
{
    uint64_t at = address;
    uint8_t *to = buffer;
    size_t left = size;

    if (address > UINT64_MAX - BLOCK - size || !spend(memory, size)) {
        return failed(memory, address, size);
    }
    while (left > 0) {
        const struct block *block = block_with(memory, at / PAGE);
        size_t some = (size_t)(PAGE - at % PAGE);
        if (block == NULL) {
            /* A core may end within a page. */
            return read_source(memory, at, to, left) || failed(memory, address, size);
        }
        some = some < left ? some : left;
        memcpy(to, block->bytes + at % BLOCK, some);
        to += some;
        at += some;
        left -= some;
    }
    return true;
}

void memory_explain(struct memory *memory, struct inspect_error *error)
{
    struct source *source = memory->source;

    if (memory->used_up) {
        fail_with(error, INSPECT_UNREADABLE, "the records in %s lead in circles: they are damaged",
                  source->name);
    } else {
        source->explain(source, memory->failed_at, memory->failed_size, error);
    }
}
