/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the twin asks of the system it runs on, beyond C and POSIX threads. */
#ifndef WDK_HOST_H
#define WDK_HOST_H

#include <wdk/types.h>

/* The processor that runs this thread at the moment, and how many there are; at least 1. */
ULONG host_processor(void);
ULONG host_processor_count(void);

/* Nanoseconds since the machine started; never goes back. */
ULONGLONG host_uptime(void);

/* The system time as Windows counts it: units of 100 ns since 1601 began, in UTC. */
LONGLONG host_system_time(void);

/* Lets another thread run. */
void host_yield(void);

#endif
