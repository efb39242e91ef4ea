/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* cmocka with the headers it needs first, and the few words that contract tests share. */
#ifndef LOOKASIDE_TESTS_CMOCKA_TEST_H
#define LOOKASIDE_TESTS_CMOCKA_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "support.h"

/* A test; its name is a sentence of the specification. */
#define TEST(name) static void name(__attribute__((unused)) void **state)

/* Runs the tests and gives main's exit status. */
#define RUN_TESTS(tests) cmocka_run_group_tests_name(__FILE__, tests, NULL, NULL)

/* Skips the test on a system that cannot do what it needs. */
#define skip_because(reason)                                                                       \
    do {                                                                                           \
        print_message("skipped: %s\n", reason);                                                    \
        skip();                                                                                    \
    } while (0)

#define skip_without_fork()                                                                        \
    do {                                                                                           \
        if (!system_has_fork()) {                                                                  \
            skip_because("the system has no fork");                                                \
        }                                                                                          \
    } while (0)

#define skip_where_locking_does_nothing()                                                          \
    do {                                                                                           \
        if (UNDER_SANITIZER) {                                                                     \
            skip_because("under sanitizers mlock does nothing and says that it succeeded");        \
        }                                                                                          \
    } while (0)

/* Compares what is locked with a number of bytes, where the system tells; elsewhere says so. */
#define assert_locked(relation, bytes)                                                             \
    do {                                                                                           \
        if (system_tells_what_is_locked()) {                                                       \
            assert_true(locked_bytes() relation(bytes));                                           \
        } else {                                                                                   \
            print_message("not looked at, the system does not tell: locked_bytes() %s\n",          \
                          #relation " " #bytes);                                                   \
        }                                                                                          \
    } while (0)

#define assert_status(call, expected)                                                              \
    do {                                                                                           \
        lookaside_status status_ = (call);                                                         \
        if (status_ != (expected)) {                                                               \
            fail_msg("%s returned %s, expected %s", #call, lookaside_status_name(status_),         \
                     lookaside_status_name(expected));                                             \
        }                                                                                          \
    } while (0)

/* Initialises a list that must be initialisable. */
static inline void init_or_fail(lookaside_list *list, size_t size, lookaside_pool_type pool_type,
                                const lookaside_options *options)
{
    assert_status(lookaside_init(list, size, pool_type, options), LOOKASIDE_OK);
}

/* Fills entries[0..count) from the list. */
static inline void take(lookaside_list *list, void **entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        entries[i] = lookaside_alloc(list);
        assert_non_null(entries[i]);
    }
}

/* Gives entries[0..count) back, in this order. */
static inline void give(lookaside_list *list, void **entries, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        lookaside_free(list, entries[i]);
    }
}

#endif
