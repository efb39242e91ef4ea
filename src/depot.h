/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A stack of magazines that no thread owns: full ones to hand on, empty ones to reuse. */
#ifndef LA_DEPOT_H
#define LA_DEPOT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "inspection.h"

/* An array of free entries, the most recently freed one last. Loaded by one thread, or in a depot. */
struct magazine {
    struct magazine *next; /* in the depot */
    uint16_t room;         /* entries it can hold */
    uint16_t count;        /* entries it holds; not kept up while a thread has it loaded */
    bool oldest_last;      /* in the depot: the order was reversed, see depot_reverse */
    void *entries[];
};

/* Owned by the list's lock. */
struct depot {
    struct magazine *full; /* the one pushed last comes first */
    struct magazine *empty;
    uint64_t entries;  /* in all full ones */
    uint64_t metadata; /* bytes of all magazines, also of those that threads have loaded */
};

/* What a struct magazine consists of, for tools. */
extern struct inspection_record array_record;

/* The magazine that holds an array of entries. */
struct magazine *magazine_of(void **entries);

/* An empty magazine with at least so much room; NULL when there is no memory. */
struct magazine *depot_take_empty(struct depot *depot, uint32_t room);

/* Puts back a magazine without entries. */
void depot_put_empty(struct depot *depot, struct magazine *magazine);

/* Hands a magazine with count entries to the depot. */
void depot_push(struct depot *depot, struct magazine *magazine, uint32_t count);

/* The magazine that was pushed last, or NULL. */
struct magazine *depot_pop(struct depot *depot);

/* Turns the order of a full magazine round: whoever pops it takes the entry first that was freed
 * first. */
void depot_reverse(struct magazine *magazine);

/* The entry that was freed last of all in the depot, or NULL. */
void *depot_take_one(struct depot *depot);

/* Puts one entry on top. Returns false when there is no memory for a magazine. */
bool depot_put_one(struct depot *depot, void *entry);

/* Frees the empty magazines but `keep` of them. */
void depot_trim(struct depot *depot, unsigned keep);

#endif
