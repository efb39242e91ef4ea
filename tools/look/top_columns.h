/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The columns of `lookaside top`: what is in them, and which there is room for. */
#ifndef LOOK_TOP_COLUMNS_H
#define LOOK_TOP_COLUMNS_H

#include "watch.h"

#define TOP_MOST_COLUMNS 16
#define TOP_CELL (LOOKASIDE_NAME_SIZE + 32) /* bytes */

enum top_form { TOP_TEXT, TOP_COUNT, TOP_RATE, TOP_CHANGE, TOP_BYTES, TOP_PERCENT, TOP_DEPTH };

struct top_column {
    const char *heading;
    int width;  /* 0: whatever is left */
    int weight; /* the lightest are left out first */
    enum top_form form;
    double (*value)(const struct watched *list);     /* to sort by; NULL for TOP_TEXT */
    const char *(*text)(const struct watched *list); /* NULL for all others */
    bool of_process;                                 /* says nothing where there is one process */
    bool of_growth;                                  /* painted when the list only grows */
};

extern const struct top_column top_columns[];
extern const size_t top_column_count;

/* The column that the user means by a word; the number of columns when there is none. */
size_t top_find_column(const char *word);

/* What stands in a cell of TOP_CELL bytes. */
void top_format(const struct top_column *column, const struct watched *list, char *cell);

/* The name, tag or command of a list, as far as it has the part in it, whatever the case. */
bool top_list_contains(const struct watched *list, const char *part);

/* Which columns are shown in a terminal of a width, and how wide each is. */
struct top_layout {
    int widths[TOP_MOST_COLUMNS]; /* 0: not shown */
};

struct top_layout top_lay_out(int room, bool one_process);

#endif
