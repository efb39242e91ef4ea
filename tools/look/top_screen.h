/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The screen of `lookaside top`. */
#ifndef LOOK_TOP_SCREEN_H
#define LOOK_TOP_SCREEN_H

#include "top_columns.h"

#define TOP_FILTER 32 /* bytes of a filter */

/* What the screen shows, and how. */
struct top_view {
    const struct watch *watch;
    double interval; /* seconds */
    size_t sort;     /* column */
    bool reversed;
    char filter[TOP_FILTER]; /* part of a list's name, tag or command; "": all */
    bool typing;             /* the user types the filter */
    bool helping;            /* the user reads the help */
    bool paused;
    size_t first; /* row that stands at the top */
};

/* Takes over the terminal, and gives it back: also when the command ends in any other way. */
void top_screen_begin(void);
void top_screen_end(void);

void top_screen_draw(struct top_view *view);

#endif
