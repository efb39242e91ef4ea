/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* All blocks come through a wrapper that asks for many sizes; two of its callers ask for one each. */
#include <stdlib.h>

static __attribute__((noinline)) void *checked_alloc(size_t size)
{
    void *block = malloc(size);

    if (block == NULL) {
        abort();
    }
    return block;
}

static __attribute__((noinline)) void *make_edge(void)
{
    char *edge = checked_alloc(64);

    edge[0] = 1;
    return edge;
}

static __attribute__((noinline)) void *make_vertex(void)
{
    char *vertex = checked_alloc(160);

    vertex[0] = 1;
    return vertex;
}

int main(void)
{
    for (size_t i = 0; i < 4000; i++) {
        free(make_edge());
        free(make_vertex());
        free(checked_alloc(i));
    }
    return 0;
}
