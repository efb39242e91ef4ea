/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* cmocka and the twin, and what the tests of the twin share. */
#ifndef LOOKASIDE_TESTS_TWIN_TEST_H
#define LOOKASIDE_TESTS_TWIN_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <wdk/twin.h>

/* A test; its name is a sentence of the specification. */
#define TEST(name) static void name(__attribute__((unused)) void **state)

/* Runs the tests and gives main's exit status. */
#define RUN_TESTS(tests) cmocka_run_group_tests_name(__FILE__, tests, NULL, NULL)

/* body(context) must bugcheck with this code and first parameter; what it said. */
static inline wdk_bugcheck expect_bugcheck(wdk_body *body, void *context, ULONG code,
                                           ULONG_PTR parameter1)
{
    wdk_bugcheck record = {0, {0, 0, 0, 0}, ""};

    if (!wdk_catch_bugcheck(body, context, &record)) {
        fail_msg("no bugcheck; expected 0x%X/0x%lX", code, parameter1);
    }
    if (record.code != code || record.parameters[0] != parameter1) {
        fail_msg("bugcheck 0x%X/0x%lX (%s); expected 0x%X/0x%lX", record.code, record.parameters[0],
                 record.sentence, code, parameter1);
    }
    return record;
}

/* A system thread that runs body(context); referenced, for join_system_thread. */
static inline PVOID start_system_thread(PKSTART_ROUTINE body, PVOID context)
{
    HANDLE handle;
    PVOID thread;

    assert_int_equal(
        PsCreateSystemThread(&handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, body, context),
        STATUS_SUCCESS);
    assert_int_equal(ObReferenceObjectByHandle(handle, THREAD_ALL_ACCESS, *PsThreadType, KernelMode,
                                               &thread, NULL),
                     STATUS_SUCCESS);
    assert_int_equal(ZwClose(handle), STATUS_SUCCESS);
    return thread;
}

static inline void join_system_thread(PVOID thread)
{
    assert_int_equal(KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL),
                     STATUS_SUCCESS);
    ObDereferenceObject(thread);
}

#endif
