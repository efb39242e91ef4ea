/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Every way to allocate in C, with its promises checked: exits with 0 when all hold. */
#include <errno.h>
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fprintf(stderr, "line %d: %s\n", __LINE__, #condition);                                \
            return 1;                                                                              \
        }                                                                                          \
    } while (0)

static int is_zero(const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (bytes[i] != 0) {
            return 0;
        }
    }
    return 1;
}

static __attribute__((noinline)) int zeroed(void)
{
    for (int i = 0; i < 100; i++) {
        char *block = calloc(10, 13);
        CHECK(block != NULL && is_zero(block, 130));
        memset(block, 1, 130);
        free(block);
    }
    errno = 0;
    CHECK(calloc(SIZE_MAX, 2) == NULL && errno == ENOMEM);
    return 0;
}

static __attribute__((noinline)) int grow(void)
{
    char *block = malloc(20);

    CHECK(block != NULL);
    strcpy(block, "grows");
    for (size_t size = 40; size < 4000; size += 40) {
        block = realloc(block, size);
        CHECK(block != NULL && strcmp(block, "grows") == 0);
    }
    CHECK(malloc_usable_size(block) >= 3960);
    errno = 0;
    CHECK(realloc(block, SIZE_MAX / 2) == NULL && errno == ENOMEM && strcmp(block, "grows") == 0);
    errno = 0;
    CHECK(reallocarray(block, SIZE_MAX, 2) == NULL && errno == ENOMEM);
    block = reallocarray(block, 100, 3);
    CHECK(block != NULL && strcmp(block, "grows") == 0);
    CHECK(realloc(block, 0) == NULL);
    return 0;
}

static __attribute__((noinline)) int aligned(void)
{
    void *block = NULL;

    for (int i = 0; i < 50; i++) {
        CHECK(posix_memalign(&block, 256, 100) == 0 && (uintptr_t)block % 256 == 0);
        free(block);
        block = aligned_alloc(64, 640);
        CHECK(block != NULL && (uintptr_t)block % 64 == 0);
        free(block);
        block = memalign(512, 10);
        CHECK(block != NULL && (uintptr_t)block % 512 == 0);
        free(block);
        block = valloc(10);
        CHECK(block != NULL && (uintptr_t)block % 4096 == 0);
        free(block);
        block = pvalloc(10);
        CHECK(block != NULL && malloc_usable_size(block) >= 4096);
        free(block);
    }
    CHECK(posix_memalign(&block, 3, 100) == EINVAL);
    return 0;
}

int main(void)
{
    errno = 1234;
    free(malloc(10));
    free(NULL);
    CHECK(errno == 1234);
    CHECK(malloc_usable_size(NULL) == 0);
    return zeroed() || grow() || aligned();
}
