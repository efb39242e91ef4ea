/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Small things that every subcommand needs: to fail, to allocate, to print a figure. */
#include "tool.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

void tool_fail(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fflush(stdout);
    fputs("lookaside: ", stderr);
    /* clang-tidy 14 does not see va_start. */
    vfprintf(stderr, format, arguments); /* NOLINT(clang-analyzer-valist.Uninitialized) */
    va_end(arguments);
    fputc('\n', stderr);
    exit(TOOL_FAILED);
}

void tool_no_options(int argc, char **argv, const char *help)
{
    if (argc < 2) {
        return;
    }
    if (argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0)) {
        printf("Usage: %s\n\n%s\n", argv[0], help);
        exit(0);
    }
    tool_fail("`%s` takes no options but --help, not '%s'", argv[0], argv[1]);
}

void *tool_allocate(size_t count, size_t size)
{
    void *memory = calloc(count > 0 ? count : 1, size);

    if (memory == NULL) {
        tool_fail("out of memory (%zu bytes)", count * size);
    }
    return memory;
}

void *tool_grow(void *array, size_t count, size_t *capacity, size_t size)
{
    if (count < *capacity) {
        return array;
    }
    size_t larger = *capacity < 16 ? 16 : *capacity * 2;
    void *grown = larger > SIZE_MAX / size ? NULL : realloc(array, larger * size);
    if (grown == NULL) {
        tool_fail("out of memory (%zu bytes)", larger * size);
    }
    memset((char *)grown + count * size, 0, (larger - count) * size);
    *capacity = larger;
    return grown;
}

char *tool_format(const char *format, ...)
{
    va_list arguments;
    char *text;

    va_start(arguments, format);
    if (vasprintf(&text, format, arguments) < 0) {
        tool_fail("out of memory");
    }
    va_end(arguments);
    return text;
}

uint64_t tool_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

bool tool_wants_colour(FILE *stream)
{
    const char *off = getenv("NO_COLOR");
    const char *terminal = getenv("TERM");

    return isatty(fileno(stream)) && (off == NULL || off[0] == '\0') &&
           (terminal == NULL || strcmp(terminal, "dumb") != 0);
}

const char *tool_short_count(char *buffer, size_t size, double value)
{
    static const char units[] = {' ', 'k', 'M', 'G', 'T'};
    size_t unit = 0;

    while (value >= 999.5 && unit + 1 < sizeof(units)) {
        value /= 1000;
        unit++;
    }
    if (unit == 0) {
        snprintf(buffer, size, "%.0f", value);
    } else {
        snprintf(buffer, size, "%.*f%c",
                 value < 9.995   ? 2
                 : value < 99.95 ? 1
                                 : 0,
                 value, units[unit]);
    }
    return buffer;
}
