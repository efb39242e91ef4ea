/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Where a world is not like Windows, by the name of the check that shows it. */
#ifndef CONFORMANCE_DIFFERENCES_H
#define CONFORMANCE_DIFFERENCES_H

enum difference_kind {
    FAILS,     /* the check runs and must fail; if it holds, the table is wrong */
    CANNOT_RUN /* the check would not end, or end the driver; the reason says how */
};

struct difference {
    const char *world;
    const char *check;
    enum difference_kind kind;
    const char *reason;
};

/* The world's difference in this check, or NULL. */
const struct difference *find_difference(const char *world, const char *check);

#endif
