/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What stands behind a list in a check: allocate and free routines that note how they are called.
 *
 * There is one backing, because routines of a legacy list have no way to tell their lists apart;
 * checks run one at a time. backing_reset() at the start of a check makes it forget. */
#ifndef CONFORMANCE_BACKING_H
#define CONFORMANCE_BACKING_H

#include "world.h"

#define BACKING_TAG 'kcaB'
#define BACKING_FREES_KEPT 64

struct backing {
    /* What the routines are to do. */
    BOOLEAN fail;          /* allocate returns NULL */
    NTSTATUS raise;        /* allocate raises this, if it is a failure */
    PVOID hand_out;        /* allocate returns this once, instead of pool memory */
    SLIST_HEADER *watched; /* free notes how many entries this list has */
    BOOLEAN crowded;       /* several threads come: blocks are zeroed, and calls only counted */

    /* What happened. */
    LONG allocations; /* blocks given */
    LONG frees;       /* blocks taken back */
    POOL_TYPE type;
    SIZE_T size;
    ULONG tag;
    PVOID allocate_list; /* of an Ex list's routines */
    PVOID free_list;
    KIRQL irql;                      /* of the last call */
    USHORT depth_seen;               /* of the watched list at the last free */
    PVOID given;                     /* the last block given */
    PVOID freed[BACKING_FREES_KEPT]; /* the first blocks taken back, in order */
};

extern struct backing backing;
void backing_reset(void);

PVOID NTAPI backing_allocate(POOL_TYPE type, SIZE_T size, ULONG tag);
VOID NTAPI backing_free(PVOID block);
PVOID NTAPI backing_allocate_ex(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX list);
VOID NTAPI backing_free_ex(PVOID block, PLOOKASIDE_LIST_EX list);

#endif
