/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What both families of lists have in common. A legacy list begins as a GENERAL_LOOKASIDE_POOL. */
#ifndef WDK_LOOKASIDE_ROOM_H
#define WDK_LOOKASIDE_ROOM_H

#include "lists.h"

#define COMMON(lookaside) ((PGENERAL_LOOKASIDE_POOL)(PVOID)(lookaside))

/* Before a list is initialised: raises for a misaligned one, as the kernel does, then Driver
 * Verifier's checks: IRQL, twice, memory that the list may not lie in, entries too small,
 * executable pool. */
void lookaside_check_new(PGENERAL_LOOKASIDE_POOL list, ULONG type, SIZE_T size, ULONG tag,
                         const char *routine);

/* Behind an initialisation: puts the list among the live ones. */
void lookaside_begin(PGENERAL_LOOKASIDE_POOL list);

/* Before a list's end: takes it out of them. Bugcheck 0xC4/0xCB when it was not there. */
void lookaside_end(PGENERAL_LOOKASIDE_POOL list, const char *routine);

/* Bugcheck 0xC4/0xCB for what is no live list, 0xC4/0x20006 for a paged list above APC_LEVEL, 0xA
 * for any list above DISPATCH_LEVEL. */
void lookaside_check_use(PGENERAL_LOOKASIDE_POOL list, const char *routine);

/* The half of allocate and free that comes before the driver's routines: counts; gives a cached
 * entry, or NULL for a miss; caches the entry, or FALSE for a miss. */
PVOID lookaside_take(PGENERAL_LOOKASIDE_POOL list, const char *routine);
BOOLEAN lookaside_keep(PGENERAL_LOOKASIDE_POOL list, PVOID entry, const char *routine);

#endif
