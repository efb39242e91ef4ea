/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* From a return address to a name. */
#ifndef LOOKASIDE_ADVISE_SYMBOLS_H
#define LOOKASIDE_ADVISE_SYMBOLS_H

#include "timeline.h"

#include <jansson.h>

/* Where code was called from. */
struct location {
    size_t id;       /* locations of one struct symbols are numbered from 0 */
    bool named;      /* whether the last three members have been looked for */
    char *module;    /* path of the file that holds the code; "" when it is not known */
    uint64_t offset; /* of the call in that file; the address, without a module */
    char *function;  /* NULL when no symbol covers the offset */
    char *file;      /* NULL without debug information */
    int line;
};

struct symbols;

struct symbols *symbols_new(void);

/* The place of the call that returns to the address, not yet named. The result lives as long as the
 * symbols; equal places give the same pointer. */
struct location *symbols_find(struct symbols *symbols, const struct image *image, uint64_t address);

/* Looks for function, file and line, which takes a while the first time. */
void symbols_name(struct symbols *symbols, struct location *location);

/* One more than the largest id. */
size_t symbols_count(const struct symbols *symbols);

/* Everything named so far, and back: what was put in needs no file to be found again. */
json_t *symbols_to_json(const struct symbols *symbols);
bool symbols_from_json(struct symbols *symbols, const json_t *json);

#endif
