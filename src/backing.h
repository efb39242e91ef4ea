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

/* Destructs and gives back entries[0..count), the last one first; no lock held. Each one that is
 * taken is added to *counter, a counter of the list's cache. One that is not an entry of the list,
 * or is free already, is a bugcheck and counts as not freed. */
void backing_put(struct lookaside_state *list, void *const *entries, size_t count, uint64_t *counter);

#endif
