/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the subcommands of `lookaside` share. */
#ifndef LOOKASIDE_TOOL_H
#define LOOKASIDE_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* The tool's own failures, told apart from those of a program it runs as env and timeout do. */
#define TOOL_FAILED 125
#define TOOL_CANNOT_RUN 126
#define TOOL_NOT_FOUND 127

/* The build says which printf it is where a system has two. */
#ifndef TOOL_PRINTF_KIND
#define TOOL_PRINTF_KIND printf
#endif
#define TOOL_PRINTF(format_at, first_at)                                                           \
    __attribute__((__format__(TOOL_PRINTF_KIND, format_at, first_at)))

#define TOOL_NEVER_NULL __attribute__((returns_nonnull))

/* One subcommand. To add one: write its run function and add a line to a table below. */
struct command {
    const char *name;
    const char *summary;
    int (*run)(int argc, char **argv); /* argv[0] is "lookaside NAME"; returns the exit status */
};

/* All subcommands, X(name, summary): NAME is NAME_command. Elsewhere than on Linux, those of the
 * second table say so (elsewhere.c). */
#define COMMANDS_OF_ALL(X) X(demo, "the driver's story in user mode: a list, its report, its speed")
#define COMMANDS_OF_LINUX(X)                                                                       \
    X(advise, "which allocations of a program belong in lookaside lists")                          \
    X(ps, "the processes that have lists, with their totals")                                      \
    X(show, "the lists of a process or a core dump, in a table or in full")                        \
    X(top, "the lists of one or all processes, live, with rates")                                  \
    X(whatis, "which list and entry an address belongs to, and whether that is free")              \
    X(verify, "prove that every magazine, depot and slab is as it should be")                      \
    X(record, "write the figures to a file, again and again")                                      \
    X(plot, "draw what was recorded")                                                              \
    X(explain, "what a figure means")                                                              \
    X(export, "serve the figures to Prometheus")

#define DECLARE_COMMAND(name, summary) int name##_command(int argc, char **argv);
COMMANDS_OF_ALL(DECLARE_COMMAND)
COMMANDS_OF_LINUX(DECLARE_COMMAND)

/* Write "lookaside: ..." to standard error and exit with TOOL_FAILED. */
_Noreturn void tool_fail(const char *format, ...) TOOL_PRINTF(1, 2);

/* For a subcommand without options: tells the help if asked for it, fails on any other word. */
void tool_no_options(int argc, char **argv, const char *help);

/* Zeroed memory; there is no return without it. */
TOOL_NEVER_NULL void *tool_allocate(size_t count, size_t size);

/* Makes room for one more in an array that has count of *capacity elements. */
TOOL_NEVER_NULL void *tool_grow(void *array, size_t count, size_t *capacity, size_t size);

/* A string of its own. */
char *tool_format(const char *format, ...) TOOL_PRINTF(1, 2);

/* Nanoseconds of a steady clock. */
uint64_t tool_clock(void);

/* Whether to colour what goes to the stream. */
bool tool_wants_colour(FILE *stream);

/* A figure in at most 6 characters: 950, 12.3k, 4.56M. */
const char *tool_short_count(char *buffer, size_t size, double value);

#define TOOL_SHORT 16

#endif
