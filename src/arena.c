/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Runs are powers of two, cut from 4 MiB chunks by the buddy rule: a run of order k covers 2^k
 * granules and begins at a multiple of them; its buddy is the other half of the run of order k+1. A
 * freed run is merged with its buddy while that is free, too. Small runs of different lists thus
 * share OS pages, and a thousand small lists need few of them; and the number of mappings grows
 * with the memory, not with the lists.
 *
 * What is known of a chunk stands outside it. In `free_runs`, one bit for each run of each order
 * says that it is free as a whole; a granule's `head` is the first granule of its run, and the
 * head's `order` and `owner` say how long the run is and who has it. A run of one chunk or more has
 * a chunk record of its own, with one owner.
 *
 * A chunk is reserved, and a run's OS pages are committed when it is cut. A freed run's OS pages go
 * back to the system at once, as soon as it and its free buddies cover whole pages. Whoever fears
 * to need it again soon should keep it. A chunk that is free as a whole is unmapped, but for one
 * that is kept in hand.
 *
 * From an address to its owner: the directory, a two-level table indexed by the chunk number, then
 * the chunk's heads. Leaves of the directory are never unmapped and chunk records are recycled only
 * as such, so that a look-up needs no lock; an address that is not in a run finds NULL.
 *
 * Locking: one lock; the system is asked under it, meta_alloc is not. */
#include "arena.h"

#include <stdint.h>

#include "os.h"

#define ORDERS 13 /* a granule to a chunk */
#define WHOLE_CHUNK (ORDERS - 1)
#define GRANULES (ARENA_CHUNK / ARENA_GRANULE)
#define BITMAP_WORDS 134 /* 64 + 32 + ... + 1 for orders 0 to 6, then one each, and one to spare */

#define CHUNK_SHIFT 22
#define LEAF_BITS 13
#define LEAF_ENTRIES ((size_t)1 << LEAF_BITS)
#define ROOT_ENTRIES ((size_t)1 << (48 - CHUNK_SHIFT - LEAF_BITS))

struct chunk {
    char *base;
    size_t size;          /* a chunk, or several for a run that needs them */
    void *whole;          /* owner of a run that covers the chunk; NULL when it is cut */
    struct chunk *next;   /* the other chunks with free runs, or the other unused records */
    struct chunk **link;  /* what points at this one; NULL when no run is free */
    uint32_t free_orders; /* bit k: a run of order k is free */
    uint64_t free_runs[BITMAP_WORDS];
    uint16_t head[GRANULES]; /* of a granule in a run: the run's first granule; elsewhere stale */
    uint8_t order[GRANULES]; /* of a head; elsewhere stale */
    void *owner[GRANULES];   /* of a head; NULL elsewhere and in free runs */
};

static struct {
    struct os_lock lock;
    struct chunk *with_room;      /* chunks with a free run */
    struct chunk *unused_records; /* of chunks that were unmapped */
    struct chunk *in_hand;        /* one chunk that is free as a whole, not in with_room */
    struct chunk **root[ROOT_ENTRIES];
} arena;

/* ---- the directory ---- */

static struct chunk *chunk_of(const void *address)
{
    uintptr_t number = (uintptr_t)address >> CHUNK_SHIFT;

    if (number >> LEAF_BITS >= ROOT_ENTRIES) {
        return NULL;
    }
    struct chunk **leaf = __atomic_load_n(&arena.root[number >> LEAF_BITS], __ATOMIC_ACQUIRE);
    return leaf == NULL ? NULL
                        : __atomic_load_n(&leaf[number & (LEAF_ENTRIES - 1)], __ATOMIC_ACQUIRE);
}

/* Makes sure that the leaves for [base, base + size) exist, so that entering cannot fail. */
static bool leaves_exist_locked(const char *base, size_t size)
{
    uintptr_t last = ((uintptr_t)base + size - 1) >> (CHUNK_SHIFT + LEAF_BITS);

    for (uintptr_t i = (uintptr_t)base >> (CHUNK_SHIFT + LEAF_BITS); i <= last; i++) {
        if (i >= ROOT_ENTRIES) {
            return false;
        }
        if (arena.root[i] == NULL) {
            struct chunk **leaf = os_map(LEAF_ENTRIES * sizeof(*leaf), os_page_size());
            if (leaf == NULL) {
                return false;
            }
            __atomic_store_n(&arena.root[i], leaf, __ATOMIC_RELEASE);
        }
    }
    return true;
}

static void enter_locked(const char *base, size_t size, struct chunk *chunk)
{
    for (size_t at = 0; at < size; at += ARENA_CHUNK) {
        uintptr_t number = (uintptr_t)(base + at) >> CHUNK_SHIFT;
        struct chunk **leaf = arena.root[number >> LEAF_BITS];
        __atomic_store_n(&leaf[number & (LEAF_ENTRIES - 1)], chunk, __ATOMIC_RELEASE);
    }
}

