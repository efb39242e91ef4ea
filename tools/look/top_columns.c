/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The columns of `lookaside top`. Each has a value to sort by and a form to print it in. Where the
 * terminal is narrow, those that matter least are left out; what is left over is the names'. */
#include "top_columns.h"

#include "../inspect/text_out.h"

#include <inttypes.h>
#include <string.h>

#define LEAST_NAME 14 /* columns of the terminal */
#define MOST_NAME 40
#define MARKS 2

static double pid_of(const struct watched *list)
{
    return (double)list->pid;
}

static const char *command_of(const struct watched *list)
{
    return list->command;
}

/* An unnamed list is called by its address. */
static const char *name_of(const struct watched *list)
{
    static char address[TEXT_FIGURE];

    if (list->list.statistics.name[0] != '\0') {
        return list->list.statistics.name;
    }
    snprintf(address, sizeof(address), "0x%" PRIx64, list->list.handle);
    return address;
}

static const char *tag_of(const struct watched *list)
{
    static char tag[TEXT_FIGURE];

    return text_tag(tag, list->list.statistics.tag);
}

static double allocates_of(const struct watched *list)
{
    return list->allocates;
}

static double frees_of(const struct watched *list)
{
    return list->frees;
}

static double misses_of(const struct watched *list)
{
    return list->misses;
}

static double live_of(const struct watched *list)
{
    return (double)list->list.statistics.live_entries;
}

static double change_of(const struct watched *list)
{
    return list->live_change;
}

static double cached_of(const struct watched *list)
{
    return (double)list->list.statistics.current_depth;
}

static double free_of(const struct watched *list)
{
    return (double)list->list.slab_free;
}

static double depth_of(const struct watched *list)
{
    return (double)list->list.statistics.depth;
}

static double hit_of(const struct watched *list)
{
    return list->hit_percent;
}

static double mapped_of(const struct watched *list)
{
    return (double)list->list.statistics.mapped_bytes;
}

const struct top_column top_columns[] = {
    {"PID", 7, 30, TOP_COUNT, pid_of, NULL, true, false},
    {"COMMAND", 12, 4, TOP_TEXT, NULL, command_of, true, false},
    {"LIST", 0, 99, TOP_TEXT, NULL, name_of, false, false},
    {"TAG", 4, 2, TOP_TEXT, NULL, tag_of, false, false},
    {"ALLOC/s", 8, 20, TOP_RATE, allocates_of, NULL, false, false},
    {"FREE/s", 8, 7, TOP_RATE, frees_of, NULL, false, false},
    {"MISS/s", 7, 10, TOP_RATE, misses_of, NULL, false, false},
    {"LIVE", 10, 50, TOP_COUNT, live_of, NULL, false, true},
    {"CHANGE", 8, 9, TOP_CHANGE, change_of, NULL, false, true},
    {"CACHED", 8, 12, TOP_COUNT, cached_of, NULL, false, false},
    {"FREE", 8, 5, TOP_COUNT, free_of, NULL, false, false},
    {"DEPTH", 9, 3, TOP_DEPTH, depth_of, NULL, false, false},
    {"HIT", 7, 6, TOP_PERCENT, hit_of, NULL, false, false},
    {"MAPPED", 7, 11, TOP_BYTES, mapped_of, NULL, false, false},
};

const size_t top_column_count = sizeof(top_columns) / sizeof(top_columns[0]);

_Static_assert(sizeof(top_columns) / sizeof(top_columns[0]) <= TOP_MOST_COLUMNS, "a layout");

size_t top_find_column(const char *word)
{
    size_t i = 0;

    while (i < top_column_count && strcasecmp(word, top_columns[i].heading) != 0) {
        i++;
    }
    for (size_t rate = 0; i == top_column_count && rate < top_column_count; rate++) {
        const char *heading = top_columns[rate].heading; /* "alloc" for "ALLOC/s" */
        size_t length = strcspn(heading, "/");
        if (heading[length] == '/' && strlen(word) == length &&
            strncasecmp(word, heading, length) == 0) {
            return rate;
        }
    }
    return i;
}

bool top_list_contains(const struct watched *list, const char *part)
{
    return strcasestr(name_of(list), part) != NULL || strcasestr(tag_of(list), part) != NULL ||
           strcasestr(list->command, part) != NULL;
}

void top_format(const struct top_column *column, const struct watched *list, char *cell)
{
    char figure[TEXT_FIGURE];
    double value = column->value != NULL ? column->value(list) : 0;
    bool known = list->has_rates;

    switch (column->form) {
    case TOP_TEXT:
        snprintf(cell, TOP_CELL, "%s", column->text(list));
        break;
    case TOP_COUNT:
        snprintf(cell, TOP_CELL, "%.0f", value);
        break;
    case TOP_RATE:
        snprintf(cell, TOP_CELL, "%s",
                 known ? tool_short_count(figure, sizeof(figure), value) : "-");
        break;
    case TOP_CHANGE:
        snprintf(cell, TOP_CELL, known && value != 0 ? "%+.0f" : " ", value);
        break;
    case TOP_BYTES:
        snprintf(cell, TOP_CELL, "%s", text_bytes(figure, (uint64_t)value));
        break;
    case TOP_PERCENT: /* cut, not rounded: only what never missed is 100 */
        snprintf(cell, TOP_CELL,
                 value < 0 || !known ? "-"
                 : value < 100       ? "%.2f%%"
                                     : "100%%",
                 value < 0.005 ? 0 : value - 0.005);
        break;
    case TOP_DEPTH:
        snprintf(cell, TOP_CELL, "%" PRIu32 "/%" PRIu32, list->list.statistics.depth,
                 list->list.statistics.maximum_depth);
        break;
    }
}

static int width_of(const struct top_layout *layout)
{
    int width = MARKS;

    for (size_t i = 0; i < top_column_count; i++) {
        width += layout->widths[i] > 0 ? layout->widths[i] + 1 : 0;
    }
    return width;
}

/* The shown column of fixed width that matters least; the number of columns when there is none. */
static size_t lightest_of(const struct top_layout *layout)
{
    size_t lightest = top_column_count;

    for (size_t i = 0; i < top_column_count; i++) {
        bool candidate = layout->widths[i] > 0 && top_columns[i].width > 0;
        if (candidate && (lightest == top_column_count ||
                          top_columns[i].weight < top_columns[lightest].weight)) {
            lightest = i;
        }
    }
    return lightest;
}

struct top_layout top_lay_out(int room, bool one_process)
{
    struct top_layout layout = {{0}};
    size_t lightest;

    for (size_t i = 0; i < top_column_count; i++) {
        if (!one_process || !top_columns[i].of_process) {
            layout.widths[i] = top_columns[i].width > 0 ? top_columns[i].width : LEAST_NAME;
        }
    }
    while (width_of(&layout) > room && (lightest = lightest_of(&layout)) < top_column_count) {
        layout.widths[lightest] = 0;
    }
    int left = room - width_of(&layout);
    for (size_t i = 0; i < top_column_count && left > 0; i++) {
        if (top_columns[i].width == 0) {
            int most = MOST_NAME - LEAST_NAME;
            layout.widths[i] += left < most ? left : most;
        }
    }
    return layout;
}
