/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A bugcheck goes to the innermost wdk_catch_bugcheck of its thread, as a longjmp; without one it
 * is printed, and the program aborts. A thread that nobody watches thus ends the program, as it
 * should.
 *
 * Rooms above call bugcheck() with no lock held, so that a test can go on after a caught one: the
 * twin's own state is consistent. The catcher puts the thread's state (self.h) back as a whole. */
#include "bugcheck.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <wdk/expect.h>

#include "self.h"
#include "trace.h"

struct catch_frame {
    jmp_buf env;
    wdk_bugcheck *record;
};

BOOLEAN wdk_catch_bugcheck(wdk_body *body, void *context, wdk_bugcheck *record)
{
    struct self before = *self();
    wdk_bugcheck unwanted;
    struct catch_frame frame;

    frame.record = record != NULL ? record : &unwanted;
    if (setjmp(frame.env) != 0) {
        *self() = before;
        return TRUE;
    }
    self()->catcher = &frame;
    body(context);
    self()->catcher = before.catcher;
    return FALSE;
}

static void print(const wdk_bugcheck *record)
{
    struct trace trace;

    (void)fflush(stdout); /* what the test said before comes first */
    (void)fprintf(stderr, "*** STOP: 0x%08X (0x%016lX, 0x%016lX, 0x%016lX, 0x%016lX)\n    %s\n",
                  record->code, record->parameters[0], record->parameters[1], record->parameters[2],
                  record->parameters[3], record->sentence);
    trace_take(&trace);
    trace_print(&trace);
}

WDK_NORETURN static void stop(const wdk_bugcheck *record)
{
    struct catch_frame *catcher = self()->catcher;

    if (catcher != NULL) {
        *catcher->record = *record;
        longjmp(catcher->env, 1);
    }
    print(record);
    abort();
}

void bugcheck(ULONG code, ULONG_PTR parameter1, ULONG_PTR parameter2, ULONG_PTR parameter3,
              ULONG_PTR parameter4, const char *format, ...)
{
    wdk_bugcheck record = {code, {parameter1, parameter2, parameter3, parameter4}, ""};
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(record.sentence, sizeof(record.sentence), format, arguments);
    va_end(arguments);
    stop(&record);
}

VOID KeBugCheckEx(ULONG BugCheckCode, ULONG_PTR BugCheckParameter1, ULONG_PTR BugCheckParameter2,
                  ULONG_PTR BugCheckParameter3, ULONG_PTR BugCheckParameter4)
{
    bugcheck(BugCheckCode, BugCheckParameter1, BugCheckParameter2, BugCheckParameter3,
             BugCheckParameter4, "The driver itself called KeBugCheckEx.");
}

VOID KeBugCheck(ULONG BugCheckCode)
{
    KeBugCheckEx(BugCheckCode, 0, 0, 0, 0);
}

VOID RtlFailFast(ULONG Code)
{
    bugcheck(KERNEL_SECURITY_CHECK_FAILURE, Code, 0, 0, 0,
             "The driver itself called __fastfail(%u).", Code);
}

struct tag_text tag_text(ULONG tag)
{
    struct tag_text result = {"...."};

    for (unsigned i = 0; i < 4; i++) {
        unsigned char letter = (unsigned char)(tag >> (8 * i));
        if (letter >= 0x20 && letter < 0x7F) {
            result.text[i] = (char)letter;
        }
    }
    return result;
}
