/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Threads that use lists, each with its table of magazines; and the places in the tables. */
#ifndef LA_THREAD_H
#define LA_THREAD_H

#include <stdbool.h>
#include <stddef.h>

#include <lookaside/hit_path.h>

#include "inspection.h"

/* Sets what is done with the magazines of a thread that ended: called for each one that has an
 * account, by that thread, with the threads' lock held; it leaves the magazine all zero. Once. */
void threads_init(void (*retire)(struct lookaside_magazine *magazine));

/* Gives the calling thread a table. After this, lookaside_thread_magazines is its own, unless there
 * is no memory or the thread is ending: then it is still the common one, whose magazines are empty
 * for ever. Returns whether it is its own. */
bool thread_has_table(void);

/* Notes that the calling thread uses the magazine at the offset. It has a table. */
void thread_uses(size_t offset);

/* A place for a list's magazines in every table: its offset, or 0 when there are too many lists;
 * then the list works without magazines. */
size_t thread_place_take(void);

/* Frees a place. The magazines at it are all zero in every table. Ignores 0. */
void thread_place_give_back(size_t offset);

/* The lock that a thread's end holds; for those who touch the magazines of other threads. */
void threads_lock(void);
void threads_unlock(void);

/* All threads, and what their records consist of, for tools. */
extern struct threads all_threads;
extern struct inspection_record threads_record, thread_record;

/* In a forked child, with no lock held: retires the threads that were not copied. */
void threads_after_fork_in_child(void);

#endif
