/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Whose memory and whose lists: the driver in whose name a thread runs. The loader enters a driver
 * around each of its entry points, a system thread inherits its creator's, and every pool block and
 * every list notes the current one; at unload the leaks of this driver alone are reported.
 *
 * NULL stands for the test program itself: what it allocates is reported to nobody, and fault
 * injection leaves it alone. */
#ifndef WDK_OWNER_H
#define WDK_OWNER_H

void *owner_current(void);

/* owner_enter makes owner the current one and returns the one before, for owner_leave. */
void *owner_enter(void *owner);
void owner_leave(void *before);

#endif
