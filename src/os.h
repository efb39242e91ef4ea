/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the engine needs of an operating system: pages, locks, a thread's end, a clock. One
 * implementation per system, chosen by the build; tests link one that lies.
 *
 * Sizes are in bytes. Base addresses and sizes are multiples of the OS page, unless said otherwise.
 * Every call may be made by any thread; those about pages and locks leave errno (on Windows: the
 * last error) as it was. None of them calls malloc but os_thread_at_exit and os_at_fork, through
 * the C library.
 *
 * Addresses and memory are two things. Linux gives memory to an address when it is touched; Windows
 * wants to promise it first (it commits it), and counts what it has promised. So whoever maps much
 * more than it will use reserves the addresses, and commits them as it goes. */
#ifndef LA_OS_H
#define LA_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The OS page, for instance 4096 or 65536. */
size_t os_page_size(void);

/* The memory of the machine; nothing larger can be made resident. */
size_t os_memory_size(void);

/* Maps zeroed memory, not resident until touched, at a multiple of alignment (a power of two).
 * Returns NULL when the system has none. */
void *os_map(size_t size, size_t alignment);

/* Reserves addresses as os_map does, with no memory behind them: they may not be touched. */
void *os_reserve(size_t size, size_t alignment);

/* Puts zeroed memory, not resident until touched, behind reserved addresses; where there is memory
 * already, it stays as it is. base and size may be any: every OS page that they touch is committed.
 * Returns false when the system has none; then none of it may be touched that had no memory before. */
bool os_commit(void *base, size_t size);

/* Unmaps what os_map or os_reserve returned, the whole of it. */
void os_unmap(void *base, size_t size);

/* Gives the pages back, and leaves the addresses reserved. */
void os_release(void *base, size_t size);

/* Asks for huge pages where the system offers them. A hint. */
void os_prefer_huge(void *base, size_t size);

/* Makes pages resident and keeps them so. Returns false when the system or a limit refuses. */
bool os_lock_pages(void *base, size_t size);
void os_unlock_pages(void *base, size_t size);

/* A lock; all zero is unlocked. Waiters sleep. A forked child may unlock what its parent held. The
 * same on every system (os_lock.c, which also tells what tools may read in the word), over the three
 * calls below. */
struct os_lock {
    uint32_t word;
};

void os_lock(struct os_lock *lock);
void os_unlock(struct os_lock *lock);

/* For os_lock.c: sleeps while the word has the value, until somebody wakes a sleeper; may return at
 * any time. Wakes one that sleeps on the word. Lets other threads run. */
void os_sleep_on(uint32_t *word, uint32_t value);
void os_wake_one(uint32_t *word);
void os_yield(void);

/* Calls run(argument) when the calling thread ends, unless the process ends first, or the thread is
 * killed from outside where a system can do that. The first call of the process fixes run. Returns
 * false when the system cannot promise it. */
bool os_thread_at_exit(void (*run)(void *), void *argument);

/* The calling thread as debuggers name it: its pthread_self, on Windows its number. */
uint64_t os_thread_identity(void);

/* Calls the three around every fork: before it, after it in the parent, after it in the child.
 * Returns false when the system cannot promise it; where there is no fork, there is nothing to
 * promise. */
bool os_at_fork(void (*prepare)(void), void (*parent)(void), void (*child)(void));

/* A clock that never goes back, in milliseconds, cheap and coarse (4 to 16 ms). */
uint64_t os_milliseconds(void);

/* Writes to standard error, without a buffer. */
void os_write_error(const char *text, size_t length);

/* Ends the process abnormally. */
_Noreturn void os_abort(void);

#endif
