/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The hit path as functions, for callers that cannot inline it: other languages, and C compiled
 * with LOOKASIDE_NO_INLINE. */
#define LOOKASIDE_NO_INLINE
#include <lookaside/lookaside.h>

void *lookaside_alloc(lookaside_list *list)
{
    return lookaside_alloc_at(list, list->magazine);
}

void lookaside_free(lookaside_list *list, void *entry)
{
    lookaside_free_at(list, list->magazine, entry);
}
