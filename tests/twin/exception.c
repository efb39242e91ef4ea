/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* __try as drivers use it. Caught: a block that stayed open after `return` or `continue`, a
 * __finally that swallowed the exception, a handler that ran without one. */
#include "twin_test.h"

TEST(a_raise_reaches_the_handler)
{
    volatile int steps = 0;
    __try {
        steps = 1;
        ExRaiseStatus(STATUS_INSUFFICIENT_RESOURCES);
    } __except (GetExceptionCode() == STATUS_INSUFFICIENT_RESOURCES ? EXCEPTION_EXECUTE_HANDLER
                                                                    : EXCEPTION_CONTINUE_SEARCH) {
        assert_int_equal(GetExceptionCode(), STATUS_INSUFFICIENT_RESOURCES);
        assert_ptr_equal(GetExceptionInformation()->ExceptionRecord->ExceptionRecord, NULL);
        steps += 10;
    }
    assert_int_equal(steps, 11);
}

TEST(without_a_raise_the_handler_does_not_run)
{
    int steps = 0;
    __try {
        steps = 1;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        steps = 2;
    }
    assert_int_equal(steps, 1);
}

TEST(a_filter_that_declines_passes_it_on)
{
    volatile int outer = 0;
    __try {
        __try {
            ExRaiseAccessViolation();
        } __except (EXCEPTION_CONTINUE_SEARCH) {
            outer = -1;
        }
        outer = -2;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        outer = GetExceptionCode() == STATUS_ACCESS_VIOLATION;
    }
    assert_int_equal(outer, 1);
}

TEST(finally_runs_in_both_cases_and_the_exception_goes_on)
{
    volatile int normal = 0;
    volatile int abnormal = 0;
    volatile NTSTATUS caught = 0;
    __try {
        __try {
            normal = 0;
        } __finally {
            normal = AbnormalTermination() ? -1 : 1;
        }
        __try {
            ExRaiseStatus(STATUS_CANCELLED);
        } __finally {
            abnormal = AbnormalTermination() ? 1 : -1;
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        caught = GetExceptionCode();
    }
    assert_int_equal(normal, 1);
    assert_int_equal(abnormal, 1);
    assert_int_equal(caught, STATUS_CANCELLED);
}

TEST(leave_ends_the_block_even_from_inner_loops_and_keeps_locals)
{
    NTSTATUS status = STATUS_UNSUCCESSFUL;
    int cleaned = 0;
    __try {
        for (int i = 0;; i++) {
            while (i == 3) {
                status = STATUS_SUCCESS;
                __leave;
            }
        }
    } __finally {
        cleaned = 1;
        assert_false(AbnormalTermination());
    }
    assert_int_equal(status, STATUS_SUCCESS);
    assert_int_equal(cleaned, 1);
}

static int returns_from_inside(void)
{
    __try {
        return 7;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        fail_msg("nothing was raised");
    }
    return 8;
}

static void raises(void *status)
{
    ExRaiseStatus(*(NTSTATUS *)status);
}

static void leaves_blocks_in_odd_ways_then_raises(void *status)
{
    int rounds = 0;
    assert_int_equal(returns_from_inside(), 7);
    for (int i = 0; i < 3; i++) {
        __try {
            rounds++;
            if (i == 1) {
                continue;
            }
            if (i == 2) {
                break;
            }
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            fail_msg("this block is closed");
        }
    }
    assert_int_equal(rounds, 3);
    raises(status);
}

TEST(return_continue_and_break_close_the_block)
{
    NTSTATUS status = STATUS_NOT_FOUND;
    assert_int_equal(wdk_catch(leaves_blocks_in_odd_ways_then_raises, &status), STATUS_NOT_FOUND);
}

TEST(an_exception_in_a_handler_goes_outwards)
{
    volatile NTSTATUS caught = 0;
    __try {
        __try {
            ExRaiseStatus(STATUS_NO_MEMORY);
        } __except (EXCEPTION_EXECUTE_HANDLER) {
            ExRaiseStatus(STATUS_RETRY);
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        caught = GetExceptionCode();
    }
    assert_int_equal(caught, STATUS_RETRY);
}

static void wants_to_continue(void *status)
{
    __try {
        raises(status);
    } __except (EXCEPTION_CONTINUE_EXECUTION) {
        fail_msg("impossible");
    }
}

TEST(nobody_catches_is_bugcheck_0x1E)
{
    NTSTATUS status = STATUS_INSUFFICIENT_RESOURCES;
    wdk_bugcheck record =
        expect_bugcheck(raises, &status, KMODE_EXCEPTION_NOT_HANDLED, (ULONG_PTR)(LONG_PTR)status);
    assert_non_null(strstr(record.sentence, "0xC000009A"));
    (void)expect_bugcheck(wants_to_continue, &status, KMODE_EXCEPTION_NOT_HANDLED,
                          (ULONG_PTR)(LONG_PTR)STATUS_NONCONTINUABLE_EXCEPTION);
}

static void asserts(void *context)
{
    ASSERT(context == NULL);
    NT_ASSERT(context != NULL);
}

static void stops_in_the_debugger(void *context)
{
    (void)context;
    DbgBreakPoint();
}

TEST(a_failed_assertion_and_a_breakpoint_are_raised)
{
    assert_int_equal(wdk_catch(stops_in_the_debugger, NULL), STATUS_BREAKPOINT);
    assert_int_equal(wdk_catch(asserts, NULL), STATUS_ASSERTION_FAILURE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_raise_reaches_the_handler),
        cmocka_unit_test(without_a_raise_the_handler_does_not_run),
        cmocka_unit_test(a_filter_that_declines_passes_it_on),
        cmocka_unit_test(finally_runs_in_both_cases_and_the_exception_goes_on),
        cmocka_unit_test(leave_ends_the_block_even_from_inner_loops_and_keeps_locals),
        cmocka_unit_test(return_continue_and_break_close_the_block),
        cmocka_unit_test(an_exception_in_a_handler_goes_outwards),
        cmocka_unit_test(nobody_catches_is_bugcheck_0x1E),
        cmocka_unit_test(a_failed_assertion_and_a_breakpoint_are_raised),
    };
    return RUN_TESTS(tests);
}
