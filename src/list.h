/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One list: joins the cache, the slabs and what the user chose. */
#ifndef LA_LIST_H
#define LA_LIST_H

#include <stdbool.h>

#include <lookaside/lookaside.h>

#include "depot.h"
#include "inspection.h"
#include "magazine.h"
#include "slab.h"

/* What a lookaside_list's storage points to. The first group is constant while the list is
 * initialised; the second belongs to cache.lock; the third to the registry's lock. */
struct lookaside_state {
    lookaside_list *handle;
    lookaside_options options; /* defaults filled in; its name points at `name` */
    size_t size;               /* bytes of an entry, as asked */
    unsigned type;             /* pool type with the bits that the flags add */
    bool plain_alloc;          /* entries come from the slabs and need no construct */
    bool plain_free;           /* entries go to the slabs and need no destruct */
    char name[LOOKASIDE_NAME_SIZE];
    uint64_t record_bytes; /* that this record takes */
    void *initialized_by;  /* where lookaside_init was called */

    struct cache cache;
    struct slab_pool slabs;
    struct depot reserve; /* entries held back, for a list that is not plain_alloc */

    struct lookaside_state *next;
    struct lookaside_state **link;
};

/* The list that a handle stands for; NULL when it stands for none. */
struct lookaside_state *list_of(const lookaside_list *handle);

/* The same, for calls that return a status: sets *found and returns LOOKASIDE_OK, or returns
 * LOOKASIDE_NULL_ARGUMENT or LOOKASIDE_NOT_INITIALIZED. */
lookaside_status list_find(const lookaside_list *handle, struct lookaside_state **found);

/* What is wrong with a handle that stands for none. */
lookaside_bugcheck_code list_fault(const lookaside_list *handle);

/* A list for the handle, not yet registered, whose initialized_by is the caller's to fill in; size,
 * pool type and options are valid and filled in. NULL when there is no memory. */
struct lookaside_state *list_create(lookaside_list *handle, size_t size,
                                    lookaside_pool_type pool_type,
                                    const lookaside_options *options);

/* Gives the list's memory back, and all that is left in its slabs. Its cache is empty and nobody
 * uses it any more. The handle is then one of a destroyed list. */
void list_destroy(struct lookaside_state *list);

/* Writes the handle, which makes the list usable. */
void list_publish(struct lookaside_state *list);

/* What the record and the handle consist of, for tools (list_fields.c). */
extern struct inspection_record list_record, handle_record;

#endif
