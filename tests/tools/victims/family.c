/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* family CHURN: allocates 1000 blocks in itself (80 bytes) before it forks, 2000 in a forked child
 * (112 bytes) that also frees the parent's, and lets a shell start CHURN with 3000 nodes. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static void *blocks[1000];

static __attribute__((noinline)) void *parent_block(void)
{
    return malloc(80);
}

static __attribute__((noinline)) void *child_block(void)
{
    return malloc(112);
}

int main(int argc, char **argv)
{
    char command[4096];
    int status;

    for (int i = 0; i < 1000; i++) {
        blocks[i] = parent_block();
    }
    if (argc < 2 || fflush(stdout) != 0) {
        return 2;
    }
    if (fork() == 0) {
        for (int i = 0; i < 1000; i++) {
            free(blocks[i]);
        }
        for (int i = 0; i < 2000; i++) {
            free(child_block());
        }
        _exit(0);
    }
    wait(&status);
    snprintf(command, sizeof(command), "%s 3000 >/dev/null 2>&1; exit 3", argv[1]);
    status = system(command);
    for (int i = 0; i < 1000; i++) {
        free(blocks[i]);
    }
    return WEXITSTATUS(status);
}
