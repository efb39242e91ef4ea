/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* malloc and its family, as the recorded program sees them.
 *
 * Each hook calls the function that the program would have reached without the recorder (the C
 * library's, or that of an allocator the program is linked with) and returns what it returned.
 * C++'s new and delete come through here because they call malloc and free.
 *
 * An allocation is told after it was made, a free before it is done: so whoever sees the two in
 * order of time sees a block's free before the next use of its address, in any thread.
 *
 * The real functions are found at the first call. Finding them may allocate; that is served from a
 * small static arena whose blocks are never given back. */
#include "record.h"

#include <dlfcn.h>
#include <errno.h>
#include <stdalign.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HOOK __attribute__((visibility("default"), noinline))
#define LIST_ALIGNMENT 16u
#define BOOTSTRAP_SIZE 65536u

static struct {
    void *(*malloc)(size_t);
    void *(*calloc)(size_t, size_t);
    void *(*realloc)(void *, size_t);
    void (*free)(void *);
    void *(*aligned_alloc)(size_t, size_t);
    void *(*memalign)(size_t, size_t);
    int (*posix_memalign)(void **, size_t, size_t);
    void *(*valloc)(size_t);
    void *(*pvalloc)(size_t);
    size_t (*malloc_usable_size)(void *);
} real;

static _Atomic int resolved; /* 0 no, 1 under way, 2 yes */

/* ---- The static arena -------------------------------------------------------------------------- */

static alignas(LIST_ALIGNMENT) char bootstrap[BOOTSTRAP_SIZE];
static _Atomic size_t bootstrap_used;

static void *bootstrap_allocate(size_t size)
{
    size_t rounded = (size + LIST_ALIGNMENT - 1) & ~(size_t)(LIST_ALIGNMENT - 1);
    size_t start = atomic_fetch_add(&bootstrap_used, rounded);

    return size <= BOOTSTRAP_SIZE && start + rounded <= BOOTSTRAP_SIZE ? bootstrap + start : NULL;
}

static bool is_bootstrap(const void *block)
{
    return (const char *)block >= bootstrap && (const char *)block < bootstrap + BOOTSTRAP_SIZE;
}

/* Moves a block out of the arena; how large it was is not known, so up to the arena's end. */
static void *bootstrap_move(const void *block, size_t size)
{
    size_t most = (size_t)(bootstrap + BOOTSTRAP_SIZE - (const char *)block);
    void *moved = real.malloc(size);

    if (moved != NULL) {
        memcpy(moved, block, size < most ? size : most);
    }
    return moved;
}

/* ---- The real functions ------------------------------------------------------------------------ */

static void find(void *function, const char *name)
{
    void *address = dlsym(RTLD_NEXT, name);

    memcpy(function, &address, sizeof(address));
}

/* Only the first thread resolves; others cannot be running yet, unless a constructor made them. */
static void resolve(void)
{
    int none = 0;

    if (!atomic_compare_exchange_strong(&resolved, &none, 1)) {
        return;
    }
    find(&real.malloc, "malloc");
    find(&real.calloc, "calloc");
    find(&real.realloc, "realloc");
    find(&real.free, "free");
    find(&real.aligned_alloc, "aligned_alloc");
    find(&real.memalign, "memalign");
    find(&real.posix_memalign, "posix_memalign");
    find(&real.valloc, "valloc");
    find(&real.pvalloc, "pvalloc");
    find(&real.malloc_usable_size, "malloc_usable_size");
    atomic_store(&resolved, 2);
    record_begin();
}

/* Whether the real functions can be called. */
static inline bool ready(void)
{
    if (__builtin_expect(atomic_load_explicit(&resolved, memory_order_acquire) != 2, 0)) {
        resolve();
    }
    return atomic_load_explicit(&resolved, memory_order_acquire) == 2;
}

static __attribute__((constructor(101))) void load(void)
{
    ready();
}

/* ---- The hooks --------------------------------------------------------------------------------- */

HOOK void *malloc(size_t size)
{
    if (!ready()) {
        return bootstrap_allocate(size);
    }
    void *block = real.malloc(size);
    if (block != NULL) {
        record_allocation(EVENT_ALLOCATE, block, size, RECORD_CALLER());
    }
    return block;
}

HOOK void *calloc(size_t nmemb, size_t size)
{
    if (!ready()) {
        return bootstrap_allocate(nmemb * size); /* zero, since no block comes back */
    }
    void *block = real.calloc(nmemb, size);
    if (block != NULL) {
        record_allocation(EVENT_ALLOCATE_ZEROED, block, nmemb * size, RECORD_CALLER());
    }
    return block;
}

HOOK void free(void *ptr)
{
    if (ptr == NULL || is_bootstrap(ptr) || !ready()) {
        return;
    }
    record_free(EVENT_FREE, ptr);
    real.free(ptr);
}

/* A realloc is a free and an allocation. When it fails, the old block lives on: so it is told
 * again. */
static void *resize(void *old, size_t size, struct caller caller)
{
    if (!ready()) {
        return bootstrap_allocate(size);
    }
    if (old != NULL && is_bootstrap(old)) {
        return bootstrap_move(old, size);
    }
    size_t old_size = 0;
    if (old != NULL) {
        old_size = real.malloc_usable_size(old);
        record_free(EVENT_FREE_RESIZED, old);
    }
    void *block = real.realloc(old, size);
    if (block != NULL) {
        record_allocation(old != NULL ? EVENT_ALLOCATE_RESIZED : EVENT_ALLOCATE, block, size,
                          caller);
    } else if (old != NULL && size != 0) {
        record_allocation(EVENT_ALLOCATE_RESIZED, old, old_size, caller);
    }
    return block;
}

HOOK void *realloc(void *ptr, size_t size)
{
    return resize(ptr, size, RECORD_CALLER());
}

HOOK void *reallocarray(void *ptr, size_t nmemb, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(nmemb, size, &bytes)) {
        errno = ENOMEM;
        return NULL;
    }
    return resize(ptr, bytes, RECORD_CALLER());
}

