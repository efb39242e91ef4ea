/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the subcommands that look inside have in common.
 *
 * Two kinds of failure: what the user typed wrong ends with TOOL_FAILED, as everywhere in the
 * command; what became of the process or the core ends with an enum inspect_result. */
#include "look.h"

#include "near.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

void look_fail(const struct inspect_error *error)
{
    fflush(stdout);
    fprintf(stderr, "lookaside: %s\n", error->sentence);
    exit((int)error->result);
}

struct inspect_target *look_open(const char *process_or_core)
{
    struct inspect_error error;
    struct inspect_target *target = inspect_open(process_or_core, &error);

    if (target == NULL) {
        look_fail(&error);
    }
    return target;
}

struct inspect_snapshot *look_snapshot(struct inspect_target *target)
{
    struct inspect_error error;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);

    if (snapshot == NULL) {
        look_fail(&error);
    }
    return snapshot;
}

void look_no_such_list(const struct inspect_snapshot *snapshot, const char *word)
{
    struct near near = near_to(word);
    struct inspect_error error = {.result = INSPECT_NOT_FOUND};
    char names[256];

    for (size_t i = 0; i < snapshot->list_count; i++) {
        near_consider(&near, snapshot->lists[i].statistics.name);
    }
    near_names(&near, names, sizeof(names));
    if (names[0] != '\0') {
        snprintf(error.sentence, sizeof(error.sentence), "there is no list '%s'; did you mean: %s?",
                 word, names);
    } else {
        snprintf(error.sentence, sizeof(error.sentence),
                 "there is no list '%s' (a name, a tag, or the address of a lookaside_list); "
                 "`lookaside show` without one shows what there is",
                 word);
    }
    look_fail(&error);
}

static void write_text(void *to, const char *text, size_t length)
{
    fwrite(text, 1, length, to);
}

struct inspect_text look_text(FILE *to)
{
    return (struct inspect_text){write_text, to, tool_wants_colour(to)};
}

void look_finish(FILE *to)
{
    if (ferror(to) || fflush(to) != 0) {
        tool_fail("cannot write: %s", strerror(errno));
    }
}

/* ---- Sorting --------------------------------------------------------------------------------- */

static int by_name(const void *left, const void *right)
{
    const struct inspect_list *a = left;
    const struct inspect_list *b = right;

    return strcmp(a->statistics.name, b->statistics.name);
}

static int by_tag(const void *left, const void *right)
{
    const struct inspect_list *a = left;
    const struct inspect_list *b = right;

    return memcmp(&a->statistics.tag, &b->statistics.tag, sizeof(a->statistics.tag));
}

static int by_figure(const void *left, const void *right, void *key)
{
    uint64_t a = counter_value(key, left);
    uint64_t b = counter_value(key, right);

    return a > b ? -1 : a < b;
}

static int by_percent(const void *left, const void *right, void *key)
{
    double a = counter_percent(key, left);
    double b = counter_percent(key, right);

    return a > b ? -1 : a < b;
}

void look_sort(struct inspect_snapshot *snapshot, const char *key)
{
    struct inspect_list *lists = snapshot->lists;
    const struct counter *counter = counter_find(key);

    if (strcmp(key, "name") == 0) {
        qsort(lists, snapshot->list_count, sizeof(*lists), by_name);
    } else if (strcmp(key, "tag") == 0) {
        qsort(lists, snapshot->list_count, sizeof(*lists), by_tag);
    } else {
        qsort_r(lists, snapshot->list_count, sizeof(*lists),
                counter->kind == COUNTER_RATIO ? by_percent : by_figure, (void *)counter);
    }
}

void look_check_sort_key(struct argp_state *state, const char *key)
{
    const struct counter *counter = counter_find(key);

    if (strcmp(key, "name") != 0 && strcmp(key, "tag") != 0 &&
        (counter == NULL || counter->kind == COUNTER_WORD)) {
        argp_error(state,
                   "cannot sort by '%s'; by name, tag, live, cached, free, highest, depth, hit, "
                   "mapped, or any other figure that `lookaside explain` lists",
                   key);
    }
}

/* ---- To the end ------------------------------------------------------------------------------ */

/* One that is ending has no memory for a moment before it is gone, and nothing is found in it. */
bool look_has_ended(const struct inspect_error *error)
{
    return error->result == INSPECT_NOT_FOUND || error->result == INSPECT_NO_LISTS;
}

volatile sig_atomic_t look_ended;

static void note_signal(int number)
{
    look_ended = number;
}

void look_catch_signals(void)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    struct sigaction action = {.sa_handler = note_signal};

    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        sigaction(numbers[i], &action, NULL);
    }
}

bool look_sleep_until(uint64_t clock)
{
    struct timespec until = {(time_t)(clock / 1000000000u), (long)(clock % 1000000000u)};

    return clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == 0;
}