void *arena_owner(const void *address)
{
    struct chunk *chunk = chunk_of(address);

    if (chunk == NULL) {
        return NULL;
    }
    void *whole = __atomic_load_n(&chunk->whole, __ATOMIC_ACQUIRE);
    if (whole != NULL) {
        return whole;
    }
    size_t granule = ((uintptr_t)address & (ARENA_CHUNK - 1)) / ARENA_GRANULE;
    uint16_t head = __atomic_load_n(&chunk->head[granule], __ATOMIC_RELAXED);
    void *owner = __atomic_load_n(&chunk->owner[head], __ATOMIC_ACQUIRE);
    size_t length = (size_t)1 << __atomic_load_n(&chunk->order[head], __ATOMIC_RELAXED);
    return granule - head < length ? owner : NULL;
}

/* ---- chunks ---- */

static struct chunk *map_chunk_locked(size_t size)
{
    struct chunk *chunk = arena.unused_records;

    if (chunk != NULL) {
        arena.unused_records = chunk->next;
    } else {
        size_t page = os_page_size();
        chunk = os_map((sizeof(*chunk) + page - 1) & ~(page - 1), page);
        if (chunk == NULL) {
            return NULL;
        }
    }
    char *base = os_reserve(size, ARENA_CHUNK);
    if (base == NULL || !leaves_exist_locked(base, size)) {
        if (base != NULL) {
            os_unmap(base, size);
        }
        chunk->next = arena.unused_records;
        arena.unused_records = chunk;
        return NULL;
    }
    chunk->base = base;
    chunk->size = size;
    chunk->next = NULL;
    enter_locked(base, size, chunk);
    return chunk;
}

static void unmap_chunk_locked(struct chunk *chunk)
{
    enter_locked(chunk->base, chunk->size, NULL);
    os_unmap(chunk->base, chunk->size);
    chunk->next = arena.unused_records;
    arena.unused_records = chunk;
}

static void link_locked(struct chunk *chunk)
{
    chunk->next = arena.with_room;
    if (chunk->next != NULL) {
        chunk->next->link = &chunk->next;
    }
    arena.with_room = chunk;
    chunk->link = &arena.with_room;
}

static void unlink_locked(struct chunk *chunk)
{
    *chunk->link = chunk->next;
    if (chunk->next != NULL) {
        chunk->next->link = chunk->link;
    }
    chunk->next = NULL;
    chunk->link = NULL;
}

/* ---- runs within a chunk ---- */

/* The word of the bitmap at which an order's bits begin. */
static size_t order_word(unsigned order)
{
    return order < 7 ? 128 - ((size_t)128 >> order) : 127 + (order - 7);
}

static bool is_free(const struct chunk *chunk, unsigned order, size_t granule)
{
    size_t run = granule >> order;
    return (chunk->free_runs[order_word(order) + run / 64] >> (run % 64) & 1) != 0;
}

static void set_free(struct chunk *chunk, unsigned order, size_t granule)
{
    size_t run = granule >> order;
    chunk->free_runs[order_word(order) + run / 64] |= UINT64_C(1) << (run % 64);
    chunk->free_orders |= 1u << order;
}

static void clear_free(struct chunk *chunk, unsigned order, size_t granule)
{
    size_t run = granule >> order;
    size_t word = order_word(order);
    size_t words = order < 6 ? (size_t)64 >> order : 1;

    chunk->free_runs[word + run / 64] &= ~(UINT64_C(1) << (run % 64));
    for (size_t i = 0; i < words; i++) {
        if (chunk->free_runs[word + i] != 0) {
            return;
        }
    }
    chunk->free_orders &= ~(1u << order);
}

/* The first granule of a free run of the order, of which there is one. */
static size_t first_free(const struct chunk *chunk, unsigned order)
{
    size_t word = order_word(order);
    size_t i = 0;

    while (chunk->free_runs[word + i] == 0) {
        i++;
    }
    return (i * 64 + (unsigned)__builtin_ctzll(chunk->free_runs[word + i])) << order;
}

/* Cuts a run of the order out of a chunk that has a free one at least as large. */
static size_t cut_locked(struct chunk *chunk, unsigned order)
{
    unsigned from = (unsigned)__builtin_ctz(chunk->free_orders >> order) + order;
    size_t granule = first_free(chunk, from);

    clear_free(chunk, from, granule);
    while (from > order) {
        from--;
        set_free(chunk, from, granule + ((size_t)1 << from));
    }
    if (chunk->free_orders == 0) {
        unlink_locked(chunk);
    }
    return granule;
}

/* Puts a run back and merges it with its free buddies. Returns the order of the result. */
static unsigned merge_locked(struct chunk *chunk, size_t *granule, unsigned order)
{
    if (chunk->free_orders == 0) {
        link_locked(chunk);
    }
    while (order < WHOLE_CHUNK && is_free(chunk, order, *granule ^ ((size_t)1 << order))) {
        clear_free(chunk, order, *granule ^ ((size_t)1 << order));
        *granule &= ~((size_t)1 << order);
        order++;
    }
    set_free(chunk, order, *granule);
    return order;
}

