/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The operating system, on Linux with glibc or musl.
 *
 * Memory is given to an address when it is touched (MAP_NORESERVE), so reserving is mapping, and
 * there is nothing to commit.
 *
 * Errors of the system are reduced to what the caller can act on; errno is left as it was, because
 * a program may look at it after a call to the hit path's neighbours. */
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

void *os_reserve(size_t size, size_t alignment)
{
    return os_map(size, alignment);
}

bool os_commit(void *base, size_t size)
{
    (void)base;
    (void)size;
    return true;
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

/* ---- what locks are made of ---- */

static void futex(uint32_t *word, int operation, uint32_t value)
{
    int saved_errno = errno;

    (void)syscall(SYS_futex, word, operation | FUTEX_PRIVATE_FLAG, value, NULL, NULL, 0);
    errno = saved_errno;
}

void os_sleep_on(uint32_t *word, uint32_t value)
{
    futex(word, FUTEX_WAIT, value);
}

void os_wake_one(uint32_t *word)
{
    futex(word, FUTEX_WAKE, 1);
}

void os_yield(void)
{
    (void)sched_yield();
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

uint64_t os_thread_identity(void)
{
    return (uint64_t)pthread_self();
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
