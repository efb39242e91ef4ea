/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A program that has nothing to do with lists. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

int main(int argc, char **argv)
{
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    printf("ready %d\n", getpid());
    fflush(stdout);
    if (argc > 1 && strcmp(argv[1], "abort") == 0) {
        abort();
    }
    for (;;) {
        pause();
    }
}
