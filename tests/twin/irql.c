/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The IRQL of a thread. Caught: a level shared by all threads. */
#include "twin_test.h"

#include <pthread.h>

TEST(raising_and_lowering)
{
    KIRQL before = 99;
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeRaiseIrql(APC_LEVEL, &before);
    assert_int_equal(before, PASSIVE_LEVEL);
    assert_int_equal(KeRaiseIrqlToDpcLevel(), APC_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeLowerIrql(before);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

static void raises_downwards(void *context)
{
    (void)context;
    (void)KeRaiseIrqlToDpcLevel();
    (void)KfRaiseIrql(APC_LEVEL);
}

static void lowers_upwards(void *context)
{
    (void)context;
    KeLowerIrql(DISPATCH_LEVEL);
}

static void runs_paged_code(void *context)
{
    (void)context;
    PAGED_CODE();
    (void)KeRaiseIrqlToDpcLevel();
    PAGED_CODE();
}

TEST(the_wrong_direction_is_a_bugcheck)
{
    wdk_bugcheck record = expect_bugcheck(raises_downwards, NULL, 0xC4, 0x30);
    assert_int_equal(record.parameters[1], DISPATCH_LEVEL);
    assert_int_equal(record.parameters[2], APC_LEVEL);
    record = expect_bugcheck(lowers_upwards, NULL, 0xC4, 0x31);
    assert_int_equal(record.parameters[1], PASSIVE_LEVEL);
    assert_int_equal(record.parameters[2], DISPATCH_LEVEL);
}

TEST(paged_code_above_apc_level_is_a_bugcheck)
{
    wdk_bugcheck record = expect_bugcheck(runs_paged_code, NULL, IRQL_NOT_LESS_OR_EQUAL, 0);
    assert_int_equal(record.parameters[1], DISPATCH_LEVEL);
    assert_non_null(strstr(record.sentence, "runs_paged_code was called at DISPATCH_LEVEL"));
}

static void *other_thread(void *irql)
{
    *(KIRQL *)irql = KeGetCurrentIrql();
    return NULL;
}

TEST(each_thread_has_its_own)
{
    pthread_t thread;
    KIRQL other = 99;
    KIRQL before = KeRaiseIrqlToDpcLevel();
    assert_int_equal(pthread_create(&thread, NULL, other_thread, &other), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(other, PASSIVE_LEVEL);
    KeLowerIrql(before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(raising_and_lowering),
        cmocka_unit_test(the_wrong_direction_is_a_bugcheck),
        cmocka_unit_test(paged_code_above_apc_level_is_a_bugcheck),
        cmocka_unit_test(each_thread_has_its_own),
    };
    return RUN_TESTS(tests);
}
