/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Whose magazine: from the address of a magazine to its thread. */
#ifndef INSPECT_OWNERS_H
#define INSPECT_OWNERS_H

#include "target.h"

struct owner {
    uint64_t table;    /* the thread's table of magazines */
    uint64_t identity; /* its pthread_self */
    pid_t tid;         /* 0 when not known */
    char name[16];     /* "" when not known */
};

struct owners {
    struct owner *items; /* sorted by table */
    size_t count, capacity;
};

/* Finds all threads of all copies. What cannot be found out stays unknown. */
void owners_find(struct owners *owners, struct inspect_target *target);
void owners_free(struct owners *owners);

/* The thread with the table, or NULL. */
const struct owner *owners_with(const struct owners *owners, uint64_t table);

#endif
