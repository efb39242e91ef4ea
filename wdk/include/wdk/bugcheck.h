/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Bugchecks. In the twin one prints its code, its parameters, what happened, what to do, and the
 * calls that led to it, and aborts the program; wdk_catch_bugcheck (wdk/twin.h) lets a test expect it. */
#ifndef WDK_BUGCHECK_H
#define WDK_BUGCHECK_H

#include <wdk/types.h>

WDK_BEGIN

#define IRQL_NOT_GREATER_OR_EQUAL 0x00000009u
#define IRQL_NOT_LESS_OR_EQUAL 0x0000000Au
#define MAXIMUM_WAIT_OBJECTS_EXCEEDED 0x0000000Cu
#define SPIN_LOCK_ALREADY_OWNED 0x0000000Fu
#define SPIN_LOCK_NOT_OWNED 0x00000010u
#define BAD_POOL_HEADER 0x00000019u
#define KMODE_EXCEPTION_NOT_HANDLED 0x0000001Eu
#define DRIVER_CORRUPTED_EXPOOL 0x000000C5u
#define DRIVER_CAUGHT_MODIFYING_FREED_POOL 0x000000C6u
#define MULTIPLE_IRP_COMPLETE_REQUESTS 0x00000044u
#define INVALID_KERNEL_HANDLE 0x00000093u
#define SPECIAL_POOL_DETECTED_MEMORY_CORRUPTION 0x000000C1u
#define BAD_POOL_CALLER 0x000000C2u
#define DRIVER_VERIFIER_DETECTED_VIOLATION 0x000000C4u
#define TIMER_OR_DPC_INVALID 0x000000C7u
#define IRQL_UNEXPECTED_VALUE 0x000000C8u
#define DRIVER_VERIFIER_IOMANAGER_VIOLATION 0x000000C9u
#define DRIVER_UNLOADED_WITHOUT_CANCELLING_PENDING_OPERATIONS 0x000000CEu
#define DRIVER_IRQL_NOT_LESS_OR_EQUAL 0x000000D1u
#define MANUALLY_INITIATED_CRASH 0x000000E2u
#define DRIVER_RETURNED_HOLDING_CANCEL_LOCK 0x0000011Bu
#define KERNEL_SECURITY_CHECK_FAILURE 0x00000139u
#define THREAD_TERMINATE_HELD_MUTEX 0x4000008Au

#define FAST_FAIL_CORRUPT_LIST_ENTRY 3u
#define FAST_FAIL_INVALID_ARG 5u

WDK_NORETURN VOID KeBugCheck(_In_ ULONG BugCheckCode);
WDK_NORETURN VOID KeBugCheckEx(_In_ ULONG BugCheckCode, _In_ ULONG_PTR BugCheckParameter1,
                               _In_ ULONG_PTR BugCheckParameter2, _In_ ULONG_PTR BugCheckParameter3,
                               _In_ ULONG_PTR BugCheckParameter4);

/* Bugcheck 0x139 with this parameter 1. */
WDK_NORETURN VOID RtlFailFast(_In_ ULONG Code);
#define __fastfail(code) RtlFailFast(code)

WDK_END

#endif
