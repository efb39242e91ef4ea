/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the subcommands that look inside have in common: opening what the user named, printing,
 * sorting, and ending as they should. */
#ifndef LOOK_LOOK_H
#define LOOK_LOOK_H

#include "../arguments.h"
#include "../inspect/inspect_text.h"
#include "../tool.h"
#include "counters.h"

#include <signal.h>

/* Ends the command with the error's sentence, and its result as the exit status. */
_Noreturn void look_fail(const struct inspect_error *error);

/* Opens a process or a core; reads all its lists. There is no return without. */
TOOL_NEVER_NULL struct inspect_target *look_open(const char *process_or_core);
TOOL_NEVER_NULL struct inspect_snapshot *look_snapshot(struct inspect_target *target);

/* Ends the command: no list of the snapshot is called so. */
_Noreturn void look_no_such_list(const struct inspect_snapshot *snapshot, const char *word);

/* Texts to a stream, in colour if it is a terminal. */
struct inspect_text look_text(FILE *to);

/* Ends the output; fails if not all of it could be written. */
void look_finish(FILE *to);

/* Sorts by "name", "tag", or any figure of the table, the greatest first. The key was checked. */
void look_sort(struct inspect_snapshot *snapshot, const char *key);
void look_check_sort_key(struct argp_state *state, const char *key);

/* Whether the failure of a process that was read before means that it has ended, or is ending. */
bool look_has_ended(const struct inspect_error *error);

/* From now on, a signal that wants the command to end only sets look_ended to its number. */
void look_catch_signals(void);
extern volatile sig_atomic_t look_ended;

/* Sleeps until tool_clock says so, or a signal comes; returns false for a signal. */
bool look_sleep_until(uint64_t clock);

#endif
