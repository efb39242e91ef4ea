/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* churn COUNT [STATUS]: allocates and frees COUNT nodes one by one, in one function; writes to both
 * streams; exits with STATUS. */
#include <stdio.h>
#include <stdlib.h>

struct node {
    char bytes[48];
};

static __attribute__((noinline)) struct node *make_node(void)
{
    struct node *node = malloc(sizeof(*node));

    if (node == NULL) {
        abort();
    }
    node->bytes[0] = 1;
    return node;
}

int main(int argc, char **argv)
{
    long count = argc > 1 ? atol(argv[1]) : 1000;
    long sum = 0;

    for (long i = 0; i < count; i++) {
        struct node *node = make_node();
        sum += node->bytes[0];
        free(node);
    }
    printf("%ld nodes\n", sum);
    fprintf(stderr, "and a word on standard error\n");
    return argc > 2 ? atoi(argv[2]) : 0;
}
