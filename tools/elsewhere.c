/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The subcommands of Linux where there is none: they look into processes and core dumps, or load a
 * library before a program's own, as only Linux can. */
#include "tool.h"

#define SAYS_SO(name, summary)                                                                     \
    int name##_command(int argc, char **argv)                                                      \
    {                                                                                              \
        (void)argc;                                                                                \
        tool_fail("`%s` works on Linux only; build and run it there", argv[0]);                    \
    }

COMMANDS_OF_LINUX(SAYS_SO)
