/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Takes a bare entry from a list of objects.
 * Refused: inaccessible | is a private member | is not accessible */
#include <lookaside/lookaside.hpp>

void *take(lookaside::object_list<int> &objects, lookaside::list &entries)
{
#if defined(MISTAKE)
    (void)entries;
    return objects.try_alloc();
#else
    (void)objects;
    return entries.try_alloc();
#endif
}
