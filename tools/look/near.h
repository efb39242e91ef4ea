/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Did you mean ...? The known names that are nearest to a mistyped one. */
#ifndef LOOK_NEAR_H
#define LOOK_NEAR_H

#include <stddef.h>

#define NEAR_NAMES 3

struct near {
    const char *word;
    const char *names[NEAR_NAMES]; /* the nearest first; NULL: no more */
    size_t distances[NEAR_NAMES];
};

struct near near_to(const char *word);

/* Offers a name; *name is kept. */
void near_consider(struct near *near, const char *name);

/* Those that are near enough to be meant, separated by ", "; "" when none is. */
void near_names(const struct near *near, char *buffer, size_t size);

#endif
