/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What unload asks about work items. */
#ifndef WDK_WORK_ITEM_ROOM_H
#define WDK_WORK_ITEM_ROOM_H

#include <wdk/types.h>

/* Lets this owner's work come to its end: what runs, and what is queued with a reference to its
 * object. Gives up after two seconds. */
void work_item_settle(const void *owner);

/* How much of this owner's work is queued or runs. */
ULONG work_item_count(const void *owner);

#endif
