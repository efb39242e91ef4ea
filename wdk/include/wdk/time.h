/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Clocks and processors. Any IRQL, any thread. */
#ifndef WDK_TIME_H
#define WDK_TIME_H

#include <wdk/types.h>

#define ALL_PROCESSOR_GROUPS 0xffff

typedef struct _PROCESSOR_NUMBER {
    USHORT Group;
    UCHAR Number;
    UCHAR Reserved;
} PROCESSOR_NUMBER, *PPROCESSOR_NUMBER;

WDK_BEGIN

/* Units of 100 ns since 1601 began, in UTC; the precise one is the same here. */
VOID KeQuerySystemTime(PLARGE_INTEGER CurrentTime);
VOID KeQuerySystemTimePrecise(PLARGE_INTEGER CurrentTime);

/* Units of 100 ns since the machine started. */
ULONGLONG KeQueryInterruptTime(VOID);
ULONGLONG KeQueryUnbiasedInterruptTime(VOID);

/* Ticks since the machine started; one is KeQueryTimeIncrement() units of 100 ns, 15.625 ms. */
VOID KeQueryTickCount(PLARGE_INTEGER TickCount);
ULONG KeQueryTimeIncrement(VOID);

/* A counter at 10 MHz, as on Windows 10; the frequency is stored where the pointer is not NULL. */
LARGE_INTEGER KeQueryPerformanceCounter(PLARGE_INTEGER PerformanceFrequency);

/* Spins for so many microseconds. */
VOID KeStallExecutionProcessor(ULONG MicroSeconds);

/* The processor that runs this thread at the moment: in the twin, raising the IRQL does not keep a
 * thread there. There is one group. */
ULONG KeGetCurrentProcessorNumber(VOID);
ULONG KeGetCurrentProcessorNumberEx(PPROCESSOR_NUMBER ProcNumber);
ULONG KeQueryActiveProcessorCount(KAFFINITY *ActiveProcessors);
ULONG KeQueryActiveProcessorCountEx(USHORT GroupNumber);
ULONG KeQueryMaximumProcessorCount(VOID);
ULONG KeQueryMaximumProcessorCountEx(USHORT GroupNumber);

WDK_END

#endif
