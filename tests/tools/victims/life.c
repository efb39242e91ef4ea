/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Allocates before main, in main, in an exit handler, and in a destructor: 10 blocks in each. */
#include <stdlib.h>

static __attribute__((noinline)) void *before_main(void)
{
    return malloc(200);
}

static __attribute__((noinline)) void *in_main(void)
{
    return malloc(300);
}

static __attribute__((noinline)) void *at_exit(void)
{
    return malloc(400);
}

static __attribute__((noinline)) void *after_exit(void)
{
    return malloc(500);
}

static void ten(void *(*make)(void))
{
    for (int i = 0; i < 10; i++) {
        free(make());
    }
}

static __attribute__((constructor)) void construct(void)
{
    ten(before_main);
}

static __attribute__((destructor)) void destruct(void)
{
    ten(after_exit);
}

static void handler(void)
{
    ten(at_exit);
}

int main(void)
{
    atexit(handler);
    ten(in_main);
    return 0;
}
