/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The laws that a list keeps. */
#ifndef INSPECT_LAWS_H
#define INSPECT_LAWS_H

#include "walk.h"

/* Told of each law that is broken, in one sentence. */
struct judge {
    void (*tell)(struct judge *judge, const char *sentence);
    bool moved; /* set when the list turns out to be in the middle of its making */
};

/* Judges a walk that was still. Sorts its cached entries. */
void laws_judge(struct judge *judge, struct walk *walk);

/* Whether two slabs' runs share a byte. */
bool laws_overlap(const struct slab *a, const struct slab *b);

#endif
