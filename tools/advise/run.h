/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The program that is asked about: run under the recorder. */
#ifndef LOOKASIDE_ADVISE_RUN_H
#define LOOKASIDE_ADVISE_RUN_H

#include "recording_set.h"

/* Runs the command, which ends with NULL, and reads what was recorded. With baseline it is run once
 * more before, without the recorder. Ends the tool when the command cannot be run. */
void run_recorded(struct recording *recording, char **command, uint64_t limit, bool baseline);

#endif
