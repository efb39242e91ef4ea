/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The kernel's clocks over the host's two: the system time, which may jump, and the time since
 * start, which all others are views of. The tick of 15.625 ms is that of a Windows that nobody
 * asked for a finer one; a driver that assumes it knows the length of a tick is wrong there, too. */
#include <wdk/time.h>

#include "host.h"

#define NANOSECONDS_PER_UNIT 100u
#define UNITS_PER_TICK 156250u
#define COUNTS_PER_SECOND 10000000

VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime)
{
    CurrentTime->QuadPart = host_system_time();
}

VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime)
{
    KeQuerySystemTime(CurrentTime);
}

ULONGLONG KeQueryInterruptTime(VOID)
{
    return host_uptime() / NANOSECONDS_PER_UNIT;
}

ULONGLONG KeQueryUnbiasedInterruptTime(VOID)
{
    return KeQueryInterruptTime();
}

VOID KeQueryTickCount(PLARGE_INTEGER TickCount)
{
    TickCount->QuadPart = (LONGLONG)(KeQueryInterruptTime() / UNITS_PER_TICK);
}

ULONG KeQueryTimeIncrement(VOID)
{
    return UNITS_PER_TICK;
}

LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency)
{
    LARGE_INTEGER count;

    count.QuadPart = (LONGLONG)KeQueryInterruptTime();
    if (PerformanceFrequency != NULL) {
        PerformanceFrequency->QuadPart = COUNTS_PER_SECOND;
    }
    return count;
}

VOID KeStallExecutionProcessor(ULONG MicroSeconds)
{
    ULONGLONG end = host_uptime() + MicroSeconds * 1000ull;

    while (host_uptime() < end) {
    }
}

/* ---- Processors ------------------------------------------------------------------------------ */

ULONG KeGetCurrentProcessorNumber(VOID)
{
    return host_processor();
}

ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber)
{
    ULONG processor = host_processor();

    if (ProcNumber != NULL) {
        *ProcNumber = (PROCESSOR_NUMBER){.Group = 0, .Number = (UCHAR)processor};
    }
    return processor;
}

ULONG KeQueryActiveProcessorCount(KAFFINITY *ActiveProcessors)
{
    ULONG count = host_processor_count();

    if (ActiveProcessors != NULL) {
        *ActiveProcessors = count >= 64 ? ~(KAFFINITY)0 : ((KAFFINITY)1 << count) - 1;
    }
    return count;
}

ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber)
{
    return GroupNumber == 0 || GroupNumber == ALL_PROCESSOR_GROUPS ? host_processor_count() : 0;
}

ULONG KeQueryMaximumProcessorCount(VOID)
{
    return host_processor_count();
}

ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber)
{
    return KeQueryActiveProcessorCountEx(GroupNumber);
}
