/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The version of the library that runs. */
#include "version.h"

const char *lookaside_version(void)
{
    return VERSION_TEXT;
}