static void aligned(const void *block, size_t alignment, size_t size, struct caller caller)
{
    if (block != NULL) {
        unsigned type = alignment > LIST_ALIGNMENT ? EVENT_ALLOCATE_ALIGNED : EVENT_ALLOCATE;
        record_allocation(type, block, size, caller);
    }
}

HOOK void *aligned_alloc(size_t alignment, size_t size)
{
    void *block = ready() ? real.aligned_alloc(alignment, size) : NULL;

    aligned(block, alignment, size, RECORD_CALLER());
    return block;
}

HOOK void *memalign(size_t alignment, size_t size)
{
    void *block = ready() ? real.memalign(alignment, size) : NULL;

    aligned(block, alignment, size, RECORD_CALLER());
    return block;
}

HOOK int posix_memalign(void **memptr, size_t alignment, size_t size)
{
    int error = ready() ? real.posix_memalign(memptr, alignment, size) : ENOMEM;

    if (error == 0) {
        aligned(*memptr, alignment, size, RECORD_CALLER());
    }
    return error;
}

HOOK void *valloc(size_t size)
{
    void *block = ready() ? real.valloc(size) : NULL;

    aligned(block, SIZE_MAX, size, RECORD_CALLER());
    return block;
}

HOOK void *pvalloc(size_t size)
{
    void *block = ready() ? real.pvalloc(size) : NULL;

    aligned(block, SIZE_MAX, size, RECORD_CALLER());
    return block;
}

HOOK size_t malloc_usable_size(void *ptr)
{
    if (ptr == NULL || is_bootstrap(ptr) || !ready()) {
        return 0;
    }
    return real.malloc_usable_size(ptr);
}
