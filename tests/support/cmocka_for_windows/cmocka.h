/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A stand-in for cmocka where there is none: Debian has it for Linux alone, and the Windows
 * programs are built there, too. It has what our tests use and nothing else: assertions, skipping,
 * set-up and tear-down of a test and of a group, and the number of failures as the result. The
 * names, and what they mean, are cmocka's; unit/framework.c holds both to the same expectations.
 *
 * A failed assertion leaves its test by longjmp, so it works in the thread that runs the tests
 * only. */
#ifndef CMOCKA_FOR_WINDOWS_H
#define CMOCKA_FOR_WINDOWS_H

#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

typedef void (*CMUnitTestFunction)(void **state);
typedef int (*CMFixtureFunction)(void **state);

struct CMUnitTest {
    const char *name;
    CMUnitTestFunction test_func;
    CMFixtureFunction setup_func;
    CMFixtureFunction teardown_func;
    void *initial_state;
};

/* ---- Declaring and running ---- */

#define cmocka_unit_test(test)                                                                     \
    {                                                                                              \
#test, test, NULL, NULL, NULL                                                              \
    }
#define cmocka_unit_test_setup(test, setup)                                                        \
    {                                                                                              \
#test, test, setup, NULL, NULL                                                             \
    }
#define cmocka_unit_test_setup_teardown(test, setup, teardown)                                     \
    {                                                                                              \
#test, test, setup, teardown, NULL                                                         \
    }

#define cmocka_run_group_tests_name(name, tests, setup, teardown)                                  \
    stand_in_run(name, tests, sizeof(tests) / sizeof((tests)[0]), setup, teardown)

#define cmocka_run_group_tests(tests, setup, teardown)                                             \
    cmocka_run_group_tests_name(#tests, tests, setup, teardown)

enum stand_in_outcome { STAND_IN_PASSED, STAND_IN_FAILED, STAND_IN_SKIPPED };

static jmp_buf stand_in_way_out; /* of the running test */

/* Runs a function of a test; no outcome but by leaving it. */
static enum stand_in_outcome stand_in_run_guarded(CMUnitTestFunction test,
                                                  CMFixtureFunction fixture, void **state)
{
    switch (setjmp(stand_in_way_out)) {
    case STAND_IN_PASSED:
        break;
    case STAND_IN_SKIPPED:
        return STAND_IN_SKIPPED;
    default:
        return STAND_IN_FAILED;
    }
    if (test != NULL) {
        test(state);
    } else if (fixture != NULL && fixture(state) != 0) {
        return STAND_IN_FAILED;
    }
    return STAND_IN_PASSED;
}

static enum stand_in_outcome stand_in_run_one(const struct CMUnitTest *test)
{
    void *state = test->initial_state;
    enum stand_in_outcome outcome = stand_in_run_guarded(NULL, test->setup_func, &state);

    if (outcome != STAND_IN_PASSED) {
        return outcome;
    }
    outcome = stand_in_run_guarded(test->test_func, NULL, &state);
    if (stand_in_run_guarded(NULL, test->teardown_func, &state) != STAND_IN_PASSED) {
        return STAND_IN_FAILED;
    }
    return outcome;
}

/* Runs all tests of a group and returns how many failed; all of them if the group's set-up did. */
static inline int stand_in_run(const char *name, const struct CMUnitTest *tests, size_t count,
                               CMFixtureFunction setup, CMFixtureFunction teardown)
{
    static const char *const words[] = {"      OK", "  FAILED", " SKIPPED"};
    void *state = NULL;
    int failed = 0;

    fprintf(stderr, "[==========] %s: Running %zu test(s).\n", name, count);
    if (stand_in_run_guarded(NULL, setup, &state) != STAND_IN_PASSED) {
        fprintf(stderr, "[  FAILED  ] the group's set-up\n");
        return (int)count;
    }
    for (size_t i = 0; i < count; i++) {
        fprintf(stderr, "[ RUN      ] %s\n", tests[i].name);
        enum stand_in_outcome outcome = stand_in_run_one(&tests[i]);
        fprintf(stderr, "[ %s ] %s\n", words[outcome], tests[i].name);
        failed += outcome == STAND_IN_FAILED;
    }
    if (stand_in_run_guarded(NULL, teardown, &state) != STAND_IN_PASSED) {
        fprintf(stderr, "[  FAILED  ] the group's tear-down\n");
        failed++;
    }
    fprintf(stderr, "[==========] %s: %d failed.\n", name, failed);
    return failed;
}

/* ---- Failing and skipping ---- */

#define print_message(...) ((void)fprintf(stderr, __VA_ARGS__))

#define skip() longjmp(stand_in_way_out, STAND_IN_SKIPPED)

#define fail() fail_msg("%s", "fail()")

#define fail_msg(...)                                                                              \
    do {                                                                                           \
        (void)fprintf(stderr, "%s:%d: error: ", __FILE__, __LINE__);                               \
        (void)fprintf(stderr, __VA_ARGS__);                                                        \
        (void)fputc('\n', stderr);                                                                 \
        longjmp(stand_in_way_out, STAND_IN_FAILED);                                                \
    } while (0)

/* ---- Assertions ---- */

#define assert_true(condition)                                                                     \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            fail_msg("expected: %s", #condition);                                                  \
        }                                                                                          \
    } while (0)

