/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Allocates 3000 blocks of 96 bytes, has them all at once, frees every second, and never the rest. */
#include <stdlib.h>

#define COUNT 3000

static void *blocks[COUNT];

static __attribute__((noinline)) void *make_block(void)
{
    return malloc(96);
}

int main(void)
{
    for (int i = 0; i < COUNT; i++) {
        blocks[i] = make_block();
    }
    for (int i = 0; i < COUNT; i += 2) {
        free(blocks[i]);
    }
    return 0;
}
