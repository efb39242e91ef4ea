/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The pool, for the rooms above. */
#ifndef WDK_POOL_ROOM_H
#define WDK_POOL_ROOM_H

#include <wdk/pool.h>

#include "pool_block.h"

/* Whether code could run in memory of this type: nonpaged, not Nx, and the driver has not opted
 * out. */
BOOLEAN pool_is_executable(ULONG type);

/* Bugcheck 0xC6 when something was written to a block that was freed not long ago. */
void pool_check_freed(void);

/* For the unloading of a driver: what it has left behind. */
struct pool_leaks {
    ULONGLONG blocks;
    ULONGLONG bytes;
    ULONG tag;    /* of one of the blocks */
    void *caller; /* the call in the driver that allocated it */
};
struct pool_leaks pool_leaks_of(void *owner);

/* The same by tag and calls, on standard error. */
void pool_print_leaks_of(void *owner);

/* The end of its responsibility for them; they stay allocated. */
void pool_disown(void *owner);

#endif
