/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Time for the tuner, and what the pool and the lists hold. */
#ifndef WDK_INSPECT_H
#define WDK_INSPECT_H

#include <wdk/lookaside.h>

WDK_BEGIN

/* ---- The tuner ---------------------------------------------------------------------------------- */

/* One second of the kernel's balance set manager: it looks at the nonpaged lists in the first, at
 * the paged ones in the second, at its own in the third second, and so on. Three ticks visit each
 * driver's list once. Any thread. */
void wdk_tick(void);

/* wdk_tick() once a second from a thread of its own. Starting twice or stopping twice does nothing. */
void wdk_tuner_start(void);
void wdk_tuner_stop(void);

/* ---- The lists ---------------------------------------------------------------------------------- */

/* Live lists: initialised, not yet deleted. */
ULONG wdk_list_count(void);

/* As Driver Verifier's special pool: lists initialised from now on have depth 0 and maximum depth
 * 0xFFFF, so that every call reaches the pool, where faults are found at once. */
void wdk_lists_pass_through(BOOLEAN on);

/* ---- The pool ----------------------------------------------------------------------------------- */

/* What one tag has in one kind of pool. */
typedef struct wdk_pool_usage {
    ULONG tag;
    BOOLEAN paged;
    ULONGLONG allocations;
    ULONGLONG frees;
    ULONGLONG bytes; /* now */
} wdk_pool_usage;

/* Calls visit for each tag, sorted by tag, nonpaged before paged; no lock is held. */
typedef void wdk_pool_visitor(const wdk_pool_usage *usage, void *context);
void wdk_pool_visit(wdk_pool_visitor *visit, void *context);

/* The same as a table in poolmon's layout, on standard output; in parentheses, what has changed
 * since the last table. */
void wdk_pool_print(void);

/* Whether AddressSanitizer or valgrind watches the program. Reads and writes behind a block, of a
 * freed one, and of an entry that lies free in a list are then reported by it, at once, and not by
 * the pool. */
BOOLEAN wdk_memory_is_watched(void);

/* Blocks that are allocated now: of one tag, or with tag 0 of all. */
ULONGLONG wdk_pool_blocks(ULONG tag);

WDK_END

#endif
