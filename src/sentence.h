/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The sentence of a bugcheck, the same in a program and in a driver. */
#ifndef LA_SENTENCE_H
#define LA_SENTENCE_H

#include <lookaside/status.h>

#include "text.h"

#define SENTENCE_SIZE 384 /* bytes; more than the longest, with a name and the end of a line */

/* Who is accused of what. */
struct accusation {
    lookaside_bugcheck_code code;
    const void *list; /* NULL: no list */
    const char *name; /* NULL: at its address is no list; the tag says nothing, either */
    uint32_t tag;
    const void *entry; /* NULL: no entry */
    uint64_t out;      /* entries that are out, of a list that is destroyed in use */
};

/* Writes the sentence into a buffer of SENTENCE_SIZE bytes. */
struct text sentence_in(char *buffer, const struct accusation *accusation);

#endif
