/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The one table of what can be said about a list in figures: their names in JSON, on the screen and
 * for Prometheus, their units, and a paragraph each. Whatever prints or explains a figure takes its
 * name from here; docs/counters.md is printed from it. */
#ifndef LOOK_COUNTERS_H
#define LOOK_COUNTERS_H

#include "../inspect/inspect.h"

enum counter_kind {
    COUNTER_CONSTANT, /* for the life of the list */
    COUNTER_TOTAL,    /* only grows */
    COUNTER_GAUGE,    /* goes up and down */
    COUNTER_RATIO,    /* of two others */
    COUNTER_WORD      /* no figure, but a word that needs explaining */
};

/* A family of Prometheus's; a counter of it has labels. */
struct metric {
    const char *name;
    const char *type; /* "counter" or "gauge" */
    const char *help;
};

struct counter {
    const char *name;   /* in JSON and CSV, as in lookaside_statistics; of a word, the word */
    const char *label;  /* as `show LIST` has it */
    const char *column; /* as tables have it; "" when they do not */
    const char *unit;
    enum counter_kind kind;
    const struct metric *metric; /* NULL: not exported */
    const char *label_name;      /* what tells it from others of its metric; NULL: nothing */
    const char *label_value;
    size_t offset; /* of a figure in struct inspect_list */
    size_t size;
    uint64_t (*hits_of)(const struct inspect_list *list, uint64_t *total); /* of a RATIO */
    const char *paragraph;
};

extern const struct counter counters[];
extern const size_t counter_count;
extern const struct metric metrics[];
extern const size_t metric_count;

const char *counter_kind_name(enum counter_kind kind);

/* Whether the counter is a number from 0 up, and which. */
bool counter_is_figure(const struct counter *counter);
uint64_t counter_value(const struct counter *counter, const struct inspect_list *list);

/* A RATIO in percent; negative when it is one over nothing. */
double counter_percent(const struct counter *counter, const struct inspect_list *list);

/* The counter of a name, label, column or metric; blanks, underscores and case do not matter. NULL
 * if there is none. */
const struct counter *counter_find(const char *word);

/* The up to 3 names that are nearest to the word, separated by ", "; "" if none is near. */
void counter_nearest(const char *word, char *names, size_t size);

#endif
