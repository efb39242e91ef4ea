/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One thread's magazine, read and written: for magazine.c and exchange.c alone. The calling thread
 * owns the account, or holds the list's lock and only reads. */
#ifndef LA_ACCOUNT_H
#define LA_ACCOUNT_H

#include <stdint.h>

#include "magazine.h"

/* Allocations from which the word's count is folded, and from which a reader insists. */
#define FOLD_FROM (UINT64_C(1) << 40)
#define FOLD_URGENTLY_FROM (UINT64_C(1) << 46)

/* The depot may keep this many magazines' worth of entries at most. */
#define DEPOT_CEILING 64u

static inline uint64_t word_of(const struct lookaside_magazine *magazine)
{
    return LOOKASIDE_LOAD_ACQUIRE(&magazine->word);
}

static inline uint32_t depth_of(uint64_t word)
{
    return (uint32_t)(word & LOOKASIDE_DEPTH_MASK);
}

static inline uint64_t allocations_of(const struct account *account, uint64_t word)
{
    return account->folded + (word >> LOOKASIDE_DEPTH_BITS);
}

static inline uint64_t frees_of(const struct account *account, uint64_t word)
{
    return allocations_of(account, word) + depth_of(word) + account->withdrawn;
}

static inline uint32_t unscanned_allocations(const struct account *account)
{
    uint64_t allocations = allocations_of(account, word_of(account->magazine));

    return (uint32_t)allocations - account->scanned_allocations;
}

static inline void set_word(struct account *account, uint64_t word)
{
    LOOKASIDE_STORE_RELEASE(&account->magazine->word, word);
}

/* Relieves the word of its count when that is large. */
static inline void fold(struct account *account)
{
    uint64_t word = word_of(account->magazine);

    if (word >> LOOKASIDE_DEPTH_BITS >= FOLD_FROM) {
        account->folded += word >> LOOKASIDE_DEPTH_BITS;
        set_word(account, depth_of(word));
    }
}

/* Loads an array, and allows as many entries as the depth and the array do; none while the thread
 * has yet to obey a flush. */
static inline void set_array(struct account *account, struct magazine *array)
{
    const struct cache *cache = account->cache;
    uint32_t capacity = cache->depth < array->room ? cache->depth : array->room;

    account->magazine->entries = array->entries;
    if (account->flushes_seen != cache->flushes) {
        capacity = 0;
    }
    LOOKASIDE_STORE(&account->magazine->capacity, capacity);
}

static inline struct magazine *array_of(const struct account *account)
{
    return magazine_of(account->magazine->entries);
}

static inline uint64_t depot_ceiling(const struct cache *cache)
{
    return (uint64_t)DEPOT_CEILING * cache->maximum_depth;
}

#endif
