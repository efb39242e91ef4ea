/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One thread's magazine has two parts. The hit path's part lies in the thread's table; its word holds
 * the depth and the number of allocations served. The slow path's part is the account, which counts
 * what slow paths took out and put in (withdrawn). Entries are conserved, so the frees need not be
 * counted: frees = allocations + depth + withdrawn.
 *
 * The word's count has 48 bits, a day and a half of nothing but hits. Long before it is full, a slow
 * path folds it into the account, and a reader of the counts asks for one.
 *
 * Who writes what. The word, the array and the account are written by the owning thread alone, the
 * account only under the list's lock. The capacity is written under the lock by anybody: a flush
 * sets it to 0 so that the owner's next free takes the slow path. Other threads read the word
 * without the owner's knowledge; under the lock, the account stands still, so that each reading of the
 * word gives an exact count for that moment.
 *
 * Magazines move, entries stay: an empty magazine is exchanged for a full one of the depot without
 * touching an entry, and a full magazine gives away the array with its older half and keeps the
 * recent half in another one. The only copying is that of the recent half.
 *
 * A thread that ends hands its array to the depot as it is. That needs no memory and so cannot fail.
 *
 * In a forked child, the magazines of the threads that were not copied are retired the same way. Their
 * owners may have been anywhere in the hit path: an allocation that has read its entry but not stored
 * the word has not happened; a free stores its entry before the word. fork copies what a thread has
 * stored up to one point of its program order, so the word never counts an entry that is not there.
 *
 * Lock order: the threads' lock, then a list's lock. */
#include "magazine.h"

#include <string.h>

#include "depth.h"
#include "meta.h"
#include "thread.h"

/* The depot may keep this many magazines' worth of entries at most. */
#define DEPOT_CEILING 64u

/* Allocations from which the word's count is folded, and from which a reader insists. */
#define FOLD_FROM (UINT64_C(1) << 40)
#define FOLD_URGENTLY_FROM (UINT64_C(1) << 46)

static uint64_t word_of(const struct lookaside_magazine *magazine)
{
    return LOOKASIDE_LOAD_ACQUIRE(&magazine->word);
}

static uint32_t depth_of(uint64_t word)
{
    return (uint32_t)(word & LOOKASIDE_DEPTH_MASK);
}

static uint64_t allocations_of(const struct account *account, uint64_t word)
{
    return account->folded + (word >> LOOKASIDE_DEPTH_BITS);
}

static uint64_t frees_of(const struct account *account, uint64_t word)
{
    return allocations_of(account, word) + depth_of(word) + account->withdrawn;
}

static void set_word(struct account *account, uint64_t word)
{
    LOOKASIDE_STORE_RELEASE(&account->magazine->word, word);
}

/* Relieves the word of its count when that is large. */
static void fold(struct account *account)
{
    uint64_t word = word_of(account->magazine);

    if (word >> LOOKASIDE_DEPTH_BITS >= FOLD_FROM) {
        account->folded += word >> LOOKASIDE_DEPTH_BITS;
        set_word(account, depth_of(word));
    }
}

/* Loads an array, and allows as many entries as the depth and the array do. */
static void set_array(struct account *account, struct magazine *array)
{
    uint32_t depth = account->cache->depth;

    account->magazine->entries = array->entries;
    LOOKASIDE_STORE(&account->magazine->capacity, depth < array->room ? depth : array->room);
}

static struct magazine *array_of(const struct account *account)
{
    return magazine_of(account->magazine->entries);
}

static uint64_t depot_ceiling(const struct cache *cache)
{
    return (uint64_t)DEPOT_CEILING * cache->maximum_depth;
}

/* ---- the life of a magazine ---- */

static void link_locked(struct cache *cache, struct account *account)
{
    account->next = cache->accounts;
    if (account->next != NULL) {
        account->next->link = &account->next;
    }
    cache->accounts = account;
    account->link = &cache->accounts;
    cache->metadata += meta_size(sizeof(*account));
}

/* The owner, or whoever knows that the owner does not run. Holds the threads' and the list's lock. */
static void retire_locked(struct account *account)
{
    struct cache *cache = account->cache;
    struct lookaside_magazine *magazine = account->magazine;
    uint64_t word = word_of(magazine);

    cache->allocates += allocations_of(account, word);
    cache->frees += frees_of(account, word);
    if (depth_of(word) != 0) {
        depot_push(&cache->depot, array_of(account), depth_of(word));
        working_set_expect(&cache->depot.kept, cache->depot.entries, depot_ceiling(cache));
    } else {
        depot_put_empty(&cache->depot, array_of(account));
    }
    LOOKASIDE_STORE(&magazine->word, 0);
    magazine->entries = NULL;
    LOOKASIDE_STORE(&magazine->capacity, 0);
    magazine->account = NULL;
    *account->link = account->next;
    if (account->next != NULL) {
        account->next->link = account->link;
    }
    cache->metadata -= meta_size(sizeof(*account));
    meta_free(account, sizeof(*account));
}

