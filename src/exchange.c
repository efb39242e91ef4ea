/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Entries in and out of a thread's magazine, past the hit path.
 *
 * Magazines move, entries stay: an empty magazine is exchanged for a full one of the depot without
 * touching an entry, and a full magazine gives away the array with its older entries and keeps the
 * recent ones, as a rule half, in another one. The only copying is that of the recent entries. A
 * thread that only frees has no use for recent entries and gives away everything.
 *
 * Every function keeps the account's equation (see magazine.h): whoever changes the depth by other
 * means than a counted allocation or free changes `withdrawn` by as much.
 *
 * Locking: the caller holds the list's lock, and the account is the calling thread's. */
#include <string.h>

#include "account.h"
#include "depth.h"

/* A thread that has spilled this often without an allocation between only frees. */
#define ONLY_FREES_FROM 64u

/* Empty magazines that are kept while the depot is worth nothing. */
#define EMPTY_KEPT 2u

/* ---- one entry, or a few ---- */

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

void **cache_space_locked(struct account *account, size_t *count)
{
    uint32_t room = array_of(account)->room;

    *count = *count < room ? *count : room;
    return account->magazine->entries;
}

void cache_filled_locked(struct account *account, size_t count)
{
    deposited(account, (uint32_t)count);
    set_word(account, word_of(account->magazine) + count);
}

/* How many of the most recent entries a full magazine keeps.
 *
 * Half of the depth, as a rule. When the last cycle of frees and allocations spilled just once, it
 * nearly fitted: then only as many go as that cycle lacked room for, and the next cycle fits. A
 * thread that has only freed for long has no use for recent entries and keeps none. */
static uint32_t recent_to_keep(const struct account *account)
{
    uint32_t depth = account->cache->depth;

    if (account->passing >= ONLY_FREES_FROM) {
        return 0;
    }
    return account->lacked != 0 && account->lacked < depth / 2 ? depth - account->lacked
                                                               : depth / 2;
}

/* An overflow is about to spill. */
static void note_overflow(struct account *account)
{
    uint64_t word = word_of(account->magazine);
    uint32_t allocations = (uint32_t)allocations_of(account, word);

    account->passing = allocations == account->spilled_allocations ? account->passing + 1 : 0;
    account->spilled_allocations = allocations;
    account->spilled_frees = (uint32_t)frees_of(account, word);
    account->spills++;
}

static void note_load(struct account *account)
{
    uint32_t frees = (uint32_t)frees_of(account, word_of(account->magazine));

    account->lacked = account->spills == 1 ? frees - account->spilled_frees : 0;
    account->spills = 0;
}

bool cache_load_locked(struct account *account)
{
    struct depot *depot = &account->cache->depot;
    struct magazine *full = depot_pop(depot);

    if (full == NULL) {
        return false;
    }
    note_load(account);
    full->oldest_last = false; /* from now on its order is this thread's */
    depot_put_empty(depot, array_of(account));
    set_array(account, full);
    deposited(account, full->count);
    set_word(account, word_of(account->magazine) + full->count);
    return true;
}

/* Loads another array, with the recent entries of the one that is loaded. Returns the old one. */
static struct magazine *replace_array(struct account *account, struct magazine *array,
                                      uint32_t recent)
{
    struct magazine *old = array_of(account);
    uint64_t word = word_of(account->magazine);
    uint32_t older = depth_of(word) - recent;

    memcpy(array->entries, old->entries + older, recent * sizeof(void *));
    set_array(account, array);
    account->withdrawn += older;
    set_word(account, word - older);
    old->count = (uint16_t)older;
    return old;
}

bool cache_make_room_locked(struct account *account, struct magazine **spilled)
{
    struct cache *cache = account->cache;
    uint32_t count = depth_of(word_of(account->magazine));
    bool grow = array_of(account)->room < cache->depth && count < cache->depth;

    *spilled = NULL;
    if ((count <= DEPTH_FLOOR && cache->depth == DEPTH_FLOOR) || cache_asked_to_flush(account)) {
        return false;
    }
    if (!grow) {
        note_overflow(account);
    }
    uint32_t recent = grow ? count : recent_to_keep(account);
    struct magazine *array = depot_take_empty(&cache->depot, cache->depth);
    if (array == NULL) {
        return false;
    }
    struct magazine *old = replace_array(account, array, recent);
    if (grow) {
        depot_put_empty(&cache->depot, old);
        return true;
    }
    if (recent == 0) {
        /* Entries pass through this thread: the cache lines of the oldest have had the most time to
         * leave this CPU, so the next thread should take them first. */
        depot_reverse(old);
    }
    *spilled = old;
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
    if (cache->depot.entries + full->count > cache->kept.limit) {
        return false;
    }
    depot_push(&cache->depot, full, full->count);
    return true;
}

void cache_gave_back_locked(struct cache *cache, uint64_t count)
{
    working_set_gave_back(&cache->kept, count);
}

static uint64_t excess(uint64_t a, uint64_t b)
{
    return a > b ? a - b : 0;
}

/* How many more entries the thread has allocated than freed. By the account's equation that is what
 * slow paths put in and did not take out, less what lies in the magazine. */
static uint64_t surplus_of(const struct account *account)
{
    int64_t surplus = -(int64_t)(account->withdrawn + cache_loaded(account));

    return surplus > 0 ? (uint64_t)surplus : 0;
}

void cache_fetched_locked(struct cache *cache, const struct account *account, uint64_t count)
{
    struct fetch fetch = {
        .count = count,
        .out = excess(cache->allocate_misses, cache->free_misses + cache->flushed),
        .highest = cache->highest_out,
        .trimmed = excess(cache->flushed, cache->causes.trimmed),
        .surplus = account == NULL ? 0 : surplus_of(account),
    };

    causes_count(&cache->causes, &fetch);
    cache->allocate_misses += count;
    if (cache->highest_out < fetch.out + count) {
        cache->highest_out = fetch.out + count;
    }
    if (cache->depth > DEPTH_FLOOR) {
        working_set_fetched(&cache->kept, count, depot_ceiling(cache));
    }
}

struct magazine *cache_surplus_locked(struct cache *cache, uint64_t now)
{
    struct depot *depot = &cache->depot;
    uint64_t limit = working_set_observe(&cache->kept, depot->entries, now);

    if (limit == 0) {
        depot_trim(depot, EMPTY_KEPT);
    }
    return depot->entries > limit ? depot_pop(depot) : NULL;
}

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
