/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The lookaside command: runs one of the subcommands of tool.h's tables. */
#include "tool.h"

#include <lookaside/lookaside.h>

#include <string.h>

#define LINE(name, summary) {#name, summary, name##_command},

static const struct command commands[] = {COMMANDS_OF_ALL(LINE) COMMANDS_OF_LINUX(LINE)};

static const size_t command_count = sizeof(commands) / sizeof(commands[0]);

static void help(FILE *stream)
{
    fputs("Usage: lookaside SUBCOMMAND [ARGUMENT...]\n\n", stream);
    for (size_t i = 0; i < command_count; i++) {
        fprintf(stream, "  %-10s %s\n", commands[i].name, commands[i].summary);
    }
    fputs("\n`lookaside SUBCOMMAND --help` tells its options; `lookaside --version` the version.\n",
          stream);
}

static int run(const struct command *command, int argc, char **argv)
{
    char name[64];

    snprintf(name, sizeof(name), "lookaside %s", command->name);
    argv[1] = name;
    return command->run(argc - 1, argv + 1);
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        help(stderr);
        return TOOL_FAILED;
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
        strcmp(argv[1], "help") == 0) {
        help(stdout);
        return 0;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        printf("lookaside %s\n", lookaside_version());
        return 0;
    }
    for (size_t i = 0; i < command_count; i++) {
        if (strcmp(argv[1], commands[i].name) == 0) {
            return run(&commands[i], argc, argv);
        }
    }
    fprintf(stderr, "lookaside: there is no subcommand '%s'; `lookaside --help` lists them\n",
            argv[1]);
    return TOOL_FAILED;
}