static void retire(struct lookaside_magazine *magazine)
{
    struct account *account = magazine->account;
    struct cache *cache = account->cache;

    os_lock(&cache->lock);
    retire_locked(account);
    os_unlock(&cache->lock);
}

void magazines_init(void)
{
    threads_init(retire);
}

static struct account *open_account(struct cache *cache, struct lookaside_magazine *magazine)
{
    struct account *account = meta_alloc(sizeof(*account));

    if (account == NULL) {
        return NULL;
    }
    account->cache = cache;
    account->magazine = magazine;
    os_lock(&cache->lock);
    struct magazine *array = depot_take_empty(&cache->depot, cache->depth);
    if (array != NULL) {
        account->flushes_seen = cache->flushes;
        link_locked(cache, account);
        thread_uses(cache->place);
        set_array(account, array);
        magazine->account = account;
    }
    os_unlock(&cache->lock);
    if (array == NULL) {
        meta_free(account, sizeof(*account));
        return NULL;
    }
    return account;
}

struct account *cache_account(struct cache *cache)
{
    if (cache->place == 0 || !thread_has_table()) {
        return NULL;
    }
    struct lookaside_magazine *magazine = (void *)(lookaside_thread_magazines + cache->place);
    return magazine->account != NULL ? magazine->account : open_account(cache, magazine);
}

void cache_init(struct cache *cache, uint32_t maximum_depth, bool cached)
{
    *cache = (struct cache){.maximum_depth = maximum_depth, .depth = DEPTH_FLOOR};
    cache->place = cached ? thread_place_take() : 0;
}

void cache_retire_all(struct cache *cache)
{
    threads_lock();
    os_lock(&cache->lock);
    while (cache->accounts != NULL) {
        retire_locked(cache->accounts);
    }
    os_unlock(&cache->lock);
    threads_unlock();
}

void cache_destroy(struct cache *cache)
{
    depot_trim(&cache->depot);
    thread_place_give_back(cache->place);
}

/* ---- the tuner ---- */

void cache_tune_locked(struct account *account, uint64_t now)
{
    struct cache *cache = account->cache;
    uint32_t allocations = (uint32_t)allocations_of(account, word_of(account->magazine));
    uint32_t since = allocations - account->scanned_allocations;

    if (since < DEPTH_BUSY && now - cache->scanned_at < DEPTH_IDLE_PERIOD) {
        return;
    }
    cache->depth = depth_next(cache->depth, cache->maximum_depth, since, account->missed);
    cache->scanned_at = now;
    account->scanned_allocations = allocations;
    account->missed = 0;
    fold(account);
}

/* ---- entries in and out ---- */

void *cache_take_locked(struct account *account)
{
    uint64_t word = word_of(account->magazine);

    if (depth_of(word) == 0) {
        return NULL;
    }
    void *entry = account->magazine->entries[depth_of(word) - 1];
    set_word(account, word + LOOKASIDE_ONE_ALLOCATION - 1);
    return entry;
}

bool cache_put_locked(struct account *account, void *entry)
{
    fold(account);
    uint64_t word = word_of(account->magazine);
    set_array(account, array_of(account)); /* the depth may have changed */
    if (depth_of(word) >= account->magazine->capacity) {
        return false;
    }
    account->magazine->entries[depth_of(word)] = entry;
    set_word(account, word + 1);
    return true;
}

/* A slow path has put entries in, or has let one pass as if it had. */
static void deposited(struct account *account, uint32_t count)
{
    account->withdrawn -= count;
    account->missed += count;
}

bool cache_load_locked(struct account *account)
{
    struct depot *depot = &account->cache->depot;
    struct magazine *full = depot_pop(depot);

    if (full == NULL) {
        return false;
    }
    depot_put_empty(depot, array_of(account));
    set_array(account, full);
    deposited(account, full->count);
    set_word(account, word_of(account->magazine) + full->count);
    return true;
}

void **cache_space_locked(struct account *account, size_t *count)
{
    uint32_t room = array_of(account)->room;

    *count = *count < room ? *count : room;
    return account->magazine->entries;
}

void cache_filled_locked(struct account *account, size_t count)
{
    deposited(account, (uint32_t)count);
    account->cache->allocate_misses += count;
    set_word(account, word_of(account->magazine) + count);
}

/* Whether the thread has not allocated since its last spill: entries only pass through it. */
static bool only_frees(struct account *account)
{
    uint32_t allocations = (uint32_t)allocations_of(account, word_of(account->magazine));
    bool unchanged = allocations == account->spilled_allocations;

    account->spilled_allocations = allocations;
    return unchanged;
}

/* What only passes through is handed on in the order in which it was freed, the oldest on top: its
 * cache lines have had the most time to leave this CPU's caches. */
