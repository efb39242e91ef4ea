/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* For calls that cannot return a status. */
#ifndef LA_BUGCHECK_H
#define LA_BUGCHECK_H

#include "list.h"

/* The list that a handle stands for. When it stands for none: bugchecks and, if the handler
 * returns, returns NULL. entry is what the call was about, or NULL. No lock held. */
struct lookaside_state *list_or_bugcheck(lookaside_list *handle, void *entry);

#endif
