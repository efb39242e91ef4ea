/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The lock of os.h: a word with three states, free, held, and held with waiters. Taking and giving
 * back a lock that nobody waits for is one atomic operation each and no system call. The system is
 * asked only to sleep until the word changes, and to wake a sleeper: a futex on Linux,
 * WaitOnAddress on Windows. It has no owner, so a forked child may unlock what the forking thread
 * held.
 *
 * Whoever sleeps leaves the word at "held with waiters", and whoever comes out of a sleep takes the
 * lock in that state, since there may be other sleepers; so a wake-up may be one too many, but none
 * is ever missing. */
#include "os.h"

enum { LOCK_FREE = 0, LOCK_HELD = 1, LOCK_HELD_WITH_WAITERS = 2 };

/* A section under a lock takes a tenth of a microsecond, a sleep and a wake-up tens of them: look
 * again for about two microseconds, then let others run, and sleep only behind a holder that does
 * not. */
#define LOOKS 50
#define YIELDS 10

static bool try_lock(struct os_lock *lock)
{
    uint32_t expected = LOCK_FREE;

    return __atomic_load_n(&lock->word, __ATOMIC_RELAXED) == LOCK_FREE &&
           __atomic_compare_exchange_n(&lock->word, &expected, LOCK_HELD, false, __ATOMIC_ACQUIRE,
                                       __ATOMIC_RELAXED);
}

static void pause_cpu(void)
{
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("isb");
#endif
}

static void lock_contended(struct os_lock *lock)
{
    for (int i = 0; i < LOOKS; i++) {
        pause_cpu();
        if (try_lock(lock)) {
            return;
        }
    }
    for (int i = 0; i < YIELDS; i++) {
        os_yield();
        if (try_lock(lock)) {
            return;
        }
    }
    while (__atomic_exchange_n(&lock->word, LOCK_HELD_WITH_WAITERS, __ATOMIC_ACQUIRE) !=
           LOCK_FREE) {
        os_sleep_on(&lock->word, LOCK_HELD_WITH_WAITERS);
    }
}

void os_lock(struct os_lock *lock)
{
    uint32_t expected = LOCK_FREE;

    if (!__atomic_compare_exchange_n(&lock->word, &expected, LOCK_HELD, false, __ATOMIC_ACQUIRE,
                                     __ATOMIC_RELAXED)) {
        lock_contended(lock);
    }
}

void os_unlock(struct os_lock *lock)
{
    if (__atomic_exchange_n(&lock->word, LOCK_FREE, __ATOMIC_RELEASE) == LOCK_HELD_WITH_WAITERS) {
        os_wake_one(&lock->word);
    }
}
