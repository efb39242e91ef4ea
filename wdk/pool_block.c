/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Records in a hash table by address; the memory itself is malloc's, so that sanitizers and
 * valgrind know each block.
 *
 *     unknown --create--> live --destroy--> freed --later blocks are freed--> unknown
 *
 * A freed block waits in a queue, the oldest leaves it when there are more than FREED_BLOCKS or
 * FREED_BYTES. While it waits, freeing it again is recognised, and its memory, filled with
 * FREED_BYTE, tells whether somebody still writes to it. Behind each block lie TAIL bytes with
 * TAIL_BYTE, looked at when it is freed.
 *
 * AddressSanitizer and valgrind do both better: they report the access itself, at once. Where one
 * of them watches, memory goes back to malloc at once, nothing lies behind a block, and only the
 * record waits; malloc may then hand out the address again, which ends the wait early.
 *
 * One lock for the table and the queue. Visitors run under it and call nothing that takes it. */
#include "pool_block.h"

#include <pthread.h>
#include <stdlib.h>

#include "watch.h"

#define BUCKETS 16384u
#define FREED_BLOCKS 256u
#define FREED_BYTES ((SIZE_T)1 << 20)
#define FREED_BYTE 0xDD
#define TAIL_BYTE 0xFD
#define LARGEST ((SIZE_T)1 << 36) /* a driver that asks for more is out of its mind */

#define TAIL ((SIZE_T)16)

struct record {
    struct block block;
    struct record *next;       /* in its bucket */
    struct record *next_freed; /* the one freed after it */
    BOOLEAN is_freed;
    BOOLEAN is_in_table; /* not when its address is another block's by now */
    BOOLEAN has_memory;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct record *buckets[BUCKETS];
static struct {
    struct record *oldest;
    struct record *newest;
    ULONG blocks;
    SIZE_T bytes;
} freed;
static struct block suspect; /* was written to while it waited; no address: none */

static SIZE_T tail(void)
{
    return wdk_memory_is_watched() ? 0 : TAIL;
}

static struct record **bucket_of(const void *address)
{
    return &buckets[((ULONG_PTR)address >> 4) * 0x9E3779B97F4A7C15u >> 50];
}

static struct record *find_locked(const void *address)
{
    struct record *record = *bucket_of(address);

    while (record != NULL && record->block.address != address) {
        record = record->next;
    }
    return record;
}

static void unlink_locked(struct record *record)
{
    struct record **link = bucket_of(record->block.address);

    while (*link != record) {
        link = &(*link)->next;
    }
    *link = record->next;
}

/* ---- The queue of freed blocks ------------------------------------------------------------------ */

static void enqueue_locked(struct record *record)
{
    record->next_freed = NULL;
    if (freed.newest != NULL) {
        freed.newest->next_freed = record;
    } else {
        freed.oldest = record;
    }
    freed.newest = record;
    freed.blocks++;
    freed.bytes += record->block.size;
}

static struct record *dequeue_locked(void)
{
    struct record *record = freed.oldest;

