/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The registry of one copy: which lists there are. */
#ifndef INSPECT_LISTS_H
#define INSPECT_LISTS_H

#include "target.h"

struct lists {
    uint64_t *addresses; /* of the lists' records, the one initialised last first */
    size_t count, capacity;
    uint64_t lock; /* the registry's, when its chain was found */
};

/* Returns false, and *error tells why, when the registry cannot be read; the lists are to be freed
 * all the same. */
bool lists_find(struct lists *lists, struct inspect_target *target, const struct copy *copy,
                struct inspect_error *error);
void lists_free(struct lists *lists);

/* The registry's lock as it is now; held if it cannot be read. */
uint64_t lists_lock(struct inspect_target *target, const struct copy *copy);

/* Whether no list came or went since. */
bool lists_stood_still(const struct lists *lists, struct inspect_target *target,
                       const struct copy *copy);

/* Whether the handle that a list's record names leads back to it, with the right seal. */
bool lists_leads_back(struct inspect_target *target, const struct copy *copy,
                      const struct record *list);

/* Whether entries come from, go to, or are prepared by the user's callbacks. */
bool lists_has_callbacks(const struct record *list);

#endif
