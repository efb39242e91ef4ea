/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The numbers of the public header as text. */
#ifndef LA_VERSION_H
#define LA_VERSION_H

#include <lookaside/lookaside.h>

#define VERSION_OF(major, minor, patch) VERSION_TOKENS(major, minor, patch)
#define VERSION_TOKENS(major, minor, patch) #major "." #minor "." #patch
#define VERSION_TEXT                                                                               \
    VERSION_OF(LOOKASIDE_VERSION_MAJOR, LOOKASIDE_VERSION_MINOR, LOOKASIDE_VERSION_PATCH)

#endif
