/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What unload asks about system threads. */
#ifndef WDK_SYSTEM_THREAD_H
#define WDK_SYSTEM_THREAD_H

#include <wdk/types.h>

/* How many of this owner's threads still run code of the driver. */
ULONG system_thread_count(const void *owner);

/* Joins the threads that have ended. */
void system_thread_reap(void);

#endif