    freed.oldest = record->next_freed;
    if (freed.oldest == NULL) {
        freed.newest = NULL;
    }
    freed.blocks--;
    freed.bytes -= record->block.size;
    return record;
}

static BOOLEAN is_untouched(const struct record *record)
{
    for (SIZE_T i = 0; record->has_memory && i < record->block.size; i++) {
        if ((unsigned char)record->block.address[i] != FREED_BYTE) {
            return FALSE;
        }
    }
    return TRUE;
}

static void forget_locked(struct record *record)
{
    if (record->is_in_table) {
        unlink_locked(record);
    }
    if (record->has_memory) {
        free(record->block.address);
    }
    free(record);
}

static void shrink_queue_locked(void)
{
    while (freed.oldest != NULL && (freed.blocks > FREED_BLOCKS || freed.bytes > FREED_BYTES)) {
        struct record *record = dequeue_locked();
        if (!is_untouched(record)) {
            suspect = record->block;
        }
        forget_locked(record);
    }
}

static void look_through_queue_locked(void)
{
    for (struct record *record = freed.oldest; record != NULL; record = record->next_freed) {
        if (!is_untouched(record)) {
            suspect = record->block;
            (void)memset(record->block.address, FREED_BYTE, record->block.size);
            return;
        }
    }
}

BOOLEAN block_find_modified(struct block *found, BOOLEAN everywhere)
{
    (void)pthread_mutex_lock(&lock);
    if (suspect.address == NULL && everywhere) {
        look_through_queue_locked();
    }
    *found = suspect;
    suspect.address = NULL;
    (void)pthread_mutex_unlock(&lock);
    return found->address != NULL;
}

/* ---- Blocks ------------------------------------------------------------------------------------- */

static SIZE_T alignment_of(const struct block *block)
{
    if (block->size >= PAGE_SIZE) {
        return PAGE_SIZE;
    }
    return block->type & NonPagedPoolCacheAligned ? SYSTEM_CACHE_ALIGNMENT_SIZE
                                                  : MEMORY_ALLOCATION_ALIGNMENT;
}

static void insert_locked(struct record *record)
{
    struct record **bucket = bucket_of(record->block.address);
    struct record *stale = find_locked(record->block.address);

    if (stale != NULL) {
        unlink_locked(stale);
        stale->is_in_table = FALSE;
    }
    record->next = *bucket;
    record->is_in_table = TRUE;
    *bucket = record;
}

BOOLEAN block_create(struct block *block)
{
    struct record *record = malloc(sizeof(*record));
    void *memory = NULL;

    if (record == NULL || block->size > LARGEST ||
        posix_memalign(&memory, alignment_of(block), block->size + tail()) != 0) {
        free(record);
        return FALSE;
    }
    block->address = memory;
    (void)memset(block->address + block->size, TAIL_BYTE, tail());
    *record = (struct record){.block = *block, .has_memory = TRUE};
    (void)pthread_mutex_lock(&lock);
    insert_locked(record);
    (void)pthread_mutex_unlock(&lock);
    return TRUE;
}

static enum block_state state_of(const struct record *record)
{
    if (record == NULL) {
        return BLOCK_UNKNOWN;
    }
    return record->is_freed ? BLOCK_FREED : BLOCK_LIVE;
}

enum block_state block_find(const void *address, struct block *found)
{
    (void)pthread_mutex_lock(&lock);
    struct record *record = find_locked(address);
    enum block_state state = state_of(record);
    if (record != NULL) {
        *found = record->block;
    }
    (void)pthread_mutex_unlock(&lock);
    return state;
}

static void destroy_locked(struct record *record)
{
    record->is_freed = TRUE;
    if (wdk_memory_is_watched()) {
        free(record->block.address);
        record->has_memory = FALSE;
    } else {
        (void)memset(record->block.address, FREED_BYTE, record->block.size);
    }
    enqueue_locked(record);
    shrink_queue_locked();
}

enum block_state block_destroy(const void *address)
{
    (void)pthread_mutex_lock(&lock);
    struct record *record = find_locked(address);
    enum block_state state = state_of(record);
    if (state == BLOCK_LIVE) {
        destroy_locked(record);
    }
    (void)pthread_mutex_unlock(&lock);
    return state;
}

const void *block_overrun(const struct block *block)
{
    for (SIZE_T i = 0; i < tail(); i++) {
        if ((unsigned char)block->address[block->size + i] != TAIL_BYTE) {
            return block->address + block->size + i;
        }
    }
    return NULL;
}

void block_visit(block_visitor *visit, void *context)
{
    BOOLEAN go_on = TRUE;

    (void)pthread_mutex_lock(&lock);
    for (unsigned i = 0; i < BUCKETS && go_on; i++) {
        for (struct record *record = buckets[i]; record != NULL && go_on; record = record->next) {
            go_on = record->is_freed ? TRUE : visit(&record->block, context);
        }
    }
    (void)pthread_mutex_unlock(&lock);
}

struct search {
    const char *address;
    struct block *found;
    BOOLEAN success;
};

static BOOLEAN compare(struct block *block, void *context)
{
    struct search *search = context;

    if ((SIZE_T)(search->address - block->address) < block->size) {
        *search->found = *block;
        search->success = TRUE;
    }
    return !search->success;
}

BOOLEAN block_around(const void *address, struct block *found)
{
    struct search search = {address, found, FALSE};

    block_visit(compare, &search);
    return search.success;
}
