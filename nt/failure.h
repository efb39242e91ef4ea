/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* When a call cannot do what it should: which lists are lists, raising, and the one way to die. */
#ifndef LA_FAILURE_H
#define LA_FAILURE_H

#include <stdbool.h>

#include <lookaside/lookaside.h>

/* LOOKASIDE_OK for an initialised list, else LOOKASIDE_NULL_ARGUMENT or LOOKASIDE_NOT_INITIALIZED. */
lookaside_status list_check(const lookaside_list *list);

/* The same for calls that cannot return a status: bugchecks, and returns false if the handler
 * returns. entry is what the call was about, or NULL. */
bool list_live_or_bugcheck(lookaside_list *list, void *entry);

/* Raises a failed allocation as the list's maker wants it; returns if the raise handler does. */
void failure_raise(lookaside_list *list, lookaside_status status);

#endif
