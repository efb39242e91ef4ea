/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Messages to the debugger. The text, at most 512 bytes of it a call, goes to standard error or to
 * the handler of wdk_set_print_handler (wdk/twin.h). Nothing is filtered by component or level: in
 * a test one wants to see all. The format is the kernel's dialect of printf: %lu has 32 bits,
 * %I64u, %p without 0x, %ws and %S wide strings, %wZ a UNICODE_STRING, %Z an ANSI_STRING. */
#ifndef WDK_PRINT_H
#define WDK_PRINT_H

#include <stdarg.h>

#include <wdk/types.h>

/* A debug ("checked") build of the driver, in which KdPrint prints; compile with DBG=0 for the
 * other one. */
#ifndef DBG
#define DBG 1
#endif

#define DPFLTR_SYSTEM_ID 0
#define DPFLTR_IHVDRIVER_ID 77
#define DPFLTR_IHVVIDEO_ID 78
#define DPFLTR_IHVAUDIO_ID 79
#define DPFLTR_IHVNETWORK_ID 80
#define DPFLTR_IHVSTREAMING_ID 81
#define DPFLTR_IHVBUS_ID 82
#define DPFLTR_DEFAULT_ID 101

#define DPFLTR_ERROR_LEVEL 0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_TRACE_LEVEL 2
#define DPFLTR_INFO_LEVEL 3
#define DPFLTR_MASK 0x80000000

WDK_BEGIN

/* Each prints and returns STATUS_SUCCESS. Any thread; the format's wide conversions need
 * IRQL = PASSIVE_LEVEL in the kernel, which is not checked here. */
ULONG DbgPrint(PCSTR Format, ...);
ULONG DbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, ...);
ULONG vDbgPrintEx(ULONG ComponentId, ULONG Level, PCSTR Format, va_list arglist);

WDK_END

/* Arguments in a second pair of parentheses: KdPrint(("%d entries\n", count)). */
#if DBG
#define KdPrint(arguments) DbgPrint arguments
#define KdPrintEx(arguments) DbgPrintEx arguments
#define KdBreakPoint() ((void)0)
#else
#define KdPrint(arguments)
#define KdPrintEx(arguments)
#define KdBreakPoint()
#endif

#endif
