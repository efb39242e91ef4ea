/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Allocates 5000 blocks and dies by the signal that is its argument. */
#include <signal.h>
#include <stdlib.h>

static __attribute__((noinline)) void *make_block(void)
{
    return malloc(72);
}

int main(int argc, char **argv)
{
    for (int i = 0; i < 5000; i++) {
        free(make_block());
    }
    raise(argc > 1 ? atoi(argv[1]) : SIGSEGV);
    return 0;
}
