/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside plot`: a recording as a picture, drawn by gnuplot: where the memory is, how much goes
 * through, and what is missed and why. */
#include "plot_points.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const char description[] =
    "Draw what `lookaside record` has written to FILE: the memory of the lists, allocations and "
    "frees a second, and misses a second by cause. Needs gnuplot."
    "\vThe kind of picture follows from the name of the output: .svg or .png. Without --list, all "
    "lists of the recording are added up.";

enum option_key { KEY_SCRIPT = 256 };

static const struct argp_option options[] = {
    {"output", 'o', "PICTURE", 0, "default: FILE with .svg instead of .csv", 0},
    {"list", 'l', "LIST", 0, "only this list: a name, a tag or an address", 0},
    {"pid", 'p', "PID", 0, "only this process", 0},
    {"script", KEY_SCRIPT, NULL, 0, "print what gnuplot would be told, and draw nothing", 0},
    {NULL, 0, NULL, 0, NULL, 0},
};

struct settings {
    const char *file;
    const char *output;
    const char *list;
    long pid;
    bool script;
};

static error_t parse(int key, char *argument, struct argp_state *state)
{
    struct settings *settings = state->input;

    switch (key) {
    case 'o':
        settings->output = argument;
        return 0;
    case 'l':
        settings->list = argument;
        return 0;
    case 'p':
        settings->pid = arguments_process(state, argument);
        return 0;
    case KEY_SCRIPT:
        settings->script = true;
        return 0;
    case ARGP_KEY_ARG:
        if (settings->file != NULL) {
            argp_error(state, "one FILE at a time");
        }
        settings->file = argument;
        return 0;
    case ARGP_KEY_END:
        if (settings->file == NULL) {
            argp_error(state, "which FILE? `lookaside record` makes one");
        }
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);

    return length >= end_length && strcasecmp(text + length - end_length, end) == 0;
}

static char *output_of(const struct settings *settings)
{
    if (settings->output != NULL) {
        return tool_format("%s", settings->output);
    }
    size_t length = strlen(settings->file) - (ends_with(settings->file, ".csv") ? 4 : 0);
    return tool_format("%.*s.svg", (int)length, settings->file);
}

/* ---- What gnuplot is told -------------------------------------------------------------------- */

/* A text in gnuplot's single quotes. */
static void put_quoted(FILE *to, const char *text)
{
    fputc('\'', to);
    for (; *text != '\0'; text++) {
        fprintf(to, *text == '\'' ? "''" : "%c", *text);
    }
    fputc('\'', to);
}

static void put_data(FILE *to, const struct plot_points *points)
{
    fputs("$points << END\n", to);
    for (size_t i = 0; i < points->count; i++) {
        const struct plot_point *point = &points->items[i];
        if (point->gap) {
            fputc('\n', to);
        }
        fprintf(to, "%.3f", point->time);
        for (int f = 0; f < PLOT_FIGURES; f++) {
            bool rate = f >= PLOT_ALLOCATES;
            if (rate && (i == 0 || point->gap)) {
                fputs(" NaN", to); /* the line ends */
            } else if (rate && point->hasty) {
                fputs(" ?", to); /* the line goes on */
            } else {
                fprintf(to, " %.1f", point->figures[f]);
            }
        }
        fputc('\n', to);
    }
    fputs("END\n", to);
}

static void put_title(FILE *to, const struct plot_points *points, const struct settings *settings)
{
    char start[64] = "";
    time_t seconds = (time_t)points->start;
    struct tm local;

    if (localtime_r(&seconds, &local) != NULL) {
        strftime(start, sizeof(start), "%Y-%m-%d %H:%M:%S", &local);
    }
    char *what = settings->list != NULL
                     ? tool_format("list \"%s\"", settings->list)
                     : tool_format("%zu list%s", points->lists, points->lists == 1 ? "" : "s");
    char *title = tool_format("%s of %s, from %s", what, points->command, start);
    fputs("set multiplot layout 3,1 title ", to);
    put_quoted(to, title);
    fputs(" noenhanced font ',14'\n", to);
    free(title);
    free(what);
}

/* The most that one point has in some figures, added up or each by itself. */
static double most(const struct plot_points *points, int first, int last, bool sum)
{
    double greatest = 0;

    for (size_t i = 0; i < points->count; i++) {
        double height = 0;
        for (int f = first; f <= last; f++) {
            double figure = points->items[i].figures[f];
            height = sum ? height + figure : figure > height ? figure : height;
        }
        greatest = height > greatest ? height : greatest;
    }
    return greatest;
}

/* An axis from 0 to what is greatest, with marks at round figures; bytes are round in powers of
 * two. gnuplot would write 1500 as "2k". */
static void put_axis(FILE *to, double greatest, bool bytes)
{
    static const char *const binary[] = {" B", " KiB", " MiB", " GiB", " TiB", " PiB"};
    static const char *const decimal[] = {"", "k", "M", "G", "T", "P"};
    static const double factors[] = {2, 2.5, 2}; /* 1, 2, 5, 10 ... */
    double end = greatest > 1 ? greatest * 1.05 : 1;
    double step = 1;

    for (size_t i = 0; step * 6 < greatest; i++) {
        step *= bytes ? 2 : factors[i % 3];
    }
    fprintf(to, "set yrange [0:%.1f]\nset ytics (", end);
    for (int i = 0; step * i <= end; i++) {
        double value = step * i;
        double base = bytes ? 1024 : 1000;
        size_t unit = 0;
        while (value >= base && unit + 1 < sizeof(binary) / sizeof(binary[0])) {
            value /= base;
            unit++;
        }
        fprintf(to, "%s'%g%s' %.0f", i > 0 ? ", " : "", value, bytes ? binary[unit] : decimal[unit],
                step * i);
    }
    fputs(")\n", to);
}

static const char style[] =
    "set encoding utf8\n"
    "set datafile missing '?'\n"
    "set border 3 linecolor '#888888'\n"
    "set grid ytics linecolor '#dddddd' linetype 1\n"
    "set tics nomirror textcolor '#333333'\n"
    "set key outside right top vertical Left reverse noenhanced samplen 2 width 2\n"
    "set lmargin 14\n"
    "set rmargin 24\n"
    "set style fill solid 0.85 noborder\n";

/* Areas on top of each other: each from the sum below to the sum with it. */
static const char memory_panel[] =
    "set ylabel 'memory'\n"
    "plot $points using 1:2 with filledcurves y1=0 linecolor '#2f6fb3' title 'live', \\\n"
    "  '' using 1:2:($2+$3) with filledcurves linecolor '#5bb98c' title 'cached', \\\n"
    "  '' using 1:($2+$3):($2+$3+$4) with filledcurves linecolor '#e3c565' title 'free in slabs', "
    "\\\n"
    "  '' using 1:($2+$3+$4):($2+$3+$4+$5) with filledcurves linecolor '#9a9a9a' title 'records'\n";

static const char rates_panel[] =
    "set ylabel 'a second'\n"
    "plot $points using 1:6 with lines linewidth 2 linecolor '#2f6fb3' title 'allocations', \\\n"
    "  '' using 1:7 with lines linewidth 2 dashtype 2 linecolor '#d0663c' title 'frees'\n";

static const char misses_panel[] =
    "set ylabel 'misses a second'\n"
    "set xlabel 'seconds'\n"
    "plot $points using 1:8 with lines linewidth 2 linecolor '#2f6fb3' title 'cold', \\\n"
    "  '' using 1:9 with lines linewidth 2 linecolor '#d0663c' title 'burst', \\\n"
    "  '' using 1:10 with lines linewidth 2 linecolor '#5bb98c' title 'trimmed', \\\n"
    "  '' using 1:11 with lines linewidth 2 linecolor '#8a5fb0' title 'handed over'\n"
    "unset multiplot\n";

static void put_script(FILE *to, const struct plot_points *points, const struct settings *settings,
                       const char *output)
{
    put_data(to, points);
    fprintf(to, "set terminal %s size 1000,900 font 'DejaVu Sans,11' background '#ffffff'\n",
            ends_with(output, ".png") ? "pngcairo" : "svg dynamic");
    fputs("set output ", to);
    put_quoted(to, output);
    fputc('\n', to);
    fputs(style, to);
    fprintf(to, "set xrange [0:%.3f]\n", points->items[points->count - 1].time);
    put_title(to, points, settings);
    put_axis(to, most(points, PLOT_LIVE_BYTES, PLOT_RECORD_BYTES, true), true);
    fputs(memory_panel, to);
    put_axis(to, most(points, PLOT_ALLOCATES, PLOT_FREES, false), false);
    fputs(rates_panel, to);
    put_axis(to, most(points, PLOT_COLD, PLOT_HANDED_OVER, false), false);
    fputs(misses_panel, to);
}

/* ---- gnuplot --------------------------------------------------------------------------------- */

static void draw(const char *script, size_t length, const char *output)
{
    char *arguments[] = {"gnuplot", NULL};
    posix_spawn_file_actions_t actions;
    int ends[2];
    pid_t child;
    int status;

    if (pipe(ends) != 0 || posix_spawn_file_actions_init(&actions) != 0) {
        tool_fail("cannot run gnuplot: %s", strerror(errno));
    }
    posix_spawn_file_actions_adddup2(&actions, ends[0], STDIN_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    posix_spawn_file_actions_addclose(&actions, ends[1]);
    /* It draws there what it cannot write where it should. */
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
    int failure = posix_spawnp(&child, "gnuplot", &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[0]);
    if (failure != 0) {
        tool_fail("cannot run gnuplot: %s; install it (Debian: gnuplot-nox), or take --script to "
                  "where it is",
                  strerror(failure));
    }
    FILE *to = fdopen(ends[1], "w");
    bool told = to != NULL && fwrite(script, 1, length, to) == length;
    told = to != NULL && fclose(to) == 0 && told;
    if (waitpid(child, &status, 0) != child || status != 0 || !told) {
        tool_fail("gnuplot could not draw %s", output);
    }
}

int plot_command(int argc, char **argv)
{
    static const struct argp argp = {options, parse, "FILE", description, NULL, NULL, NULL};
    struct settings settings = {0};
    struct series series = {0};
    struct plot_points points;
    char *script;
    size_t length;

    arguments_parse(&argp, argc, argv, 0, &settings);
    char *output = output_of(&settings);
    if (!ends_with(output, ".svg") && !ends_with(output, ".png")) {
        tool_fail("'%s' ends neither in .svg nor in .png", output);
    }
    series_read(&series, settings.file);
    plot_points_make(&points, &series, settings.list, settings.pid);
    if (points.count < 2) {
        tool_fail("%s has a single sample; a picture needs two", settings.file);
    }
    FILE *to = open_memstream(&script, &length);
    if (to == NULL) {
        tool_fail("out of memory");
    }
    put_script(to, &points, &settings, output);
    fclose(to);
    if (settings.script) {
        fwrite(script, 1, length, stdout);
    } else {
        signal(SIGPIPE, SIG_IGN);
        draw(script, length, output);
        printf("%s: %zu sample%s\n", output, points.count, points.count == 1 ? "" : "s");
    }
    if (series.dropped > 0) {
        fprintf(stderr, "lookaside: %zu line%s of %s could not be read and %s left out\n",
                series.dropped, series.dropped == 1 ? "" : "s", settings.file,
                series.dropped == 1 ? "was" : "were");
    }
    look_finish(stdout);
    free(script);
    free(output);
    plot_points_free(&points);
    series_free(&series);
    return 0;
}
