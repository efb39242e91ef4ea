/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A check: one function of plain driver source that proves one rule of docs/windows-contract.md.
 *
 *     CHECK(entries_come_back_last_in_first_out, "3.2 The list is a stack")
 *     {
 *         ...
 *         EXPECT_POINTER(ExAllocateFromLookasideListEx(&list), second);
 *     }
 *
 *     CHECK_TABLE(list_ex_checks) = {
 *         ENTRY(entries_come_back_last_in_first_out),
 *         CHECK_TABLE_END
 *     };
 *
 * A file of checks/ holds one table, and checks/tables.c lists the tables. The rule is spelt as in
 * the document, number and words. A check that no table names does not compile (it is unused).
 *
 * A check runs at PASSIVE_LEVEL, may go to DISPATCH_LEVEL and start threads, and leaves nothing
 * behind: no list, no memory, no thread, no raised IRQL. An expectation that fails is noted and the
 * check goes on, so that it also cleans up then. Only the thread that runs a check may state
 * expectations. */
#ifndef CONFORMANCE_CHECK_H
#define CONFORMANCE_CHECK_H

#include "world.h"

#define CHECK_TEXT_SIZE 400 /* bytes kept about the first failure, with the final 0 */

/* What has become of a check so far. */
struct check_run {
    ULONG expectations; /* stated */
    ULONG failures;     /* of these */
    CHAR text[CHECK_TEXT_SIZE];
};

struct check {
    const char *name;
    const char *rule;
    void (*function)(struct check_run *check);
};

#define CHECK(name, rule)                                                                          \
    static void name(struct check_run *check);                                                     \
    static const struct check name##_check = {#name, rule, name};                                  \
    static void name(struct check_run *check)

#define CHECK_TABLE_OF(table) const struct check *const table[] /* as tables.c declares it */
#define CHECK_TABLE(table)                                                                         \
    extern CHECK_TABLE_OF(table);                                                                  \
    CHECK_TABLE_OF(table)
#define ENTRY(name) &name##_check
#define CHECK_TABLE_END NULL

/* Each is true when it held. Numbers are compared as 64 unsigned bits. */
#define EXPECT(condition) check_true(check, __FILE__, __LINE__, #condition, (condition) ? 1 : 0)
#define EXPECT_EQ(actual, wanted)                                                                  \
    check_equal(check, __FILE__, __LINE__, #actual, (ULONGLONG)(actual), (ULONGLONG)(wanted))
#define EXPECT_POINTER(actual, wanted)                                                             \
    check_equal(check, __FILE__, __LINE__, #actual, (ULONGLONG)(ULONG_PTR)(actual),                \
                (ULONGLONG)(ULONG_PTR)(wanted))
#define EXPECT_STATUS(actual, wanted)                                                              \
    check_equal(check, __FILE__, __LINE__, #actual, (ULONGLONG)(ULONG)(actual),                    \
                (ULONGLONG)(ULONG)(wanted))

int check_true(struct check_run *check, const char *file, int line, const char *words, int held);
int check_equal(struct check_run *check, const char *file, int line, const char *words,
                ULONGLONG actual, ULONGLONG wanted);

/* All checks in the order of checks/tables.c. */
extern const struct check *const *const check_tables[];
ULONG check_count(void);
const struct check *check_at(ULONG index); /* NULL beyond the last */

#endif
