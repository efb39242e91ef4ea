/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The operating system, on Linux with glibc or musl.
 *
 * The lock is a futex with three states: free, held, held with waiters. Taking and giving back a lock
 * that nobody waits for is one atomic operation each and no system call. It has no owner, so a
 * forked child may unlock what the forking thread held.
 *
 * Errors of the system are reduced to what the caller can act on; errno is left as it was, because a
 * program may look at it after a call to the hit path's neighbours. */
#define _GNU_SOURCE
#include "os.h"

#include <errno.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* ---- pages ---- */

size_t os_page_size(void)
{
    static size_t cached;
    size_t size = __atomic_load_n(&cached, __ATOMIC_RELAXED);

    if (size == 0) {
        size = (size_t)sysconf(_SC_PAGESIZE);
        __atomic_store_n(&cached, size, __ATOMIC_RELAXED);
    }
    return size;
}

size_t os_memory_size(void)
{
    return (size_t)sysconf(_SC_PHYS_PAGES) * os_page_size();
}

static char *map_anywhere(size_t size)
{
    int saved_errno = errno;
    void *base = mmap(NULL, size, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    errno = saved_errno;
    return base == MAP_FAILED ? NULL : base;
}

void *os_map(size_t size, size_t alignment)
{
    if (alignment <= os_page_size()) {
        return map_anywhere(size);
    }
    /* Map enough for any placement, then cut off both ends. */
    char *wide = map_anywhere(size + alignment);
    if (wide == NULL) {
        return NULL;
    }
    size_t before = (size_t)(-(uintptr_t)wide & (alignment - 1));
    if (before != 0) {
        os_unmap(wide, before);
    }
    os_unmap(wide + before + size, alignment - before);
    return wide + before;
}

void os_unmap(void *base, size_t size)
{
    int saved_errno = errno;

    if (munmap(base, size) != 0) {
        /* The system ran out of mappings to split: the pages at least go back. */
        (void)madvise(base, size, MADV_DONTNEED);
    }
    errno = saved_errno;
}

void os_release(void *base, size_t size)
{
    int saved_errno = errno;

    (void)madvise(base, size, MADV_DONTNEED);
    errno = saved_errno;
}

void os_prefer_huge(void *base, size_t size)
{
    int saved_errno = errno;

    (void)madvise(base, size, MADV_HUGEPAGE);
    errno = saved_errno;
}

bool os_lock_pages(void *base, size_t size)
{
    int saved_errno = errno;
    bool locked = mlock(base, size) == 0;

    if (!locked) {
        (void)munlock(base, size);
    }
    errno = saved_errno;
    return locked;
}

void os_unlock_pages(void *base, size_t size)
{
    int saved_errno = errno;

    (void)munlock(base, size);
    errno = saved_errno;
}

/* ---- locks ---- */

enum { LOCK_FREE = 0, LOCK_HELD = 1, LOCK_HELD_WITH_WAITERS = 2 };

static void futex(uint32_t *word, int operation, uint32_t value)
{
    int saved_errno = errno;

    (void)syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
    errno = saved_errno;
}

/* A section under a lock takes a tenth of a microsecond, a sleep and a wake-up tens of them: look again
 * for about two microseconds, then let others run, and sleep only behind a holder that does not. */
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
        (void)sched_yield();
        if (try_lock(lock)) {
            return;
        }
    }
    while (__atomic_exchange_n(&lock->word, LOCK_HELD_WITH_WAITERS, __ATOMIC_ACQUIRE) !=
           LOCK_FREE) {
        futex(&lock->word, FUTEX_WAIT, LOCK_HELD_WITH_WAITERS);
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
        futex(&lock->word, FUTEX_WAKE, 1);
    }
}

/* ---- threads, fork, time ---- */

static pthread_once_t exit_key_once = PTHREAD_ONCE_INIT;
static pthread_key_t exit_key;
static bool exit_key_made;
static void (*exit_run)(void *);

static void make_exit_key(void)
{
    exit_key_made = pthread_key_create(&exit_key, exit_run) == 0;
}

bool os_thread_at_exit(void (*run)(void *), void *argument)
{
    __atomic_store_n(&exit_run, run, __ATOMIC_RELAXED);
    (void)pthread_once(&exit_key_once, make_exit_key);
    return exit_key_made && pthread_setspecific(exit_key, argument) == 0;
}

bool os_at_fork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
    return pthread_atfork(prepare, parent, child) == 0;
}

uint64_t os_milliseconds(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC_COARSE, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

/* ---- the end ---- */

void os_write_error(const char *text, size_t length)
{
    while (length != 0) {
        ssize_t written = write(STDERR_FILENO, text, length);
        if (written < 0 && errno != EINTR) {
            return;
        }
        if (written > 0) {
            text += written;
            length -= (size_t)written;
        }
    }
}

void os_abort(void)
{
    abort();
}
