/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Everything a list holds: each cached entry and each slab. */
#ifndef INSPECT_WALK_H
#define INSPECT_WALK_H

#include "grid.h"
#include "reading.h"

enum shelf { IN_MAGAZINE, IN_DEPOT, IN_RESERVE };

/* A free entry that is not in its slab. */
struct cached {
    uint64_t entry;
    enum shelf shelf;
    size_t member; /* of the reading, IN_MAGAZINE */
};

/* An array of entries, loaded by a thread or in a depot. */
struct array {
    uint64_t address;
    uint64_t room;
    uint64_t count; /* in a magazine, the depth */
    enum shelf shelf;
    size_t member;
};

enum slab_chain { PARTIAL, FULL, EMPTY };

struct slab {
    uint64_t address;
    uint64_t pool, previous; /* as its record says */
    uint64_t expected_previous;
    uint64_t base, start, size;
    uint64_t capacity, fresh, highest, used;
    enum slab_chain chain;
    uint64_t *free_bits; /* (capacity + 63) / 64 words; NULL when capacity makes no sense */
};

struct walk {
    struct reading reading;
    struct grid grid;
    struct array *arrays;
    size_t array_count, array_capacity;
    struct cached *cached;
    size_t cached_count, cached_capacity;
    struct slab *slabs; /* sorted by base */
    size_t slab_count, slab_capacity;
    bool *hit;             /* of each member: hits went on, its entries are not told */
    size_t hit_count;      /* members of which that is so */
    bool still;            /* nothing but hits has happened from the beginning to the end */
    bool gone;             /* it is no list of the registry any more */
    bool leads_back;       /* the list's handle does, with the right seal */
    uint64_t handle_place; /* the place of its magazines, as the handle says */
    char broken[160];      /* a chain that could not be followed; "" if all could */
};

/* Walks the list whose record is at the address. Returns false, and *error tells why, when the list
 * cannot be read, or the memory of a core is not there. */
bool walk_list(struct walk *walk, struct inspect_target *target, const struct copy *copy,
               uint64_t address, struct inspect_error *error);
void walk_free(struct walk *walk);

/* Whether the entry of that index is free in the slab. */
bool walk_is_free(const struct slab *slab, uint64_t index);

/* The slab whose run an address is in, or NULL. */
const struct slab *walk_slab_at(const struct walk *walk, uint64_t address);

#endif
