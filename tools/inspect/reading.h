/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One list with the magazines of its threads, as it was at one moment. */
#ifndef INSPECT_READING_H
#define INSPECT_READING_H

#include "target.h"

/* One thread's magazine, looked at twice, and its account. */
struct member {
    struct record account;
    struct record before;
    struct record after;
};

struct reading {
    const struct copy *copy;
    struct record list;
    struct member *members;
    size_t count;
    bool still;   /* nothing but hits has happened between the first look and the last */
    bool endless; /* that is so, but the chain of the accounts leads in a circle */
    uint8_t *bytes;
};

/* Reads the list whose record is at the address; up to `attempts` times, until it holds still.
 * Returns false, and *error tells why, when it cannot be read at all. */
bool reading_take(struct reading *reading, struct inspect_target *target, const struct copy *copy,
                  uint64_t address, unsigned attempts, struct inspect_error *error);
void reading_free(struct reading *reading);

/* Whether nobody holds the lock and it has not been given back between two looks at it. */
bool lock_stood_still(uint64_t before, uint64_t after);

#endif
