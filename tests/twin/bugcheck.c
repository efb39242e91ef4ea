/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Bugchecks as a test sees them. Caught: a catcher that left the IRQL raised, or its frame in place
 * after a body that returned. */
#include "twin_test.h"

static void calls_bugcheck(void *context)
{
    (void)context;
    KeBugCheckEx(0xE2, 1, 2, 3, 4);
}

TEST(a_drivers_own_bugcheck_keeps_its_parameters)
{
    wdk_bugcheck record = expect_bugcheck(calls_bugcheck, NULL, MANUALLY_INITIATED_CRASH, 1);
    assert_int_equal(record.parameters[1], 2);
    assert_int_equal(record.parameters[2], 3);
    assert_int_equal(record.parameters[3], 4);
    assert_non_null(strstr(record.sentence, "KeBugCheckEx"));
}

static void fails_fast(void *context)
{
    (void)context;
    __fastfail(FAST_FAIL_CORRUPT_LIST_ENTRY);
}

TEST(fastfail_is_0x139)
{
    (void)expect_bugcheck(fails_fast, NULL, KERNEL_SECURITY_CHECK_FAILURE, 3);
}

static void does_nothing(void *context)
{
    ++*(int *)context;
}

TEST(a_body_that_survives_is_no_bugcheck)
{
    int calls = 0;
    assert_false(wdk_catch_bugcheck(does_nothing, &calls, NULL));
    assert_int_equal(calls, 1);
}

static void dies_at_dispatch_level(void *context)
{
    (void)KeRaiseIrqlToDpcLevel();
    __try {
        KeBugCheck(*(ULONG *)context);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        fail_msg("a bugcheck is no exception");
    }
}

TEST(the_thread_is_put_back_to_where_it_was)
{
    ULONG code = 0xDEAD;
    (void)expect_bugcheck(dies_at_dispatch_level, &code, code, 0);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    /* The __try block is gone, too: this would end in it. */
    assert_int_equal(wdk_catch(does_nothing, &code), STATUS_SUCCESS);
}

static void catches_inside(void *context)
{
    int calls = 0;
    (void)expect_bugcheck(calls_bugcheck, context, 0xE2, 1);
    (void)wdk_catch_bugcheck(does_nothing, &calls, NULL);
    KeBugCheck(0xBAD);
}

TEST(catchers_nest)
{
    (void)expect_bugcheck(catches_inside, NULL, 0xBAD, 0);
    (void)expect_bugcheck(calls_bugcheck, NULL, 0xE2, 1);
}

static void sets_an_unknown_action(void *context)
{
    (void)context;
    (void)wdk_set_action(0xC4, 0x12345, WDK_WARN);
}

TEST(a_rule_that_the_twin_does_not_check_cannot_be_configured)
{
    (void)expect_bugcheck(sets_an_unknown_action, NULL, 0xC4, 0x12345);
}

TEST(an_action_is_returned_by_the_next_change)
{
    assert_int_equal(wdk_set_action(0xC4, 0x2000, WDK_BUGCHECK), WDK_WARN);
    assert_int_equal(wdk_set_action(0xC4, 0x2000, WDK_WARN), WDK_BUGCHECK);
    assert_int_equal(wdk_set_action(0xC4, 0xCA, WDK_BUGCHECK), WDK_BUGCHECK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_drivers_own_bugcheck_keeps_its_parameters),
        cmocka_unit_test(fastfail_is_0x139),
        cmocka_unit_test(a_body_that_survives_is_no_bugcheck),
        cmocka_unit_test(the_thread_is_put_back_to_where_it_was),
        cmocka_unit_test(catchers_nest),
        cmocka_unit_test(a_rule_that_the_twin_does_not_check_cannot_be_configured),
        cmocka_unit_test(an_action_is_returned_by_the_next_change),
    };
    return RUN_TESTS(tests);
}
