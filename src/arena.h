/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Runs of memory for slabs, and whose they are. */
#ifndef LA_ARENA_H
#define LA_ARENA_H

#include <stdbool.h>
#include <stddef.h>

#define ARENA_GRANULE ((size_t)1 << 10) /* the smallest run */
#define ARENA_CHUNK ((size_t)4 << 20) /* what is mapped at once; the largest run that shares one */

/* The size of the run that serves size bytes: a power of two from a granule to a chunk, or whole
 * chunks. */
size_t arena_run_size(size_t size);

/* A run of size bytes (an arena_run_size), aligned to its size or to a chunk, belonging to owner,
 * who is not NULL. Its content is anything. huge: ask the system for huge pages (whole chunks
 * only). Returns NULL when there is no memory. Any thread. */
void *arena_alloc(size_t size, void *owner, bool huge);

/* Gives a run back. Returns how many of its bytes the system has back now. Any thread. */
size_t arena_free(void *run, size_t size);

/* The owner of the run that an address lies in; NULL when it lies in none. Any address, any thread,
 * no lock: the answer is reliable while the run cannot be freed. */
void *arena_owner(const void *address);

/* Gives back the addresses of a chunk that was kept in hand. Any thread. */
void arena_trim(void);

/* Around a fork: nobody is inside between the two. */
void arena_before_fork(void);
void arena_after_fork(void);

#endif
