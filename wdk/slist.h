/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The SLIST room's border towards the lists. */
#ifndef WDK_SLIST_ROOM_H
#define WDK_SLIST_ROOM_H

#include <wdk/lookaside.h>

/* Says that the header is that of a lookaside list, whose entries are L.Size bytes: where
 * AddressSanitizer or valgrind watches, its free entries become forbidden ground. */
void slist_belongs_to_lookaside(PSLIST_HEADER head);

/* Whether the entry is on the stack now. Takes a time in proportion to the depth. */
BOOLEAN slist_contains(PSLIST_HEADER head, const void *entry);

#endif
