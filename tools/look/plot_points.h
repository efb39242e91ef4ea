/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a plot shows: a recording, cut to the lists that were asked for, each sample added up. */
#ifndef LOOK_PLOT_POINTS_H
#define LOOK_PLOT_POINTS_H

#include "series.h"

enum plot_figure {
    PLOT_LIVE_BYTES,
    PLOT_CACHED_BYTES,
    PLOT_FREE_BYTES,
    PLOT_RECORD_BYTES,
    PLOT_ALLOCATES, /* from here on: a second, since the sample before */
    PLOT_FREES,
    PLOT_COLD,
    PLOT_BURST,
    PLOT_TRIMMED,
    PLOT_HANDED_OVER,
    PLOT_FIGURES
};

struct plot_point {
    double time; /* seconds since the first point */
    double figures[PLOT_FIGURES];
    bool gap;   /* nobody recorded between the point before and this one */
    bool hasty; /* it follows too soon for a rate */
};

struct plot_points {
    struct plot_point *items;
    size_t count;
    size_t capacity;
    double start;        /* seconds since 1970 */
    size_t lists;        /* at most, in a sample */
    const char *command; /* of the lists' processes, if it is one */
};

/* word: name, tag or address of a list, or NULL for all; pid: 0 for all. There is no return when
 * nothing is left. */
void plot_points_make(struct plot_points *points, const struct series *series, const char *word,
                      long pid);
void plot_points_free(struct plot_points *points);

#endif
