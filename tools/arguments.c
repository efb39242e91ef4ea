/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the subcommands read from the command line. What the user typed wrong ends the command with
 * TOOL_FAILED and a sentence that says what would be right. */
#include "arguments.h"

#include "tool.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>

/* Nothing but digits, and not too many of them. */
static bool is_number(const char *text, uint64_t *value)
{
    char *end;

    errno = 0;
    *value = strtoull(text, &end, 10);
    return errno == 0 && isdigit((unsigned char)text[0]) && *end == '\0';
}

uint64_t arguments_number(struct argp_state *state, const char *text, uint64_t least, uint64_t most)
{
    uint64_t value;

    if (!is_number(text, &value) || value < least || value > most) {
        argp_error(state, "'%s' is not a number from %llu to %llu", text, (unsigned long long)least,
                   (unsigned long long)most);
    }
    return value;
}

pid_t arguments_process(struct argp_state *state, const char *text)
{
    uint64_t value;

    if (!is_number(text, &value) || value == 0 || value > INT32_MAX) {
        argp_error(state, "'%s' is not a process ID; `lookaside ps` tells who has lists", text);
    }
    return (pid_t)value;
}

double arguments_seconds(struct argp_state *state, const char *text)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end != '\0' || !isfinite(value) || value < 0.01 || value > 86400) {
        argp_error(state, "'%s' is not a number of seconds from 0.01 to 86400", text);
    }
    return value;
}

void arguments_parse(const struct argp *argp, int argc, char **argv, unsigned flags, void *settings)
{
    argp_err_exit_status = TOOL_FAILED;
    if (argp_parse(argp, argc, argv, flags, NULL, settings) != 0) {
        exit(TOOL_FAILED);
    }
}
