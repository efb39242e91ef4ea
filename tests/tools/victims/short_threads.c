/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* 5000 threads, one after the other, each with one block. */
#include <pthread.h>
#include <stdlib.h>

static __attribute__((noinline)) void *make_block(void)
{
    return malloc(88);
}

static void *work(void *unused)
{
    free(make_block());
    return unused;
}

int main(void)
{
    for (int i = 0; i < 5000; i++) {
        pthread_t thread;
        if (pthread_create(&thread, NULL, work, NULL) != 0) {
            return 1;
        }
        pthread_join(thread, NULL);
    }
    return 0;
}
