/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Structured exceptions: raising, and __try with __except or __finally.
 *
 * A raise goes to the innermost open __try block of the thread; without one it is bugcheck 0x1E.
 * What differs from Microsoft's compiler:
 *   - the filter of __except runs after the stack is unwound, so it cannot continue the execution;
 *   - `return`, `break` and `goto` out of a __try close it, but do not run its __finally: leave with
 *     __leave, as one does in Windows, too, for speed;
 *   - a local variable that the __try block changes and the handler reads should be volatile, as with
 *     setjmp; __leave is a goto and asks for nothing;
 *   - the compiler does not see that one of the two blocks runs to its end: a function that returns
 *     from both wants a `return` behind them, too;
 *   - in C++ destructors between the raise and the handler do not run (in a driver neither).
 * Some C++ libraries have a __try of their own: in a source that includes them, use wdk_catch
 * (wdk/twin.h). */
#ifndef WDK_EXCEPTION_H
#define WDK_EXCEPTION_H

/* The macros below are __label__ and setjmp: a -pedantic driver need not hear of it. */
#pragma GCC system_header

#include <setjmp.h>

#include <wdk/print.h>
#include <wdk/types.h>

WDK_BEGIN

#define EXCEPTION_EXECUTE_HANDLER 1
#define EXCEPTION_CONTINUE_SEARCH 0
#define EXCEPTION_CONTINUE_EXECUTION (-1)
#define EXCEPTION_NONCONTINUABLE 1
#define EXCEPTION_MAXIMUM_PARAMETERS 15

typedef struct _EXCEPTION_RECORD {
    NTSTATUS ExceptionCode;
    ULONG ExceptionFlags;
    struct _EXCEPTION_RECORD *ExceptionRecord;
    PVOID ExceptionAddress;
    ULONG NumberParameters;
    ULONG_PTR ExceptionInformation[EXCEPTION_MAXIMUM_PARAMETERS];
} EXCEPTION_RECORD, *PEXCEPTION_RECORD;

typedef struct _EXCEPTION_POINTERS {
    PEXCEPTION_RECORD ExceptionRecord;
    PVOID ContextRecord; /* NULL in the twin */
} EXCEPTION_POINTERS, *PEXCEPTION_POINTERS;

WDK_NORETURN VOID ExRaiseStatus(_In_ NTSTATUS Status);
WDK_NORETURN VOID ExRaiseAccessViolation(VOID);
WDK_NORETURN VOID ExRaiseDatatypeMisalignment(VOID);

/* In a filter or a handler: the exception that was raised last in this thread. */
NTSTATUS wdk_exception_code(void);
PEXCEPTION_POINTERS wdk_exception_information(void);
#define GetExceptionCode() wdk_exception_code()
#define GetExceptionInformation() wdk_exception_information()
#define _exception_code() wdk_exception_code()
#define _exception_info() wdk_exception_information()
#define ExSystemExceptionFilter() EXCEPTION_EXECUTE_HANDLER

/* ---- What __try, __leave, __except and __finally (compiler.h) are made of ----------------------- */

struct wdk_try {
    jmp_buf env;
    struct wdk_try *outer;
    int open;   /* raises come here */
    int raised; /* one came */
};

struct wdk_finally {
    int running;
    int abnormal; /* reached by a raise, which goes on behind the block */
    NTSTATUS code;
};

void wdk_try_open(struct wdk_try *block);
void wdk_try_close(struct wdk_try *block);
void wdk_try_abandon(struct wdk_try *block); /* when it is left by return, break or goto */
int wdk_except_pending(void);
int wdk_except_filter(int disposition);
struct wdk_finally wdk_finally_begin(void);
void wdk_finally_end(struct wdk_finally *block);

/* __try opens a scope of its own, which __except and __finally close: what follows them is the
 * driver's block. */
#define WDK_TRY                                                                                    \
    {                                                                                              \
        __label__ wdk_leave_;                                                                      \
        struct wdk_try wdk_try_ __attribute__((__cleanup__(wdk_try_abandon)));                     \
        wdk_try_open(&wdk_try_);                                                                   \
        if (setjmp(wdk_try_.env) == 0)
#define WDK_LEAVE goto wdk_leave_
#define WDK_END_OF_TRY                                                                             \
    goto wdk_leave_;                                                                               \
    wdk_leave_:                                                                                    \
    wdk_try_close(&wdk_try_);                                                                      \
    }
#define WDK_EXCEPT(filter)                                                                         \
    WDK_END_OF_TRY                                                                                 \
    if (wdk_except_pending() && wdk_except_filter(filter))
#define WDK_FINALLY                                                                                \
    WDK_END_OF_TRY                                                                                 \
    for (struct wdk_finally wdk_finally_ = wdk_finally_begin(); wdk_finally_.running;              \
         wdk_finally_end(&wdk_finally_))

/* In a __finally block: whether it was reached by a raise. */
#define AbnormalTermination() (wdk_finally_.abnormal)
#define _abnormal_termination() AbnormalTermination()

/* ---- Assertions: a failed one is raised as STATUS_ASSERTION_FAILURE -------------------------- */

/* Without a debugger to stop in, a raise of STATUS_BREAKPOINT. */
VOID DbgBreakPoint(VOID);
VOID DbgBreakPointWithStatus(_In_ ULONG Status);

VOID RtlAssert(_In_ const VOID *FailedAssertion, _In_ const VOID *FileName, _In_ ULONG LineNumber,
               _In_opt_ PCSTR Message);

WDK_END

#if DBG
#define ASSERTMSG(message, condition)                                                              \
    ((condition) ? (void)0 : RtlAssert(#condition, __FILE__, __LINE__, message))
#define NT_VERIFY(condition)                                                                       \
    ((condition) ? TRUE : (RtlAssert(#condition, __FILE__, __LINE__, NULL), FALSE))
#else
#define ASSERTMSG(message, condition) ((void)0)
#define NT_VERIFY(condition) ((condition) ? TRUE : FALSE)
#endif
#define ASSERT(condition) ASSERTMSG(NULL, condition)
#define NT_ASSERT(condition) ASSERTMSG(NULL, condition)
#define NT_ASSERTMSG(message, condition) ASSERTMSG(message, condition)

#endif