static void own_locked(struct chunk *chunk, size_t granule, unsigned order, void *owner)
{
    for (size_t i = 0; i < (size_t)1 << order; i++) {
        __atomic_store_n(&chunk->head[granule + i], (uint16_t)granule, __ATOMIC_RELAXED);
    }
    __atomic_store_n(&chunk->order[granule], (uint8_t)order, __ATOMIC_RELAXED);
    __atomic_store_n(&chunk->owner[granule], owner, __ATOMIC_RELEASE);
}

/* ---- the interface ---- */

size_t arena_run_size(size_t size)
{
    if (size > ARENA_CHUNK) {
        return (size + ARENA_CHUNK - 1) & ~(ARENA_CHUNK - 1);
    }
    if (size <= ARENA_GRANULE) {
        return ARENA_GRANULE;
    }
    return (size_t)1 << (64 - __builtin_clzll(size - 1));
}

static void *alloc_chunks_locked(size_t size, void *owner, bool huge)
{
    struct chunk *chunk = arena.in_hand;

    if (chunk != NULL && size == ARENA_CHUNK && !huge) {
        arena.in_hand = NULL;
    } else {
        chunk = map_chunk_locked(size);
        if (chunk == NULL) {
            return NULL;
        }
        if (huge) {
            os_prefer_huge(chunk->base, size);
        }
    }
    if (!os_commit(chunk->base, size)) {
        unmap_chunk_locked(chunk);
        return NULL;
    }
    __atomic_store_n(&chunk->whole, owner, __ATOMIC_RELEASE);
    return chunk->base;
}

/* The first chunk that has a free run of the order; a new one when there is none. */
static struct chunk *chunk_with_room_locked(unsigned order)
{
    for (struct chunk *chunk = arena.with_room; chunk != NULL; chunk = chunk->next) {
        if (chunk->free_orders >> order != 0) {
            return chunk;
        }
    }
    struct chunk *chunk = arena.in_hand;
    if (chunk != NULL) {
        arena.in_hand = NULL;
    } else {
        chunk = map_chunk_locked(ARENA_CHUNK);
        if (chunk == NULL) {
            return NULL;
        }
    }
    set_free(chunk, WHOLE_CHUNK, 0);
    link_locked(chunk);
    return chunk;
}

/* A chunk with nothing in it: kept in hand when none is, unmapped otherwise. What was one run of a
 * whole chunk or more is not kept: it may have huge pages, and the next user may be small. */
static void free_chunk_locked(struct chunk *chunk, bool was_whole)
{
    if (was_whole || arena.in_hand != NULL) {
        unmap_chunk_locked(chunk);
    } else {
        os_release(chunk->base, chunk->size);
        arena.in_hand = chunk;
    }
}

static size_t free_run_locked(struct chunk *chunk, size_t granule, size_t size)
{
    unsigned order = (unsigned)__builtin_ctzll(size / ARENA_GRANULE);

    __atomic_store_n(&chunk->owner[granule], NULL, __ATOMIC_RELEASE);
    order = merge_locked(chunk, &granule, order);
    if (order == WHOLE_CHUNK) {
        clear_free(chunk, WHOLE_CHUNK, 0);
        unlink_locked(chunk);
        free_chunk_locked(chunk, false);
        return size;
    }
    if (ARENA_GRANULE << order < os_page_size()) {
        return 0;
    }
    os_release(chunk->base + granule * ARENA_GRANULE, ARENA_GRANULE << order);
    return size;
}

/* A run of less than a chunk. */
static void *alloc_run_locked(size_t size, void *owner)
{
    unsigned order = (unsigned)__builtin_ctzll(size / ARENA_GRANULE);
    struct chunk *chunk = chunk_with_room_locked(order);

    if (chunk == NULL) {
        return NULL;
    }
    size_t granule = cut_locked(chunk, order);
    char *run = chunk->base + granule * ARENA_GRANULE;
    if (!os_commit(run, size)) {
        (void)free_run_locked(chunk, granule, size);
        return NULL;
    }
    own_locked(chunk, granule, order, owner);
    return run;
}

void *arena_alloc(size_t size, void *owner, bool huge)
{
    os_lock(&arena.lock);
    void *run = size >= ARENA_CHUNK ? alloc_chunks_locked(size, owner, huge)
                                    : alloc_run_locked(size, owner);
    os_unlock(&arena.lock);
    return run;
}

size_t arena_free(void *run, size_t size)
{
    size_t released;

    os_lock(&arena.lock);
    struct chunk *chunk = chunk_of(run);
    if (chunk->whole != NULL) {
        __atomic_store_n(&chunk->whole, NULL, __ATOMIC_RELEASE);
        released = chunk->size;
        free_chunk_locked(chunk, true);
    } else {
        size_t granule = (size_t)((char *)run - chunk->base) / ARENA_GRANULE;
        released = free_run_locked(chunk, granule, size);
    }
    os_unlock(&arena.lock);
    return released;
}

void arena_trim(void)
{
    os_lock(&arena.lock);
    if (arena.in_hand != NULL) {
        unmap_chunk_locked(arena.in_hand);
        arena.in_hand = NULL;
    }
    os_unlock(&arena.lock);
}

void arena_before_fork(void)
{
    os_lock(&arena.lock);
}

void arena_after_fork(void)
{
    os_unlock(&arena.lock);
}
