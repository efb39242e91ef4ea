/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside record`: samples to a file, until the count, the process or a signal ends it. */
#include "series.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static const char description[] =
    "Write the figures of all lists of a process, or of all processes, again and again to a file "
    "that `lookaside plot`, spreadsheets and scripts read."
    "\vFILE is CSV (docs/tools.md tells its columns). What it has already is kept: further samples "
    "are appended. The recorder may be killed at any time. It ends by itself when the process has "
    "ended.\n\n"
    "Exit status: 0 also when a signal ended it; the others are those of `lookaside show`.";

static const struct argp_option options[] = {
    {"interval", 'i', "SECONDS", 0, "between two samples (default 1)", 0},
    {"count", 'c', "N", 0, "end after N samples", 0},
    {"output", 'o', "FILE", 0,
     "default: lookaside-PID.csv or lookaside-all.csv; - is standard output", 0},
    {"quiet", 'q', NULL, 0, "show no progress", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

struct settings {
    const char *word; /* a PID or "all" */
    pid_t pid;        /* 0: all */
    double interval;
    uint64_t count; /* 0: no end */
    const char *output;
    bool quiet;
};

/* One sample, as it is collected. */
struct sampling {
    struct series_writer *writer;
    double time;
    size_t lists;
    enum inspect_result result;
    struct inspect_error error;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case 'i':
        settings->interval = arguments_seconds(state, argument);
        return 0;
    case 'c':
        settings->count = arguments_number(state, argument, 1, UINT32_MAX);
        return 0;
    case 'o':
        settings->output = argument;
        return 0;
    case 'q':
        settings->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (settings->word != NULL) {
            argp_error(state, "one PID, or all");
        }
        settings->word = argument;
        settings->pid = strcmp(argument, "all") == 0 ? 0 : arguments_process(state, argument);
        return 0;
    case ARGP_KEY_END:
        if (settings->word == NULL) {
            argp_error(state, "which PID, or all?");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static void found(void *context, struct inspect_target *target)
{
    struct sampling *sampling = context;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &sampling->error);

    if (snapshot == NULL) {
        sampling->result = sampling->error.result;
        return;
    }
    series_add(sampling->writer, sampling->time, target, snapshot);
    sampling->lists += snapshot->list_count;
    inspect_free_snapshot(snapshot);
}

static bool take_sample(struct sampling *sampling, pid_t pid)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    sampling->time = (double)now.tv_sec + (double)now.tv_nsec / 1e9;
    sampling->lists = 0;
    sampling->result = INSPECT_OK;
    if (pid == 0) {
        inspect_each_process(found, sampling);
        sampling->result = INSPECT_OK; /* one that has ended meanwhile is no failure */
    } else {
        struct inspect_target *target = inspect_open_process(pid, &sampling->error);
        if (target == NULL) {
            sampling->result = sampling->error.result;
            return false;
        }
        found(sampling, target);
        inspect_close(target);
    }
    series_write(sampling->writer);
    return sampling->result == INSPECT_OK;
}

/* Progress stands on a line of its own, until something else is said. */
static void clear_progress(const struct settings *settings)
{
    if (!settings->quiet && isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%40s\r", "");
    }
}

static void show_progress(const struct settings *settings, uint64_t samples, size_t lists)
{
    if (!settings->quiet && isatty(STDERR_FILENO)) {
        clear_progress(settings);
        fprintf(stderr, "%llu sample%s, %zu list%s ", (unsigned long long)samples,
                samples == 1 ? "" : "s", lists, lists == 1 ? "" : "s");
    }
}

/* Returns how many samples were written. */
static uint64_t record(const struct settings *settings, struct sampling *sampling)
{
    uint64_t next = tool_clock();
    uint64_t samples = 0;

    while (look_ended == 0 && (settings->count == 0 || samples < settings->count)) {
        if (samples > 0) {
            next += (uint64_t)(settings->interval * 1e9);
            uint64_t now = tool_clock();
            next = next > now ? next : now; /* a slow machine skips, it does not hurry */
            if (!look_sleep_until(next)) {
                break;
            }
        }
        if (!take_sample(sampling, settings->pid)) {
            break;
        }
        show_progress(settings, ++samples, sampling->lists);
    }
    return samples;
}

int record_command(int argc, char **argv)
{
    static const struct argp argp = {options, parse, "PID|all", description, NULL, NULL, NULL};
    struct settings settings = {.interval = 1};

    arguments_parse(&argp, argc, argv, 0, &settings);
    if (settings.pid != 0) { /* before a file is made */
        struct inspect_error error;
        struct inspect_target *target = inspect_open_process(settings.pid, &error);
        if (target == NULL) {
            look_fail(&error);
        }
        inspect_close(target);
    }
    bool to_stdout = settings.output != NULL && strcmp(settings.output, "-") == 0;
    char *path = to_stdout                 ? NULL
                 : settings.output != NULL ? tool_format("%s", settings.output)
                                           : tool_format("lookaside-%s.csv", settings.word);
    struct sampling sampling = {.writer = series_open(path)};
    look_catch_signals();
    uint64_t samples = record(&settings, &sampling);
    series_close(sampling.writer);
    clear_progress(&settings);
    bool gone = sampling.result != INSPECT_OK && samples > 0 && look_has_ended(&sampling.error);
    if (sampling.result != INSPECT_OK && !gone) {
        look_fail(&sampling.error);
    }
    if (!settings.quiet && !to_stdout) {
        fprintf(stderr, "%s%llu sample%s in %s\n", gone ? "the process has ended: " : "",
                (unsigned long long)samples, samples == 1 ? "" : "s", path);
    }
    free(path);
    return 0;
}
