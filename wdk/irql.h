/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The IRQL, for the rooms above. */
#ifndef WDK_IRQL_ROOM_H
#define WDK_IRQL_ROOM_H

#include <wdk/irql.h>

#include "verifier.h"

/* For the start of a routine that has no code of its own for it: bugcheck 0xA above the level. */
void irql_require_at_most(KIRQL level, const char *routine);

/* The same for a routine that wants PASSIVE_LEVEL, under the rule that says so. */
void irql_require_passive(enum rule rule, const char *routine);

/* "APC_LEVEL", "DISPATCH_LEVEL", "IRQL 5". */
const char *irql_name(KIRQL level);

#endif
