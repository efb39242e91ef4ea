/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Bugchecks and exceptions that a test expects, and which faults are worth dying for. */
#ifndef WDK_EXPECT_H
#define WDK_EXPECT_H

#include <wdk/types.h>

WDK_BEGIN

typedef void wdk_body(void *context);

#define WDK_SENTENCE_SIZE 512

typedef struct wdk_bugcheck {
    ULONG code;
    ULONG_PTR parameters[4];
    char sentence[WDK_SENTENCE_SIZE]; /* what happened and what to do; names the list and the tag */
} wdk_bugcheck;

/* Calls body(context). When it bugchecks in this thread, nothing is printed, *record (which may be
 * NULL) tells which, the thread is put back to where it was (IRQL, __try blocks), and the result is
 * TRUE. What the body had allocated or locked stays so: a kernel does not clean up after itself. */
BOOLEAN wdk_catch_bugcheck(wdk_body *body, void *context, wdk_bugcheck *record);

/* Calls body(context). The status that it raised, or STATUS_SUCCESS. For C++, whose library may
 * have taken the name __try; works in C, too. */
NTSTATUS wdk_catch(wdk_body *body, void *context);

typedef enum wdk_action {
    WDK_IGNORE,  /* go on as a kernel without Driver Verifier */
    WDK_WARN,    /* say so on standard error, once for each place, and go on */
    WDK_BUGCHECK /* die */
} wdk_action;

/* What to do about a fault that Driver Verifier knows, named by the bugcheck's code and its first
 * parameter: wdk_set_action(0xC4, 0x2000, WDK_BUGCHECK) forbids executable pool. Returns what was
 * done so far. A number that the twin does not check is a mistake of the test: bugcheck.
 * wdk/README.md has the table. */
wdk_action wdk_set_action(ULONG code, ULONG_PTR parameter1, wdk_action action);

/* How many faults were warned about, in all threads, since the program began. */
ULONG wdk_warnings(void);

WDK_END

#endif
