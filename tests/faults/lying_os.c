/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* See lying_os.h. */
#include "lying_os.h"

#include "meta.h"
#include "os.h"

static struct lying_os honest;
struct lying_os *lying_os = &honest;

void *real_map(size_t size, size_t alignment) __asm__("__real_os_map");
void *lying_map(size_t size, size_t alignment) __asm__("__wrap_os_map");
void *real_reserve(size_t size, size_t alignment) __asm__("__real_os_reserve");
void *lying_reserve(size_t size, size_t alignment) __asm__("__wrap_os_reserve");
bool real_commit(void *base, size_t size) __asm__("__real_os_commit");
bool lying_commit(void *base, size_t size) __asm__("__wrap_os_commit");
void real_unmap(void *base, size_t size) __asm__("__real_os_unmap");
void counting_unmap(void *base, size_t size) __asm__("__wrap_os_unmap");
bool real_lock_pages(void *base, size_t size) __asm__("__real_os_lock_pages");
bool lying_lock_pages(void *base, size_t size) __asm__("__wrap_os_lock_pages");
bool real_at_exit(void (*run)(void *), void *argument) __asm__("__real_os_thread_at_exit");
bool lying_at_exit(void (*run)(void *), void *argument) __asm__("__wrap_os_thread_at_exit");
void *real_meta_alloc(size_t size) __asm__("__real_meta_alloc");
void *lying_meta_alloc(size_t size) __asm__("__wrap_meta_alloc");

/* Whether this call is one to fail. */
static bool lie(enum lie about)
{
    if (lying_os->about != about) {
        return false;
    }
    size_t call = __atomic_add_fetch(&lying_os->calls, 1, __ATOMIC_RELAXED);
    size_t at = lying_os->fail_at;
    if (at == 0 || call < at || (call > at && !lying_os->from_then_on)) {
        return false;
    }
    __atomic_add_fetch(&lying_os->failures, 1, __ATOMIC_RELAXED);
    return true;
}

void stop_lying(void)
{
    lying_os->fail_at = 0;
}

static void *counted(void *base, size_t size)
{
    if (base != NULL) {
        __atomic_add_fetch(&lying_os->mapped, size, __ATOMIC_RELAXED);
    }
    return base;
}

void *lying_map(size_t size, size_t alignment)
{
    return counted(lie(LIE_MAP) ? NULL : real_map(size, alignment), size);
}

void *lying_reserve(size_t size, size_t alignment)
{
    return counted(lie(LIE_RESERVE) ? NULL : real_reserve(size, alignment), size);
}

bool lying_commit(void *base, size_t size)
{
    return !lie(LIE_COMMIT) && real_commit(base, size);
}

void counting_unmap(void *base, size_t size)
{
    __atomic_sub_fetch(&lying_os->mapped, size, __ATOMIC_RELAXED);
    real_unmap(base, size);
}

bool lying_lock_pages(void *base, size_t size)
{
    return !lie(LIE_LOCK_PAGES) && real_lock_pages(base, size);
}

bool lying_at_exit(void (*run)(void *), void *argument)
{
    return !lie(LIE_THREAD_AT_EXIT) && real_at_exit(run, argument);
}

void *lying_meta_alloc(size_t size)
{
    return lie(LIE_META_ALLOC) ? NULL : real_meta_alloc(size);
}
