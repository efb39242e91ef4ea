/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the texts about lists are made of: pieces, figures, tables. */
#ifndef INSPECT_TEXT_OUT_H
#define INSPECT_TEXT_OUT_H

#include "inspect_text.h"

#define TEXT_FIGURE 32 /* bytes of a figure's buffer */

#define TEXT_BOLD "\033[1m"
#define TEXT_DIM "\033[2m"
#define TEXT_RED "\033[31m"
#define TEXT_GREEN "\033[32m"
#define TEXT_YELLOW "\033[33m"

/* Writes a piece, like printf. */
void text_print(const struct inspect_text *to, const char *format, ...)
    __attribute__((__format__(printf, 2, 3)));

/* The same in a colour, where there is colour. */
void text_paint(const struct inspect_text *to, const char *colour, const char *format, ...)
    __attribute__((__format__(printf, 3, 4)));

/* Bytes in at most 6 characters: "950", "12.3K", "4.56M"; K is 1024. */
const char *text_bytes(char *buffer, uint64_t bytes);

/* How many of the total were hits, in percent with so many decimals, cut, not rounded: only what
 * never missed is "100%". "-" when there was nothing. */
const char *text_hit_rate(char *buffer, uint64_t total, uint64_t misses, int decimals);

/* A tag's four characters in memory order, those that cannot be printed as dots. */
const char *text_tag(char *buffer, uint32_t tag);

/* Milliseconds as people say them: "40 ms", "1.2 s", "3 min 20 s", "5 h 3 min". */
const char *text_duration(char *buffer, uint64_t milliseconds);

/* "s" unless there is one. */
const char *text_plural(uint64_t count);

/* ---- Tables ---- */

struct text_column {
    const char *heading;
    bool left; /* words; figures are aligned to the right */
};

struct text_table;

struct text_table *text_table_new(const struct text_column *columns, size_t count);
void text_table_free(struct text_table *table);

/* Fills the next cell, from left to right and row after row. */
void text_table_add(struct text_table *table, const char *format, ...)
    __attribute__((__format__(printf, 2, 3)));

/* Writes the headings and all rows, each column as wide as its widest cell. */
void text_table_write(const struct text_table *table, const struct inspect_text *to);

#endif
