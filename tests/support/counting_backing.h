/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A backing for tests: malloc with a budget, callbacks that count their calls and check their
 * arguments. Several threads may use one backing. */
#ifndef LOOKASIDE_TESTS_COUNTING_BACKING_H
#define LOOKASIDE_TESTS_COUNTING_BACKING_H

#include "support.h"

#ifdef __cplusplus
extern "C" {
#endif

#define BACKING_UNLIMITED UINT64_MAX
#define BACKING_RECORD 64 /* how many freed entries are remembered, in order */

struct backing {
    uint64_t budget;    /* allocate calls that will still succeed; BACKING_UNLIMITED */
    uint64_t refusals;  /* construct calls that will be refused from now on, 0 for none */
    uint64_t allocated; /* successful allocate calls */
    uint64_t freed;
    uint64_t constructed; /* successful construct calls */
    uint64_t destructed;
    void *free_order[BACKING_RECORD];
    unsigned pool_type; /* of the last allocate call */
    size_t size;
    uint32_t tag;
    lookaside_list *list; /* of the last call of any callback */
};

/* All callbacks take a struct backing as their context. */
void *backing_allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *list,
                       void *context);
void backing_free(void *entry, lookaside_list *list, void *context);
int backing_construct(void *entry, lookaside_list *list, void *context);
void backing_destruct(void *entry, lookaside_list *list, void *context);

/* Like backing_allocate and backing_free, over the list's own slabs. */
void *slab_backing_allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *list,
                            void *context);
void slab_backing_free(void *entry, lookaside_list *list, void *context);

/* Options with allocate and free set to the backing's. */
lookaside_options backing_options(struct backing *backing);

#ifdef __cplusplus
}
#endif

#endif
