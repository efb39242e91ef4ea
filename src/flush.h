/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Cached entries back to the backing. No lock held. */
#ifndef LA_FLUSH_H
#define LA_FLUSH_H

#include "backing.h"
#include "list.h"

/* Gives back what is reachable (the account's magazine and the depot) until keep entries are left.
 * account may be NULL. */
void flush_down_to(struct lookaside_state *list, struct account *account, uint64_t keep);

/* Empties the calling thread's magazine if a flush has asked for it. */
void flush_if_asked(struct lookaside_state *list, struct account *account);

/* Gives back a magazine that was taken out of the cache, with its entries, which count as free
 * misses; NULL is ignored. In two steps around giving back the lock: the first counts, and gives
 * plain entries back at once; what it returns is for the second, which may call callbacks. */
struct magazine *give_back_begin_locked(struct lookaside_state *list, struct magazine *magazine,
                                        struct fault *fault);
void give_back_end(struct lookaside_state *list, struct magazine *magazine,
                   const struct fault *fault);

/* Gives back the reserve of a list that is not plain_alloc, down to count entries. */
void flush_reserve(struct lookaside_state *list, uint64_t count);

#endif
