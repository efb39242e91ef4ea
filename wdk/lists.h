/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* All live lists: what the kernel keeps for its tuner, and Driver Verifier for its checks. */
#ifndef WDK_LISTS_H
#define WDK_LISTS_H

#include <wdk/inspect.h>

/* Puts a list at the tail of the paged or the nonpaged ones, with the current owner and calls.
 * Bugcheck 0x139 when a link of the chain was overwritten. */
void lists_add(PGENERAL_LOOKASIDE_POOL list, BOOLEAN paged);

/* Takes it out. FALSE when it was not there. */
BOOLEAN lists_remove(PGENERAL_LOOKASIDE_POOL list);

BOOLEAN lists_contain(const GENERAL_LOOKASIDE_POOL *list);

/* A live list that lies at least in part in these bytes, or NULL. */
PGENERAL_LOOKASIDE_POOL lists_inside(const void *start, SIZE_T size);

/* Calls visit for each paged, or nonpaged, list in the order of their initialisation, under the
 * lock of this room: visit calls nothing above it. */
typedef void lists_visitor(PGENERAL_LOOKASIDE_POOL list);
void lists_visit(BOOLEAN paged, lists_visitor *visit);

/* For the unloading of a driver: how many lists it has left behind; those, one a line with the
 * calls that initialised it, on standard error; and the end of its responsibility for them. A list
 * that is disowned is forgotten: its memory may go. */
ULONG lists_count_of(void *owner);
void lists_print_of(void *owner);
void lists_disown(void *owner);

#endif
