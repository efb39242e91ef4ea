/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* From a recording to points. A rate is the sum of what each list moved since the sample before; a
 * list that is new, or that was made anew in the same place, has none yet, and neither has the
 * first point, nor the first behind a gap: a pause of more than three times the usual interval, as
 * between two recordings. Of two samples that follow each other within a third of it, as a busy
 * machine may take them, the second has no rate: too much of it would be chance. */
#include "plot_points.h"

#include "near.h"

#include <stdlib.h>
#include <string.h>

static bool is_wanted(const struct series_row *row, const char *word, long pid)
{
    char *end;

    if (pid != 0 && row->pid != pid) {
        return false;
    }
    if (word == NULL || strcmp(row->list, word) == 0 || strcmp(row->tag, word) == 0) {
        return true;
    }
    unsigned long long address = strtoull(word, &end, 16);
    return *end == '\0' && address == row->address;
}

/* The same list in the sample before; NULL when it was not there. */
static const struct series_row *before(const struct series *series, size_t begin, size_t end,
                                       const struct series_row *row)
{
    for (size_t i = begin; i < end; i++) {
        const struct series_row *old = &series->rows[i];
        bool same = old->pid == row->pid && old->address == row->address;
        if (same &&
            old->figures.statistics.total_allocates <= row->figures.statistics.total_allocates) {
            return old;
        }
    }
    return NULL;
}

static void add_bytes(struct plot_point *point, const lookaside_statistics *s)
{
    point->figures[PLOT_LIVE_BYTES] += (double)s->live_bytes;
    point->figures[PLOT_CACHED_BYTES] += (double)(s->magazine_bytes + s->depot_bytes);
    point->figures[PLOT_FREE_BYTES] += (double)s->slab_free_bytes;
    point->figures[PLOT_RECORD_BYTES] += (double)s->metadata_bytes;
}

static void add_rates(struct plot_point *point, const lookaside_statistics *old,
                      const lookaside_statistics *now, double seconds)
{
    const struct {
        enum plot_figure figure;
        uint64_t old, now;
    } rates[] = {
        {PLOT_ALLOCATES, old->total_allocates, now->total_allocates},
        {PLOT_FREES, old->total_frees, now->total_frees},
        {PLOT_COLD, old->misses_cold, now->misses_cold},
        {PLOT_BURST, old->misses_burst, now->misses_burst},
        {PLOT_TRIMMED, old->misses_trimmed, now->misses_trimmed},
        {PLOT_HANDED_OVER, old->misses_handed_over, now->misses_handed_over},
    };

    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        if (rates[i].now > rates[i].old) {
            point->figures[rates[i].figure] += (double)(rates[i].now - rates[i].old) / seconds;
        }
    }
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return a < b ? -1 : a > b;
}

static void mark_gaps(struct plot_points *points)
{
    if (points->count < 3) {
        return;
    }
    double *steps = tool_allocate(points->count, sizeof(*steps));
    for (size_t i = 1; i < points->count; i++) {
        steps[i - 1] = points->items[i].time - points->items[i - 1].time;
    }
    qsort(steps, points->count - 1, sizeof(*steps), by_value);
    double usual = steps[(points->count - 1) / 2];
    for (size_t i = 1; i < points->count; i++) {
        double step = points->items[i].time - points->items[i - 1].time;
        points->items[i].gap = step > 3 * usual;
        points->items[i].hasty = step < usual / 3;
    }
    free(steps);
}

static _Noreturn void nothing_left(const struct series *series, const char *word, long pid)
{
    struct near near = near_to(word != NULL ? word : "");
    char names[256];

    for (size_t i = 0; i < series->count; i++) {
        near_consider(&near, series->rows[i].list);
    }
    near_names(&near, names, sizeof(names));
    if (word == NULL) {
        tool_fail("there is no process %ld in the recording", pid);
    }
    tool_fail("there is no list '%s' in the recording%s%s%s", word,
              names[0] != '\0' ? "; did you mean: " : "", names, names[0] != '\0' ? "?" : "");
}

static void note_command(struct plot_points *points, const struct series_row *row)
{
    if (points->command == NULL) {
        points->command = row->command;
    } else if (strcmp(points->command, row->command) != 0) {
        points->command = "several programs";
    }
}

void plot_points_make(struct plot_points *points, const struct series *series, const char *word,
                      long pid)
{
    size_t begin = 0; /* of the sample before, which ends where this one begins */
    size_t first = 0;

    *points = (struct plot_points){.start = series->rows[0].time};
    while (first < series->count) {
        struct plot_point point = {.time = series->rows[first].time - points->start};
        double seconds = series->rows[first].time - series->rows[begin].time;
        size_t lists = 0;
        size_t next = first;
        for (; next < series->count && series->rows[next].time == series->rows[first].time;
             next++) {
            const struct series_row *row = &series->rows[next];
            if (!is_wanted(row, word, pid)) {
                continue;
            }
            note_command(points, row);
            const struct series_row *old = before(series, begin, first, row);
            add_bytes(&point, &row->figures.statistics);
            if (old != NULL && seconds > 0) {
                add_rates(&point, &old->figures.statistics, &row->figures.statistics, seconds);
            }
            lists++;
        }
        if (lists > 0) {
            points->items =
                tool_grow(points->items, points->count, &points->capacity, sizeof(point));
            points->items[points->count++] = point;
            points->lists = lists > points->lists ? lists : points->lists;
        }
        begin = first;
        first = next;
    }
    if (points->count == 0) {
        nothing_left(series, word, pid);
    }
    mark_gaps(points);
}

void plot_points_free(struct plot_points *points)
{
    free(points->items);
}
