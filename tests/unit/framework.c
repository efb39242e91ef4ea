/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The framework under all other tests: a test that should fail does. Each case here is a group of
 * one test with its set-up and tear-down, and says how many failures it must report, and what ran.
 * On Linux this is a test of cmocka, on Windows of the stand-in for it: both meet the same
 * expectations. What the failing tests print is on purpose.
 *
 * Caught: an assertion that compares the wrong way round, a failed set-up that runs its test, a
 * tear-down left out after a failure, a skipped test taken for a failed one. */
#include "cmocka_test.h"

#include <stdio.h>

static char story[16];

static void tell(char letter)
{
    size_t length = strlen(story);
    story[length] = letter;
    story[length + 1] = '\0';
}

static int set_up(void **state)
{
    (void)state;
    tell('s');
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    tell('t');
    return 0;
}

static int refuse(void **state)
{
    (void)state;
    tell('r');
    return -1;
}

#define CASE(name, body)                                                                           \
    TEST(name)                                                                                     \
    {                                                                                              \
        tell('(');                                                                                 \
        body;                                                                                      \
        tell(')');                                                                                 \
    }

CASE(true_holds, assert_true(1 + 1 == 2))
CASE(true_fails, assert_true(1 + 1 == 3))
CASE(false_fails, assert_false(1 + 1 == 2))
CASE(null_holds, assert_null(NULL))
CASE(null_fails, assert_null(story))
CASE(non_null_fails, assert_non_null(NULL))
CASE(equal_holds, assert_int_equal(7, 7))
CASE(equal_fails, assert_int_equal(7, 8))
CASE(not_equal_holds, assert_int_not_equal(7, 8))
CASE(not_equal_fails, assert_int_not_equal(7, 7))
CASE(pointers_equal_fails, assert_ptr_equal(story, story + 1))
CASE(pointers_not_equal_fails, assert_ptr_not_equal(story, story))
CASE(range_holds, assert_in_range(4, 4, 6); assert_in_range(6, 4, 6))
CASE(below_range_fails, assert_in_range(3, 4, 6))
CASE(above_range_fails, assert_in_range(7, 4, 6))
CASE(strings_hold, assert_string_equal("a", "a"))
CASE(strings_fail, assert_string_equal("a", "b"))
CASE(strings_not_equal_fail, assert_string_not_equal("a", "a"))
CASE(memory_holds, assert_memory_equal("abc", "abd", 2))
CASE(memory_fails, assert_memory_equal("abc", "abd", 3))
CASE(status_fails, assert_status(LOOKASIDE_IN_USE, LOOKASIDE_OK))
CASE(fail_fails, fail_msg("on %s", "purpose"))
CASE(skip_skips, skip())

static const struct {
    struct CMUnitTest test;
    int failures;
    const char *story;
} cases[] = {
    {cmocka_unit_test(true_holds), 0, "()"},
    {cmocka_unit_test(true_fails), 1, "("},
    {cmocka_unit_test(false_fails), 1, "("},
    {cmocka_unit_test(null_holds), 0, "()"},
    {cmocka_unit_test(null_fails), 1, "("},
    {cmocka_unit_test(non_null_fails), 1, "("},
    {cmocka_unit_test(equal_holds), 0, "()"},
    {cmocka_unit_test(equal_fails), 1, "("},
    {cmocka_unit_test(not_equal_holds), 0, "()"},
    {cmocka_unit_test(not_equal_fails), 1, "("},
    {cmocka_unit_test(pointers_equal_fails), 1, "("},
    {cmocka_unit_test(pointers_not_equal_fails), 1, "("},
    {cmocka_unit_test(range_holds), 0, "()"},
    {cmocka_unit_test(below_range_fails), 1, "("},
    {cmocka_unit_test(above_range_fails), 1, "("},
    {cmocka_unit_test(strings_hold), 0, "()"},
    {cmocka_unit_test(strings_fail), 1, "("},
    {cmocka_unit_test(strings_not_equal_fail), 1, "("},
    {cmocka_unit_test(memory_holds), 0, "()"},
    {cmocka_unit_test(memory_fails), 1, "("},
    {cmocka_unit_test(status_fails), 1, "("},
    {cmocka_unit_test(fail_fails), 1, "("},
    {cmocka_unit_test(skip_skips), 0, "("},
    {cmocka_unit_test_setup(true_holds, set_up), 0, "s()"},
    {cmocka_unit_test_setup(true_holds, refuse), 1, "r"},
    {cmocka_unit_test_setup_teardown(true_holds, set_up, tear_down), 0, "s()t"},
    {cmocka_unit_test_setup_teardown(true_fails, set_up, tear_down), 1, "s(t"},
    {cmocka_unit_test_setup_teardown(skip_skips, set_up, tear_down), 0, "s(t"},
    {cmocka_unit_test_setup_teardown(true_holds, set_up, refuse), 1, "s()r"},
};

static void check_groups(void)
{
    const struct CMUnitTest both[] = {cmocka_unit_test(true_holds), cmocka_unit_test(true_fails),
                                      cmocka_unit_test(true_holds)};

    story[0] = '\0';
    CHECK(cmocka_run_group_tests_name("a group", both, set_up, tear_down) == 1, "one fails");
    CHECK(strcmp(story, "s()(()t") == 0, "the group's story is %s", story);
}

int main(void)
{
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        const struct CMUnitTest group[] = {cases[i].test};
        story[0] = '\0';
        int failures = cmocka_run_group_tests_name(cases[i].test.name, group, NULL, NULL);
        CHECK(failures == cases[i].failures, "%s: %d failures, not %d", cases[i].test.name,
              failures, cases[i].failures);
        CHECK(strcmp(story, cases[i].story) == 0, "%s: its story is %s, not %s", cases[i].test.name,
              story, cases[i].story);
    }
    check_groups();
    printf("%zu cases end as they should\n", COUNT_OF(cases));
    return 0;
}
