/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* System threads. Each is a thread of the host, belongs to the driver whose code created it, and
 * can be waited for through its object; one that still runs at unload is reported. */
#ifndef WDK_THREAD_PUBLIC_H
#define WDK_THREAD_PUBLIC_H

#include <wdk/object.h>
#include <wdk/sync.h>
#include <wdk/types.h>

typedef struct _KTHREAD KTHREAD;
typedef struct _ETHREAD *PETHREAD;
typedef struct _EPROCESS *PEPROCESS, *PKPROCESS;

typedef struct _CLIENT_ID {
    HANDLE UniqueProcess;
    HANDLE UniqueThread;
} CLIENT_ID, *PCLIENT_ID;

typedef VOID KSTART_ROUTINE(PVOID StartContext);
typedef KSTART_ROUTINE *PKSTART_ROUTINE;

#define LOW_PRIORITY 0
#define LOW_REALTIME_PRIORITY 16
#define HIGH_PRIORITY 31

WDK_BEGIN

/* Starts a thread in StartRoutine at PASSIVE_LEVEL. The caller closes the handle with ZwClose.
 * STATUS_INSUFFICIENT_RESOURCES when the host has none, or by fault injection. IRQL = PASSIVE_LEVEL
 * (bugcheck 0xC4, 0x2001C). */
NTSTATUS PsCreateSystemThread(PHANDLE ThreadHandle, ULONG DesiredAccess,
                              POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle,
                              PCLIENT_ID ClientId, PKSTART_ROUTINE StartRoutine,
                              PVOID StartContext);

/* Ends the calling system thread, from however deep; destructors of C++ objects on its stack do not
 * run, as in the kernel. Returning from the start routine does the same. PASSIVE_LEVEL, no spin
 * lock held (bugcheck 0xC4, 0x2001C and 0x100A), no mutex owned (0x4000008A). Returns
 * STATUS_INVALID_PARAMETER in a thread that is not a system thread. */
NTSTATUS PsTerminateSystemThread(NTSTATUS ExitStatus);
BOOLEAN PsIsSystemThread(PETHREAD Thread);

PRKTHREAD KeGetCurrentThread(VOID);
#define PsGetCurrentThread() ((PETHREAD)KeGetCurrentThread())
HANDLE PsGetCurrentThreadId(VOID);
HANDLE PsGetCurrentProcessId(VOID);
PEPROCESS PsGetCurrentProcess(VOID);
#define IoGetCurrentProcess PsGetCurrentProcess

/* Sleeps. Interval: negative from now, positive a system time, in units of 100 ns. IRQL <=
 * APC_LEVEL (bugcheck 0xC4, 0xE5). */
NTSTATUS KeDelayExecutionThread(KPROCESSOR_MODE WaitMode, BOOLEAN Alertable,
                                PLARGE_INTEGER Interval);

/* Priorities are remembered and mean nothing else. Set returns the one before. */
KPRIORITY KeSetPriorityThread(PKTHREAD Thread, KPRIORITY Priority);
KPRIORITY KeQueryPriorityThread(PKTHREAD Thread);

WDK_END

#endif
