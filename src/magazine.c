/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One thread's magazine has two parts. The hit path's part lies in the thread's table; its word
 * holds the depth and the number of allocations served. The slow path's part is the account, which
 * counts what slow paths took out and put in (withdrawn). Entries are conserved, so the frees need
 * not be counted: frees = allocations + depth + withdrawn.
 *
 * The word's count has 48 bits, three days of nothing but hits. Long before it is full, a slow path
 * folds it into the account, and a reader of the counts asks for one; only a thread that never
 * takes a slow path in all that time, on a list that nobody asks, could overflow it.
 *
 * Who writes what. The word, the array and the account are written by the owning thread alone, the
 * account only under the list's lock. The capacity is written under the lock by anybody: a flush
 * sets it to 0 so that the owner's next free takes the slow path. Other threads read the word
 * without the owner's knowledge; under the lock, the account stands still, so that each reading of
 * the word gives an exact count for that moment.
 *
 * A thread that ends hands its array to the depot as it is. That needs no memory and so cannot
 * fail.
 *
 * In a forked child, the magazines of the threads that were not copied are retired the same way.
 * Their owners may have been anywhere in the hit path: an allocation that has read its entry but
 * not stored the word has not happened; a free stores its entry before the word. fork copies what a
 * thread has stored up to one point of its program order, so the word never counts an entry that is
 * not there.
 *
 * Lock order: the threads' lock, then a list's lock. */
#include "magazine.h"

#include "account.h"
#include "depth.h"
#include "meta.h"
#include "thread.h"

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
    cache->unscanned_allocations += unscanned_allocations(account);
    cache->unscanned_misses += account->missed;
    if (depth_of(word) != 0) {
        depot_push(&cache->depot, array_of(account), depth_of(word));
        working_set_expect(&cache->kept, cache->depot.entries, depot_ceiling(cache));
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
    if (cache->place == 0 || cache->closing || !thread_has_table()) {
        return NULL;
    }
    struct lookaside_magazine *magazine = lookaside_magazine_at(cache->place);
    return magazine->account != NULL ? magazine->account : open_account(cache, magazine);
}

void cache_init(struct cache *cache, uint32_t maximum_depth, bool cached)
{
    *cache = (struct cache){.maximum_depth = maximum_depth, .depth = DEPTH_FLOOR};
    cache->place = cached ? thread_place_take() : 0;
}

void cache_close(struct cache *cache)
{
    threads_lock();
    os_lock(&cache->lock);
    cache->closing = true;
    while (cache->accounts != NULL) {
        retire_locked(cache->accounts);
    }
    os_unlock(&cache->lock);
    threads_unlock();
}

void cache_reopen(struct cache *cache)
{
    os_lock(&cache->lock);
    cache->closing = false;
    os_unlock(&cache->lock);
}

void cache_destroy(struct cache *cache)
{
    depot_trim(&cache->depot, 0);
    thread_place_give_back(cache->place);
}

/* ---- the tuner ---- */

/* tuning: what the scan saw, and when. */
static void set_depth(struct cache *cache, struct tuning tuning)
{
    tuning.from = cache->depth;
    tuning.to = depth_next(cache->depth, cache->maximum_depth, tuning.allocations, tuning.misses);
    if (tuning.to != tuning.from) {
        cache->depth = tuning.to;
        cache->tuned = tuning;
    }
}

void cache_tune_locked(struct account *account, uint64_t now)
{
    struct cache *cache = account->cache;
    uint32_t allocations = unscanned_allocations(account) + cache->unscanned_allocations;

    if (allocations < DEPTH_BUSY &&
        (now < cache->scanned_at || now - cache->scanned_at < DEPTH_IDLE_PERIOD)) {
        return;
    }
    uint32_t misses = account->missed + cache->unscanned_misses;
    set_depth(cache, (struct tuning){.allocations = allocations, .misses = misses, .at = now});
    cache->scanned_at = now;
    cache->unscanned_allocations = 0;
    cache->unscanned_misses = 0;
    account->scanned_allocations += unscanned_allocations(account);
    account->missed = 0;
    fold(account);
}

/* ---- requests to flush ---- */

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

/* ---- for tools ---- */

static OS_DUMPED struct inspection_field magazine_fields[] = {
    INSPECT_PART(struct lookaside_magazine, "depth", word, 0, LOOKASIDE_DEPTH_BITS, ENTRIES, GAUGE),
    INSPECT_PART(struct lookaside_magazine, "allocations", word, LOOKASIDE_DEPTH_BITS,
                 64 - LOOKASIDE_DEPTH_BITS, ENTRIES, GAUGE),
    INSPECT_FIELD(struct lookaside_magazine, "entries", entries, ADDRESS, NO_UNIT, LINK),
    INSPECT_FIELD(struct lookaside_magazine, "capacity", capacity, NUMBER, ENTRIES, GAUGE),
    INSPECT_FIELD(struct lookaside_magazine, "account", account, ADDRESS, NO_UNIT, LINK),
};

static OS_DUMPED struct inspection_field account_fields[] = {
    INSPECT_FIELD(struct account, "cache", cache, ADDRESS, NO_UNIT, LINK),
    INSPECT_FIELD(struct account, "magazine", magazine, ADDRESS, NO_UNIT, LINK),
    INSPECT_FIELD(struct account, "next", next, ADDRESS, NO_UNIT, LINK),
    INSPECT_FIELD(struct account, "folded", folded, NUMBER, ENTRIES, COUNTER),
    INSPECT_FIELD(struct account, "withdrawn", withdrawn, NUMBER, ENTRIES, GAUGE),
    INSPECT_FIELD(struct account, "missed", missed, NUMBER, ENTRIES, GAUGE),
    INSPECT_FIELD(struct account, "flushes_seen", flushes_seen, NUMBER, NO_UNIT, COUNTER),
};

INSPECT_RECORD(magazine_record, struct lookaside_magazine, "magazine", magazine_fields);
INSPECT_RECORD(account_record, struct account, "account", account_fields);
