/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Which timers and DPCs the system still has in its hands, and whose they are. */
#ifndef WDK_PENDING_H
#define WDK_PENDING_H

#include <wdk/types.h>

/* The first parameter of bugcheck 0xC7. */
enum pending_kind { PENDING_TIMER = 0, PENDING_DPC = 1 };

/* Notes an object, its owner, and the calls that led here. */
void pending_add(enum pending_kind kind, const void *object, SIZE_T size, void *owner);

/* Forgets it; its owner, or NULL. */
void *pending_remove(const void *object);

/* The owner of an object that is noted. */
void *pending_owner(const void *object);

/* Bugcheck 0xC7 when one of them lies at least in part in these bytes, which are about to become
 * something else. No lock may be held. */
void pending_check(const void *start, SIZE_T size, const char *what);

/* One of this owner's objects of a kind, or NULL; how many there are; all of them, with the calls,
 * on standard error. */
const void *pending_first(enum pending_kind kind, const void *owner);
ULONG pending_count(enum pending_kind kind, const void *owner);
void pending_print(const void *owner);

#endif
