/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside top`: samples, draws, and waits for keys, until the time, the user or the process ends
 * it. The terminal is given back on every way out: signals only set a flag, and all else goes
 * through exit(). */
#include "top_screen.h"

#include <curses.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char description[] =
    "Show the lookaside lists of one process or of all, live: rates a second, what is live, cached "
    "and free. A + marks lists whose live entries did not fall in the last 10 samples and rose in "
    "at least 3 of them."
    "\vPID is a process; without it, all are shown. The keys are told by h. `lookaside record` is "
    "for what runs without a terminal, `lookaside show` for core dumps.\n\n"
    "Exit status: 0 also when the process ended, 128 + N when signal N came; the others are those "
    "of `lookaside show`.";

static const struct argp_option options[] = {
    {"delay", 'd', "SECONDS", 0, "between two samples (default 1)", 0},
    {"iterations", 'n', "N", 0, "end after N samples", 0},
    {"sort", 's', "COLUMN", 0, "sort by this column (default: alloc/s)", 0},
    {"filter", 'f', "TEXT", 0, "show only lists with it in their name, tag or command", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

struct settings {
    pid_t pid;
    double delay;
    uint64_t iterations; /* 0: no end */
    size_t sort;
    const char *filter;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case 'd':
        settings->delay = arguments_seconds(state, argument);
        return 0;
    case 'n':
        settings->iterations = arguments_number(state, argument, 1, UINT32_MAX);
        return 0;
    case 's':
        settings->sort = top_find_column(argument);
        if (settings->sort == top_column_count) {
            argp_error(state, "there is no column '%s' in top", argument);
        }
        return 0;
    case 'f':
        settings->filter = argument;
        return 0;
    case ARGP_KEY_ARG:
        if (settings->pid != 0) {
            argp_error(state, "one PID, or none for all");
        }
        settings->pid = arguments_process(state, argument);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* A key while the filter is typed. */
static void type_filter(struct top_view *view, int key)
{
    size_t length = strlen(view->filter);

    if (key == '\n' || key == '\r' || key == KEY_ENTER) {
        view->typing = false;
    } else if (key == 27) { /* escape */
        view->typing = false;
        view->filter[0] = '\0';
    } else if (key == KEY_BACKSPACE || key == 127 || key == '\b') {
        view->filter[length > 0 ? length - 1 : 0] = '\0';
    } else if (key >= ' ' && key < 127 && length + 1 < sizeof(view->filter)) {
        view->filter[length] = (char)key;
        view->filter[length + 1] = '\0';
    }
}

/* Keys that sort by a column, and that go a step to the left or right. */
static bool obey_sorting(struct top_view *view, int key)
{
    static const struct {
        int key;
        const char *column;
    } keys[] = {{'a', "ALLOC/s"}, {'m', "MISS/s"}, {'l', "LIVE"}, {'c', "CACHED"}};

    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        if (key == keys[i].key) {
            view->sort = top_find_column(keys[i].column);
            view->reversed = false;
            return true;
        }
    }
    if (key == '<' || key == ',' || key == KEY_LEFT) {
        view->sort = (view->sort + top_column_count - 1) % top_column_count;
    } else if (key == '>' || key == '.' || key == KEY_RIGHT) {
        view->sort = (view->sort + 1) % top_column_count;
    } else {
        return false;
    }
    return true;
}

static bool obey_scrolling(struct top_view *view, int key)
{
    size_t page = LINES > 5 ? (size_t)LINES - 5 : 1;
    size_t step = key == KEY_UP || key == KEY_DOWN ? 1 : page;

    if (key == KEY_HOME) {
        view->first = 0;
    } else if (key == KEY_DOWN || key == KEY_NPAGE) {
        view->first += step; /* drawing sees to the end */
    } else if (key == KEY_UP || key == KEY_PPAGE) {
        view->first -= step < view->first ? step : view->first;
    } else {
        return false;
    }
    return true;
}

/* Returns false when the user has had enough. */
static bool obey(struct top_view *view, int key)
{
    if (view->typing) {
        type_filter(view, key);
    } else if (view->helping) {
        view->helping = key == KEY_RESIZE;
    } else if (key == 'r') {
        view->reversed = !view->reversed;
    } else if (key == 'f' || key == '/') {
        view->typing = true;
    } else if (key == ' ') {
        view->paused = !view->paused;
    } else if (key == 'h' || key == '?') {
        view->helping = true;
    } else if (!obey_sorting(view, key) && !obey_scrolling(view, key)) {
        return key != 'q';
    }
    return true;
}

/* Draws and obeys until it is time for the next sample; false at the end of all. */
static bool wait_for(struct top_view *view, uint64_t until)
{
    for (;;) {
        top_screen_draw(view);
        uint64_t now = tool_clock();
        if (look_ended != 0 || now >= until) {
            return look_ended == 0;
        }
        timeout((int)((until - now) / 1000000 + 1));
        int key = getch();
        if (key == KEY_RESIZE) {
            clearok(curscr, TRUE); /* the terminal has moved what was on it */
        }
        if (key != ERR && !obey(view, key)) {
            return false;
        }
        if (key == ERR && !isatty(STDIN_FILENO)) { /* the terminal has gone */
            return false;
        }
    }
}

/* Returns the exit status; *error tells what ended it, if anything did. */
static int run(struct watch *watch, struct top_view *view, uint64_t iterations,
               struct inspect_error *error)
{
    for (uint64_t i = 0; iterations == 0 || i < iterations; i++) {
        uint64_t until = tool_clock() + (uint64_t)(view->interval * 1e9);
        if (!view->paused && !watch_sample(watch, error)) {
            return (int)error->result;
        }
        if (!wait_for(view, until)) {
            break;
        }
    }
    return look_ended != 0 ? 128 + look_ended : 0;
}

int top_command(int argc, char **argv)
{
    static const struct argp argp = {options, parse, "[PID]", description, NULL, NULL, NULL};
    struct settings settings = {.delay = 1, .sort = top_find_column("ALLOC/s")};
    struct inspect_error error = {INSPECT_OK, ""};

    arguments_parse(&argp, argc, argv, 0, &settings);
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        tool_fail("`lookaside top` needs a terminal; `lookaside show` prints once, `lookaside "
                  "record` again and again to a file");
    }
    struct watch watch = {.pid = settings.pid};
    struct top_view view = {.watch = &watch, .interval = settings.delay, .sort = settings.sort};
    if (settings.filter != NULL) {
        snprintf(view.filter, sizeof(view.filter), "%s", settings.filter);
    }
    if (!watch_sample(&watch, &error)) { /* before the screen is gone */
        look_fail(&error);
    }
    look_catch_signals();
    top_screen_begin();
    int status = run(&watch, &view, settings.iterations, &error);
    top_screen_end();
    watch_end(&watch);
    if (look_has_ended(&error)) { /* it was there at first */
        fprintf(stderr, "lookaside: process %ld has ended\n", (long)settings.pid);
        return 0;
    }
    if (error.result != INSPECT_OK) {
        look_fail(&error);
    }
    return status;
}
