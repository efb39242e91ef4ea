/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside advise`: the options, and the way from a program to a report.
 *
 *     run            a program with the recorder in it             run.c, record_*.c, recording.h
 *     recording_set  its processes, or a file that was saved       recording_set.c, timeline.c
 *     attribution    which function above malloc to speak of       attribution.c, symbols.c
 *     analysis       counters for each call site, and scripts      analysis.c, live_table.c
 *     replay         the scripts through lists and malloc          replay.c, replay_script.c
 *     advice         the verdicts and the code                     advice.c, list_name.c
 *     report         for a person or a program                     report_text.c, report_json.c */
#include "../arguments.h"
#include "../tool.h"
#include "report.h"
#include "run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define DEFAULT_TOP 10
#define DEFAULT_MINIMUM_COUNT 1000
#define DEFAULT_MAXIMUM_SIZE 4096
#define DEFAULT_LIMIT_MIB 256

struct settings {
    struct advice_limits limits;
    uint64_t limit_mib;
    bool json;
    bool baseline;
    const char *output;
    const char *save;
    const char *replay;
    char **command;
};

static const char description[] =
    "Run PROGRAM, record its allocations, replay them through lookaside lists and through malloc, "
    "and say which of its call sites deserve a list."
    "\vPROGRAM is run once, as it is; it must be linked dynamically. Its standard streams and its "
    "exit status are its own, which are also those of this command; when it dies by signal N, the "
    "status is 128+N. The report follows on standard output after the program has ended, or goes "
    "to "
    "--output FILE. Processes that outlive PROGRAM are not waited for.\n\n"
    "In PROGRAM's environment, LD_PRELOAD and LOOKASIDE_RECORD_DIR are set. The recording is kept "
    "under $TMPDIR while it is needed.\n\n"
    "A call site deserves a list when it makes at least --min-count allocations, 90 % of them of "
    "one "
    "size (to 16 bytes) of at most --max-size, when at most 1 % go through realloc, and when in "
    "the "
    "replay at least half of them are hits and a list takes at most 80 % of malloc's time. Times "
    "are "
    "CPU time of an allocation and its free together.";

enum option_key {
    KEY_BASELINE = 256,
    KEY_LIMIT,
    KEY_MAXIMUM_SIZE,
    KEY_MINIMUM_COUNT,
    KEY_REPLAY,
    KEY_SAVE
};

static const struct argp_option options[] = {
    {"top", 'n', "N", 0, "rows to show, 1 or more (default 10)", 0},
    {"min-count", KEY_MINIMUM_COUNT, "N", 0, "allocations that make a list worth it (default 1000)",
     0},
    {"max-size", KEY_MAXIMUM_SIZE, "BYTES", 0, "largest blocks to replay (default 4096)", 0},
    {"json", 'j', NULL, 0, "report as JSON, with all rows", 0},
    {"output", 'o', "FILE", 0, "write the report to FILE", 0},
    {"save", KEY_SAVE, "FILE", 0, "keep the recording in FILE", 0},
    {"replay", KEY_REPLAY, "FILE", 0, "report on a kept recording; runs no program", 0},
    {"limit", KEY_LIMIT, "MIB", 0,
     "size of the recording; allocations after it are only counted (default 256)", 0},
    {"baseline", KEY_BASELINE, NULL, 0,
     "run PROGRAM twice, first without the recorder, to measure its slow-down", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case 'n':
        settings->limits.top = (size_t)arguments_number(state, argument, 1, 100000);
        return 0;
    case KEY_MINIMUM_COUNT:
        settings->limits.minimum_count = arguments_number(state, argument, 1, UINT32_MAX);
        return 0;
    case KEY_MAXIMUM_SIZE:
        settings->limits.maximum_size = (uint32_t)arguments_number(state, argument, 1, 1 << 20);
        return 0;
    case KEY_LIMIT:
        settings->limit_mib = arguments_number(state, argument, 1, 1 << 20);
        return 0;
    case 'j':
        settings->json = true;
        return 0;
    case 'o':
        settings->output = argument;
        return 0;
    case KEY_SAVE:
        settings->save = argument;
        return 0;
    case KEY_REPLAY:
        settings->replay = argument;
        return 0;
    case KEY_BASELINE:
        settings->baseline = true;
        return 0;
    case ARGP_KEY_ARGS: /* the program; its arguments are not ours to read */
        settings->command = state->argv + state->next;
        return 0;
    case ARGP_KEY_END:
        if ((settings->command == NULL) == (settings->replay == NULL)) {
            argp_error(state,
                       settings->replay == NULL ? "which program?" : "--replay runs no program");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static FILE *open_output(const struct settings *settings)
{
    FILE *to = settings->output == NULL ? stdout : fopen(settings->output, "we");

    if (to == NULL) {
        tool_fail("cannot write %s: %s", settings->output, strerror(errno));
    }
    return to;
}

static void make_report(const struct settings *settings, const struct recording *recording,
                        FILE *to)
{
    struct analysis analysis;
    struct advices advices;
    struct attribution *attribution = attribution_new(recording);

    analyse(&analysis, recording, attribution, settings->limits.maximum_size);
    attribution_free(attribution);
    advise(&advices, &analysis, recording->symbols, &settings->limits);
    struct report report = {recording, &analysis, &advices, &settings->limits};
    if (settings->json) {
        report_as_json(&report, to);
    } else {
        report_as_text(&report, to);
    }
    if (ferror(to) || fflush(to) != 0) {
        tool_fail("cannot write the report: %s", strerror(errno));
    }
}

int advise_command(int argc, char **argv)
{
    static const struct argp argp = {
        options, parse, "[--] PROGRAM [ARGUMENT...]\n--replay=FILE", description, NULL, NULL, NULL};
    struct settings settings = {
        .limits = {DEFAULT_MINIMUM_COUNT, DEFAULT_MAXIMUM_SIZE, DEFAULT_TOP},
        .limit_mib = DEFAULT_LIMIT_MIB,
    };
    struct recording recording = {0};

    arguments_parse(&argp, argc, argv, ARGP_IN_ORDER, &settings);
    FILE *to = open_output(&settings); /* before a long run, not after */
    if (settings.replay != NULL) {
        recording_from_file(&recording, settings.replay);
    } else {
        run_recorded(&recording, settings.command, settings.limit_mib << 20, settings.baseline);
    }
    if (settings.save != NULL) {
        recording_save(&recording, settings.save);
    }
    make_report(&settings, &recording, to);
    return settings.replay != NULL ? 0 : recording.facts.status;
}
