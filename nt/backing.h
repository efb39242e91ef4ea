/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The border to the pool or the user's callbacks. */
#ifndef LA_BACKING_H
#define LA_BACKING_H

#include <lookaside/lookaside.h>

/* What the kernel's list is to call for entries, given the options: our routines, or NULL for the
 * kernel's defaults. */
PALLOCATE_FUNCTION_EX backing_allocate_routine(const lookaside_options *options);
PFREE_FUNCTION_EX backing_free_routine(const lookaside_options *options);

/* One entry from the backing, past the cache and its counters; NULL when it has none. */
void *backing_take(lookaside_list *list);

/* An entry that is not in the cache goes to the backing. */
void backing_give(lookaside_list *list, void *entry);

/* Why the backing had nothing, the last time. */
lookaside_status backing_failure(const lookaside_list *list);

#endif
