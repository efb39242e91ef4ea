/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What one list keeps: a magazine for each thread, and the depot; with the counts of what went
 * through. Knows neither the backing nor callbacks. */
#ifndef LA_MAGAZINE_H
#define LA_MAGAZINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lookaside/hit_path.h>
#include <lookaside/status.h>

#include "causes.h"
#include "depot.h"
#include "inspection.h"
#include "os.h"
#include "working_set.h"

struct cache;

/* The slow path's part of one thread's magazine. The equation, at every moment:
 *     allocations = folded + those in the word
 *     frees       = allocations + depth + withdrawn */
struct account {
    struct cache *cache;
    struct lookaside_magazine *magazine;
    struct account *next;         /* in cache->accounts */
    struct account **link;        /* what points at this one */
    uint64_t folded;              /* allocations that the word's field was relieved of */
    uint64_t withdrawn;           /* entries that slow paths took out, less those they put in */
    uint32_t scanned_allocations; /* low bits of the allocations at the last scan */
    uint32_t missed;              /* entries that slow paths put in since then */
    uint32_t flushes_seen;        /* of cache->flushes */
    uint32_t spills;              /* since the last load */
    uint32_t passing;             /* spills in a row without an allocation between */
    uint32_t spilled_allocations; /* low bits of the allocations at the last spill */
    uint32_t spilled_frees;       /* and of the frees */
    uint32_t lacked;              /* room that was needed after the only spill between two loads; 0
                                     when there was not exactly one */
};

/* How the tuner last changed the depth; all zero until it does. */
struct tuning {
    uint32_t from;
    uint32_t to;
    uint32_t allocations; /* in the scan that led to it */
    uint32_t misses;
    uint64_t at; /* milliseconds */
};

/* Everything but place and maximum_depth belongs to the lock. Accounts are written by the thread
 * that they are of, under the lock. What an exchange of magazines needs is one cache line: the CPUs
 * pass it on with every exchange between threads. */
struct cache {
    _Alignas(64) struct os_lock lock;
    uint32_t depth;
    struct depot depot;
    struct working_set kept;        /* how many entries the depot is worth keeping */
    uint64_t scanned_at;            /* milliseconds */
    uint32_t unscanned_allocations; /* of threads that ended, since the last scan */
    uint32_t unscanned_misses;
    size_t place; /* offset of the list's magazines; 0: it has none */
    bool closing; /* the list is about to end: nobody gets a magazine */
    uint32_t maximum_depth;
    uint32_t flushes; /* how often every thread was asked to empty its magazine; read without
                         the lock, too */
    struct account *accounts;
    uint64_t metadata;  /* bytes of the accounts */
    uint64_t allocates; /* of retired magazines, and of calls that had none */
    uint64_t frees;
    uint64_t allocate_misses;
    struct causes causes; /* of the allocate_misses */
    uint64_t free_misses;
    uint64_t flushed;     /* entries given back because somebody asked */
    uint64_t highest_out; /* the most entries that were out of the backing, with the user or here */
    uint64_t allocate_failures;
    lookaside_status last_failure; /* why the last of them failed */
    struct tuning tuned;
};

_Static_assert(offsetof(struct cache, kept.given_back) == 64, "an exchange needs one line");

/* What a magazine and its account consist of, for tools. */
extern struct inspection_record magazine_record, account_record;

/* Around every list: sets up the threads. Once. */
void magazines_init(void);

/* maximum_depth: DEPTH_FLOOR to LOOKASIDE_LARGEST_MAXIMUM_DEPTH; cached: whether it keeps anything. */
void cache_init(struct cache *cache, uint32_t maximum_depth, bool cached);

/* Ends the cache, which has nothing left in its depot and no account. */
void cache_destroy(struct cache *cache);

/* The calling thread's account with the cache; made at the first call. NULL when the list has no
 * magazines, or when the thread cannot have one: then it works without. No lock held. */
struct account *cache_account(struct cache *cache);

/* Hands the magazines of all threads to the depot, and makes no new ones until it is reopened.
 * Nobody else uses the list but callbacks of the calling thread. No lock held. */
void cache_close(struct cache *cache);
void cache_reopen(struct cache *cache);

/* ---- With the lock held. The account is the calling thread's. ---- */

/* Runs the tuner if a scan is due. */
void cache_tune_locked(struct account *account, uint64_t now);

/* The entry that was freed last, counted as an allocation; NULL when the magazine is empty. */
void *cache_take_locked(struct account *account);

/* Puts an entry into the magazine, counted as a free, if it has room. */
bool cache_put_locked(struct account *account, void *entry);

/* Exchanges the empty magazine for a full one of the depot, if there is one. */
bool cache_load_locked(struct account *account);

/* Where a slow path may put up to *count entries into the empty magazine, and that it has put them. */
void **cache_space_locked(struct account *account, size_t *count);
void cache_filled_locked(struct account *account, size_t count);

/* Makes room in the full magazine: gives it a larger array if the depth has grown, otherwise takes
 * the older entries out of it, down to half of the depth, or to none for a thread that only frees.
 * Returns false if neither could be done, or if the magazine is no deeper than the floor. *spilled
 * is the magazine with the older entries, which is the caller's now, or NULL. */
bool cache_make_room_locked(struct account *account, struct magazine **spilled);

/* Notes an allocation or a free that passed by the magazine. account may be NULL. */
void cache_passed_allocation_locked(struct cache *cache, struct account *account);
void cache_passed_free_locked(struct cache *cache, struct account *account);

/* Keeps a magazine in the depot if the working set is worth it. Returns whether it did. */
bool cache_keep_locked(struct cache *cache, struct magazine *full);

/* Notes that count entries go to the backing because the depot has no room. */
void cache_gave_back_locked(struct cache *cache, uint64_t count);

/* Counts a miss for each of count entries that come from the backing. account is that of the thread
 * that fetched them, before they are filled in or passed by, or NULL. */
void cache_fetched_locked(struct cache *cache, const struct account *account, uint64_t count);

/* A magazine of the depot that is more than the working set, or NULL; the caller's now. */
struct magazine *cache_surplus_locked(struct cache *cache, uint64_t now);

/* The entry to give back next, from the magazine and then the depot; NULL when both are empty.
 * account may be NULL: then from the depot alone. */
void *cache_flush_one_locked(struct cache *cache, struct account *account);

/* Asks the other threads to empty their magazines. account is the calling thread's, or NULL. */
void cache_ask_to_flush_locked(struct cache *cache, struct account *account);

/* Whether the calling thread was asked since it last said that it has obeyed. The question needs no
 * lock: an answer that comes a moment too early only puts the flush off. */
bool cache_asked_to_flush(const struct account *account);
void cache_obeyed_flush_locked(struct account *account);

/* How many entries lie in the calling thread's magazine; account may be NULL. */
uint64_t cache_loaded(const struct account *account);

/* The allocations and frees of all threads, and the entries in all magazines. allocates >= frees
 * even while other threads are in the hit path. */
struct cache_totals {
    uint64_t allocates;
    uint64_t frees;
    uint64_t in_magazines;
    uint64_t threads;
};
struct cache_totals cache_totals_locked(struct cache *cache);

#endif