static void reverse(struct magazine *magazine)
{
    for (uint32_t i = 0, j = magazine->count; i + 1 < j; i++) {
        void *entry = magazine->entries[i];
        magazine->entries[i] = magazine->entries[--j];
        magazine->entries[j] = entry;
    }
}

bool cache_make_room_locked(struct account *account, struct magazine **spilled)
{
    struct cache *cache = account->cache;
    struct magazine *old = array_of(account);
    uint64_t word = word_of(account->magazine);
    uint32_t count = depth_of(word);
    bool grow = old->room < cache->depth && count < cache->depth;
    uint32_t recent = grow ? count : cache->depth / 2;

    *spilled = NULL;
    if (count <= DEPTH_FLOOR && cache->depth == DEPTH_FLOOR) {
        return false;
    }
    struct magazine *array = depot_take_empty(&cache->depot, cache->depth);
    if (array == NULL) {
        return false;
    }
    memcpy(array->entries, old->entries + (count - recent), recent * sizeof(void *));
    set_array(account, array);
    account->withdrawn += count - recent;
    set_word(account, word - (count - recent));
    if (grow) {
        depot_put_empty(&cache->depot, old);
    } else {
        old->count = count - recent;
        if (only_frees(account)) {
            reverse(old);
        }
        *spilled = old;
    }
    return true;
}

void cache_passed_allocation_locked(struct cache *cache, struct account *account)
{
    if (account == NULL) {
        cache->allocates++;
        return;
    }
    deposited(account, 1);
    set_word(account, word_of(account->magazine) + LOOKASIDE_ONE_ALLOCATION);
}

void cache_passed_free_locked(struct cache *cache, struct account *account)
{
    if (account == NULL) {
        cache->frees++;
    } else {
        account->withdrawn++;
    }
}

/* ---- what the depot keeps ---- */

bool cache_keep_locked(struct cache *cache, struct magazine *full)
{
    if (cache->depot.entries + full->count > cache->depot.kept.limit) {
        return false;
    }
    depot_push(&cache->depot, full, full->count);
    return true;
}

void cache_gave_back_locked(struct cache *cache, uint64_t count)
{
    working_set_gave_back(&cache->depot.kept, count);
}

void cache_fetched_locked(struct cache *cache, uint64_t count)
{
    if (cache->depth > DEPTH_FLOOR) {
        working_set_fetched(&cache->depot.kept, count, depot_ceiling(cache));
    }
}

struct magazine *cache_surplus_locked(struct cache *cache, uint64_t now)
{
    struct depot *depot = &cache->depot;
    uint64_t limit = working_set_observe(&depot->kept, depot->entries, now);

    return depot->entries > limit ? depot_pop(depot) : NULL;
}

/* ---- flushing ---- */

uint64_t cache_loaded(const struct account *account)
{
    return account == NULL ? 0 : depth_of(word_of(account->magazine));
}

void *cache_flush_one_locked(struct cache *cache, struct account *account)
{
    if (cache_loaded(account) == 0) {
        return depot_take_one(&cache->depot);
    }
    uint64_t word = word_of(account->magazine);
    void *entry = account->magazine->entries[depth_of(word) - 1];
    account->withdrawn++;
    set_word(account, word - 1);
    return entry;
}

void cache_ask_to_flush_locked(struct cache *cache, struct account *account)
{
    LOOKASIDE_STORE(&cache->flushes, cache->flushes + 1);
    for (struct account *other = cache->accounts; other != NULL; other = other->next) {
        LOOKASIDE_STORE(&other->magazine->capacity, 0);
    }
    if (account != NULL) {
        account->flushes_seen = cache->flushes;
        set_array(account, array_of(account));
    }
}

bool cache_asked_to_flush(const struct account *account)
{
    return account->flushes_seen != LOOKASIDE_LOAD(&account->cache->flushes);
}

void cache_obeyed_flush_locked(struct account *account)
{
    account->flushes_seen = account->cache->flushes;
}

/* ---- counting ---- */

/* Frees are read first and allocations after them: whatever free was seen, its allocation came
 * before it and is seen, too. */
struct cache_totals cache_totals_locked(struct cache *cache)
{
    struct cache_totals totals = {.allocates = cache->allocates, .frees = cache->frees};

    for (struct account *account = cache->accounts; account != NULL; account = account->next) {
        totals.frees += frees_of(account, word_of(account->magazine));
    }
    for (struct account *account = cache->accounts; account != NULL; account = account->next) {
        uint64_t word = word_of(account->magazine);
        if (word >> LOOKASIDE_DEPTH_BITS >= FOLD_URGENTLY_FROM) {
            LOOKASIDE_STORE(&account->magazine->capacity, 0);
        }
        totals.allocates += allocations_of(account, word);
        totals.in_magazines += depth_of(word);
        totals.threads++;
    }
    return totals;
}
