/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* OS pages to entries and back: the backing of one list. */
#ifndef LA_SLAB_H
#define LA_SLAB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lookaside/status.h>

#include "inspection.h"
#include "layout.h"
#include "working_set.h"

struct slab;

struct slab_list {
    struct slab *first;
    struct slab *last;
};

/* All slabs of one list. Owned by the list's lock.
 *
 *     entries = used + free,  bytes = the runs of all slabs */
struct slab_pool {
    struct layout layout;     /* where entries lie in a slab */
    bool resident;            /* slabs are locked in memory */
    lookaside_status failure; /* why the last slab could not be made */
    struct slab_list partial; /* slabs with free entries and used ones, or never used */
    struct slab_list full;    /* slabs without a free entry */
    struct slab_list empty;   /* slabs without a used entry, kept */
    struct slab *recent;      /* the slab that an entry was last returned to, or NULL */
    struct working_set kept;  /* which empty slabs lie idle */
    uint64_t empty_count;     /* slabs in `empty` */
    uint64_t slab_count;
    uint64_t used;     /* entries that are out of the pool */
    uint64_t free;     /* entries that are in it */
    uint64_t reserved; /* of those, held back for when no slab can be made */
    uint64_t bytes;
    uint64_t metadata; /* bytes of the slabs' records */
    uint64_t released; /* bytes that have gone back to the system so far */
};

/* What a struct slab consists of, for tools. */
extern struct inspection_record slab_record;

/* What became of an entry that was returned. */
enum slab_verdict {
    SLAB_TAKEN,
    SLAB_NOT_AN_ENTRY, /* in no slab of any list */
    SLAB_OF_ANOTHER_LIST,
    SLAB_INTERIOR, /* in a slab of the list, but not the start of an entry */
    SLAB_NEVER_ALLOCATED,
    SLAB_ALREADY_FREE
};

/* size: bytes of an entry, not 0; alignment: a power of two up to the OS page. Maps nothing. */
void slab_pool_init(struct slab_pool *pool, size_t size, size_t alignment, bool resident);

/* Unmaps every slab, whatever is in use. */
void slab_pool_destroy(struct slab_pool *pool);

/* Takes up to count entries, at the lowest addresses last, so that a stack hands out the lowest
 * first. Returns how many; 0 sets failure. */
size_t slab_alloc(struct slab_pool *pool, void **entries, size_t count, uint64_t now);

/* Returns an entry. Anything but SLAB_TAKEN is the caller's fault, and nothing has changed. */
enum slab_verdict slab_free(struct slab_pool *pool, void *entry, uint64_t now);

/* Sees to it that the last count entries come from memory that is there. LOOKASIDE_OK or why not. */
lookaside_status slab_reserve(struct slab_pool *pool, uint64_t count);

/* Returns the slabs that have been empty for a whole period, but one. Cheap when there is nothing
 * to do; called at slow paths. */
void slab_give_back_idle(struct slab_pool *pool, uint64_t now);

/* Returns the empty slabs to the arena, as far as nothing is reserved in them. */
void slab_trim(struct slab_pool *pool);

#endif
