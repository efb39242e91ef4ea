/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The version of the library that runs: the numbers of the public header as text. */
#include <lookaside/lookaside.h>

#define TEXT_OF(macro) TEXT(macro)
#define TEXT(token) #token

const char *lookaside_version(void)
{
    return TEXT_OF(LOOKASIDE_VERSION_MAJOR) "." TEXT_OF(LOOKASIDE_VERSION_MINOR) "." TEXT_OF(
        LOOKASIDE_VERSION_PATCH);
}
