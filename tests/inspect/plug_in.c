/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A plug-in with a copy of the library of its own. */
#include <lookaside/lookaside.h>

static lookaside_list theirs;

__attribute__((visibility("default"))) void plug_in(void);

void plug_in(void)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;

    options.name = "theirs";
    if (lookaside_init(&theirs, 40, LOOKASIDE_PAGED, &options) == LOOKASIDE_OK) {
        (void)lookaside_alloc(&theirs);
    }
}
