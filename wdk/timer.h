/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Timers, for unload. */
#ifndef WDK_TIMER_H
#define WDK_TIMER_H

#include <wdk/timer.h>

/* Cancels all timers of an owner that is gone. */
void timer_cancel_all(const void *owner);

#endif