#define assert_false(condition) assert_true(!(condition))
#define assert_null(pointer) assert_true((pointer) == NULL)
#define assert_non_null(pointer) assert_true((pointer) != NULL)

/* As cmocka does, all integers are compared as the largest unsigned ones. */
#define assert_integers(left, relation, right)                                                     \
    do {                                                                                           \
        const uintmax_t left_ = (uintmax_t)(left);                                                 \
        const uintmax_t right_ = (uintmax_t)(right);                                               \
        if (!(left_ relation right_)) {                                                            \
            fail_msg("expected: %s %s %s; they are %#" PRIxMAX " and %#" PRIxMAX, #left,           \
                     #relation, #right, left_, right_);                                            \
        }                                                                                          \
    } while (0)

#define assert_int_equal(left, right) assert_integers(left, ==, right)
#define assert_int_not_equal(left, right) assert_integers(left, !=, right)
#define assert_ptr_equal(left, right) assert_integers((uintptr_t)(left), ==, (uintptr_t)(right))
#define assert_ptr_not_equal(left, right) assert_integers((uintptr_t)(left), !=, (uintptr_t)(right))

#define assert_in_range(value, least, most)                                                        \
    do {                                                                                           \
        const uintmax_t value_ = (uintmax_t)(value);                                               \
        if (value_ < (uintmax_t)(least) || value_ > (uintmax_t)(most)) {                           \
            fail_msg("expected: %s from %" PRIuMAX " to %" PRIuMAX "; it is %" PRIuMAX, #value,    \
                     (uintmax_t)(least), (uintmax_t)(most), value_);                               \
        }                                                                                          \
    } while (0)

#define assert_strings(left, relation, right)                                                      \
    do {                                                                                           \
        const char *left_ = (left);                                                                \
        const char *right_ = (right);                                                              \
        if (!(strcmp(left_, right_) relation 0)) {                                                 \
            fail_msg("expected: %s %s %s; they are \"%s\" and \"%s\"", #left, #relation, #right,   \
                     left_, right_);                                                               \
        }                                                                                          \
    } while (0)

#define assert_string_equal(left, right) assert_strings(left, ==, right)
#define assert_string_not_equal(left, right) assert_strings(left, !=, right)

#define assert_memory_equal(left, right, size)                                                     \
    do {                                                                                           \
        const unsigned char *left_ = (const unsigned char *)(left);                                \
        const unsigned char *right_ = (const unsigned char *)(right);                              \
        for (size_t at_ = 0; at_ < (size_t)(size); at_++) {                                        \
            if (left_[at_] != right_[at_]) {                                                       \
                fail_msg("expected: %s and %s are the same; byte %zu is %#x and %#x", #left,       \
                         #right, at_, left_[at_], right_[at_]);                                    \
            }                                                                                      \
        }                                                                                          \
    } while (0)

#endif
