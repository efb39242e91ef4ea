/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Where a list's entries come from and go to: its slabs, or the user's callbacks. */
#ifndef LA_BACKING_H
#define LA_BACKING_H

#include <stddef.h>
#include <stdint.h>

#include "list.h"

/* One entry, constructed; no lock held. NULL when there is none: *failure says why. */
void *backing_get(struct lookaside_state *list, lookaside_status *failure);

/* The same, but never from the reserve. */
void *backing_get_new(struct lookaside_state *list, lookaside_status *failure);

/* An entry that was put back and is none, or is free already; entry is NULL when there was no such. */
struct fault {
    enum slab_verdict verdict;
    void *entry;
};

/* Puts back entries[0..count), the last one first. They have left the cache and are counted in
 * *counter, a counter of the list's cache; a fault is taken out of it and of the frees again.
 *
 * _locked: for a plain_free list, with its lock held, so that leaving the cache and arriving in the
 * slabs are one step; tells the first fault, which is reported once the lock is given back.
 * The other: no lock held, any list. */
void backing_put_locked(struct lookaside_state *list, void *const *entries, size_t count,
                        uint64_t *counter, struct fault *fault);
void backing_put(struct lookaside_state *list, void *const *entries, size_t count,
                 uint64_t *counter);

/* Bugchecks if there was a fault. No lock held. */
void backing_report(struct lookaside_state *list, const struct fault *fault);

#endif
