/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The lock of os.h: a word of two flags and a count.
 *
 *     31                                        2       1         0
 *     +-----------------------------------------+---------+-------+
 *     | how often it was given back             | waiters | held  |
 *     +-----------------------------------------+---------+-------+
 *
 * Taking and giving back a lock that nobody waits for is one atomic operation each and no system
 * call. The system is asked only to sleep until the word changes, and to wake a sleeper: a futex on
 * Linux, WaitOnAddress on Windows. The lock has no owner, so a forked child may unlock what the
 * forking thread held.
 *
 * Whoever sets out to sleep sets the flag for waiters, and whoever comes out of a sleep takes the
 * lock with the flag set, since there may be other sleepers; so a wake-up may be one too many, but
 * none is ever missing. Giving back clears both flags. While the lock is held, nobody changes the
 * count, and nobody but the holder clears a flag: the holder knows the word that it leaves behind.
 *
 * The count is for those who look from outside and cannot take the lock: what they read between two
 * looks at the same word, not held, is as one holder left it. It goes round after 2^30 times, which
 * is not to be met by chance between two looks. */
#include "os.h"

enum { LOCK_HELD = 1, LOCK_WAITERS = 2, LOCK_FLAGS = LOCK_HELD | LOCK_WAITERS };

/* A section under a lock takes a tenth of a microsecond, a sleep and a wake-up tens of them: look
 * again for about two microseconds, then let others run, and sleep only behind a holder that does
 * not. */
#define LOOKS 50
#define YIELDS 10

/* Sets flags; returns whether the lock was free and is the caller's now. */
static bool take(struct os_lock *lock, uint32_t flags)
{
    return (__atomic_fetch_or(&lock->word, flags, __ATOMIC_ACQUIRE) & LOCK_HELD) == 0;
}

/* Leaves the cache line alone while the lock is held. */
static bool try_lock(struct os_lock *lock)
{
    return (__atomic_load_n(&lock->word, __ATOMIC_RELAXED) & LOCK_HELD) == 0 &&
           take(lock, LOCK_HELD);
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
    while (!take(lock, LOCK_FLAGS)) {
        /* Its count may have moved on meanwhile: then it is looked at again. */
        uint32_t word = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);
        if ((word & LOCK_FLAGS) == LOCK_FLAGS) {
            os_sleep_on(&lock->word, word);
        }
    }
}

void os_lock(struct os_lock *lock)
{
    if (!take(lock, LOCK_HELD)) {
        lock_contended(lock);
    }
}

void os_unlock(struct os_lock *lock)
{
    uint32_t word = __atomic_load_n(&lock->word, __ATOMIC_RELAXED);
    uint32_t given_back = (word | LOCK_FLAGS) + 1; /* carries over the flags into the count */

    if ((__atomic_exchange_n(&lock->word, given_back, __ATOMIC_RELEASE) & LOCK_WAITERS) != 0) {
        os_wake_one(&lock->word);
    }
}
