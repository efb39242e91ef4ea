/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The owner is a field of the thread: nested entries (one driver that calls another) restore what
 * was before them. */
#include "owner.h"

#include "self.h"

void *owner_current(void)
{
    return self()->owner;
}

void *owner_enter(void *owner)
{
    void *before = self()->owner;

    self()->owner = owner;
    return before;
}

void owner_leave(void *before)
{
    self()->owner = before;
}
