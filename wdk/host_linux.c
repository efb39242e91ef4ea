/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Linux. The processors counted are those the machine has, also where the process may use fewer of
 * them: drivers index arrays of this many places by the number of the current one. */
#include "host.h"

#include <sched.h>
#include <time.h>
#include <unistd.h>

#define NANOSECONDS_PER_SECOND 1000000000ull
#define UNITS_PER_SECOND 10000000ll
/* From the beginning of 1601 to that of 1970. */
#define SECONDS_BEFORE_UNIX 11644473600ll

ULONG host_processor(void)
{
    int processor = sched_getcpu();

    return processor < 0 ? 0 : (ULONG)processor;
}

ULONG host_processor_count(void)
{
    long count = sysconf(_SC_NPROCESSORS_CONF);

    return count < 1 ? 1 : (ULONG)count;
}

ULONGLONG host_uptime(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_MONOTONIC, &now);
    return (ULONGLONG)now.tv_sec * NANOSECONDS_PER_SECOND + (ULONGLONG)now.tv_nsec;
}

LONGLONG host_system_time(void)
{
    struct timespec now;

    (void)clock_gettime(CLOCK_REALTIME, &now);
    return (now.tv_sec + SECONDS_BEFORE_UNIX) * UNITS_PER_SECOND + now.tv_nsec / 100;
}

void host_yield(void)
{
    (void)sched_yield();
}
