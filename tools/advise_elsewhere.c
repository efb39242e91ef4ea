/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside advise` where there is none: it records programs with what only Linux has, a library
 * loaded before the program's own. */
#include "tool.h"

int advise_command(int argc, char **argv)
{
    (void)argc;
    (void)argv;
    tool_fail("`lookaside advise` works on Linux only; build the program there and run it there");
}
