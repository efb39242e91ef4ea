/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The open __try blocks of a thread are a stack, threaded through the blocks' own frames;
 * self()->tries is the innermost. A raise takes it off and jumps to it. A block can end in three
 * ways:
 *
 *     close     at its end, or by __leave: off the stack, unless a raise took it off
 *     raise     off the stack, `raised`; then close, which tells the handler through `pending`
 *     abandon   left by return, break or goto: the compiler's cleanup takes it off
 *
 * `pending` lives from close to the very next call in the same thread, wdk_except_pending or
 * wdk_finally_begin, and is taken by that: a stale one could run a handler for nothing.
 *
 * A raise that finds no block is bugcheck 0x1E, as in Windows. */
#include <wdk/exception.h>

#include <stdio.h>
#include <stdlib.h>

#include <wdk/expect.h>
#include <wdk/ntstatus.h>

#include "bugcheck.h"
#include "self.h"

static _Thread_local EXCEPTION_RECORD record;
static _Thread_local int pending;

WDK_NORETURN static void raise_again(NTSTATUS code)
{
    struct wdk_try *block = self()->tries;

    record.ExceptionCode = code;
    if (block == NULL) {
        bugcheck(
            KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)(LONG_PTR)code,
            (ULONG_PTR)record.ExceptionAddress, 0, 0,
            "Status 0x%08X was raised and nobody catches it. Put __try and __except around the "
            "call, or ask for NULL instead of a raise.",
            (ULONG)code);
    }
    self()->tries = block->outer;
    block->open = 0;
    block->raised = 1;
    longjmp(block->env, 1);
}

WDK_NORETURN static void raise_new(NTSTATUS code, PVOID address)
{
    record = (EXCEPTION_RECORD){0};
    record.ExceptionFlags = EXCEPTION_NONCONTINUABLE;
    record.ExceptionAddress = address;
    raise_again(code);
}

VOID ExRaiseStatus(NTSTATUS Status)
{
    raise_new(Status, _ReturnAddress());
}

VOID ExRaiseAccessViolation(VOID)
{
    raise_new(STATUS_ACCESS_VIOLATION, _ReturnAddress());
}

VOID ExRaiseDatatypeMisalignment(VOID)
{
    raise_new(STATUS_DATATYPE_MISALIGNMENT, _ReturnAddress());
}

VOID DbgBreakPoint(VOID)
{
    raise_new(STATUS_BREAKPOINT, _ReturnAddress());
}

VOID DbgBreakPointWithStatus(ULONG Status)
{
    (void)Status; /* for the debugger's eyes */
    raise_new(STATUS_BREAKPOINT, _ReturnAddress());
}

VOID RtlAssert(const VOID *FailedAssertion, const VOID *FileName, ULONG LineNumber, PCSTR Message)
{
    (void)fprintf(stderr, "*** Assertion failed: %s%s%s\n    %s:%u\n", Message ? Message : "",
                  Message ? ": " : "", (const char *)FailedAssertion, (const char *)FileName,
                  LineNumber);
    raise_new(STATUS_ASSERTION_FAILURE, _ReturnAddress());
}

NTSTATUS wdk_exception_code(void)
{
    return record.ExceptionCode;
}

PEXCEPTION_POINTERS wdk_exception_information(void)
{
    static _Thread_local EXCEPTION_POINTERS pointers;

    pointers.ExceptionRecord = &record;
    return &pointers;
}

/* ---- __try -------------------------------------------------------------------------------------- */

void wdk_try_open(struct wdk_try *block)
{
    block->outer = self()->tries;
    block->open = 1;
    block->raised = 0;
    self()->tries = block;
}

void wdk_try_abandon(struct wdk_try *block)
{
    if (block->open) {
        block->open = 0;
        self()->tries = block->outer;
    }
}

void wdk_try_close(struct wdk_try *block)
{
    wdk_try_abandon(block);
    pending = block->raised;
}

int wdk_except_pending(void)
{
    int result = pending;

    pending = 0;
    return result;
}

int wdk_except_filter(int disposition)
{
    if (disposition == EXCEPTION_CONTINUE_SEARCH) {
        raise_again(record.ExceptionCode);
    }
    if (disposition < 0) {
        bugcheck(KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)(LONG_PTR)STATUS_NONCONTINUABLE_EXCEPTION,
                 (ULONG_PTR)record.ExceptionAddress, 0, 0,
                 "A filter asked to continue after status 0x%08X; the twin cannot. Handle it, or "
                 "search on.",
                 (ULONG)record.ExceptionCode);
    }
    return 1;
}

struct wdk_finally wdk_finally_begin(void)
{
    struct wdk_finally block = {1, wdk_except_pending(), record.ExceptionCode};

    return block;
}

void wdk_finally_end(struct wdk_finally *block)
{
    block->running = 0;
    if (block->abnormal) {
        raise_again(block->code);
    }
}

/* ---- For tests ---------------------------------------------------------------------------------- */

NTSTATUS wdk_catch(wdk_body *body, void *context)
{
    WDK_TRY
    {
        body(context);
    }
    WDK_EXCEPT(EXCEPTION_EXECUTE_HANDLER)
    {
        return GetExceptionCode();
    }
    return STATUS_SUCCESS;
}
