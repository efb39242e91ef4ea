/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: every status and bugcheck has a name, a value, a sentence and its equivalents, all
 * distinct where they must be; unknown values get a defined answer; the version is the header's.
 * The list below is written by hand: it is the ABI. Caught: one errno changed. */
#include "cmocka_test.h"

#include <errno.h>
#include <stdio.h>

static const struct {
    lookaside_status status;
    int value;
    const char *name;
    uint32_t ntstatus;
    int error;
} statuses[] = {
    {LOOKASIDE_OK, 0, "LOOKASIDE_OK", 0, 0},
    {LOOKASIDE_NOT_INITIALIZED, 1, "LOOKASIDE_NOT_INITIALIZED", 0xC0000184, EINVAL},
    {LOOKASIDE_ALREADY_INITIALIZED, 2, "LOOKASIDE_ALREADY_INITIALIZED", 0xC0000510, EALREADY},
    {LOOKASIDE_IN_USE, 3, "LOOKASIDE_IN_USE", 0x80000011, EBUSY},
    {LOOKASIDE_NULL_ARGUMENT, 4, "LOOKASIDE_NULL_ARGUMENT", 0xC000000D, EINVAL},
    {LOOKASIDE_BAD_OPTIONS, 5, "LOOKASIDE_BAD_OPTIONS", 0xC000000D, EINVAL},
    {LOOKASIDE_SIZE_ZERO, 6, "LOOKASIDE_SIZE_ZERO", 0xC00000F4, EINVAL},
    {LOOKASIDE_SIZE_TOO_LARGE, 7, "LOOKASIDE_SIZE_TOO_LARGE", 0xC00000F4, EOVERFLOW},
    {LOOKASIDE_BAD_POOL_TYPE, 8, "LOOKASIDE_BAD_POOL_TYPE", 0xC00000F2, EINVAL},
    {LOOKASIDE_FLAGS_EXCLUSIVE, 9, "LOOKASIDE_FLAGS_EXCLUSIVE", 0xC00000F3, EINVAL},
    {LOOKASIDE_FLAGS_UNKNOWN, 10, "LOOKASIDE_FLAGS_UNKNOWN", 0xC00000F3, EINVAL},
    {LOOKASIDE_BAD_MAXIMUM_DEPTH, 11, "LOOKASIDE_BAD_MAXIMUM_DEPTH", 0xC00000F6, EINVAL},
    {LOOKASIDE_BAD_ALIGNMENT, 12, "LOOKASIDE_BAD_ALIGNMENT", 0xC000000D, EINVAL},
    {LOOKASIDE_BAD_CACHE_POLICY, 13, "LOOKASIDE_BAD_CACHE_POLICY", 0xC000000D, EINVAL},
    {LOOKASIDE_NO_MEMORY, 14, "LOOKASIDE_NO_MEMORY", 0xC000009A, ENOMEM},
    {LOOKASIDE_LOCKED_MEMORY_LIMIT, 15, "LOOKASIDE_LOCKED_MEMORY_LIMIT", 0xC00000A1, ENOMEM},
    {LOOKASIDE_ALLOCATE_FAILED, 16, "LOOKASIDE_ALLOCATE_FAILED", 0xC000009A, ENOMEM},
    {LOOKASIDE_CONSTRUCT_FAILED, 17, "LOOKASIDE_CONSTRUCT_FAILED", 0xC0000001, ECANCELED},
    {LOOKASIDE_NOT_SUPPORTED, 18, "LOOKASIDE_NOT_SUPPORTED", 0xC00000BB, ENOTSUP},
    {LOOKASIDE_WRONG_IRQL, 19, "LOOKASIDE_WRONG_IRQL", 0xC0000148, EPERM},
    {LOOKASIDE_MISALIGNED_LIST, 20, "LOOKASIDE_MISALIGNED_LIST", 0x80000002, EFAULT},
};

static const struct {
    lookaside_bugcheck_code code;
    uint32_t value;
    const char *sentence;
} bugchecks[] = {
    {LOOKASIDE_BUGCHECK_FREE_NOT_AN_ENTRY, 0x10,
     "the pointer that was freed is not an entry of any list"},
    {LOOKASIDE_BUGCHECK_DOUBLE_FREE, 0x13, "the entry was freed twice"},
    {LOOKASIDE_BUGCHECK_NOT_INITIALIZED, 0xCB, "the list is used before lookaside_init"},
    {LOOKASIDE_BUGCHECK_WRONG_LIST, 0x1001, "the entry that was freed belongs to another list"},
    {LOOKASIDE_BUGCHECK_INTERIOR_POINTER, 0x1002,
     "the pointer that was freed is not the start of an entry"},
    {LOOKASIDE_BUGCHECK_NEVER_ALLOCATED, 0x1003,
     "the entry that was freed has never been allocated"},
    {LOOKASIDE_BUGCHECK_USED_AFTER_DESTROY, 0x1004, "the list is used after lookaside_destroy"},
    {LOOKASIDE_BUGCHECK_CORRUPTED_LIST, 0x1005, "the list's own memory was overwritten or moved"},
    {LOOKASIDE_BUGCHECK_ALLOCATION_RAISED, 0x1006,
     "an allocation failed and the list was made to raise"},
    {LOOKASIDE_BUGCHECK_DESTROYED_IN_USE, 0x1007,
     "the list's life ended while entries of it are out"},
};

TEST(every_status_has_its_value_name_ntstatus_and_errno)
{
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        assert_int_equal(statuses[i].status, statuses[i].value);
        assert_string_equal(lookaside_status_name(statuses[i].status), statuses[i].name);
        assert_int_equal(lookaside_ntstatus(statuses[i].status), statuses[i].ntstatus);
        assert_int_equal(lookaside_errno(statuses[i].status), statuses[i].error);
    }
}

TEST(no_status_is_missing_here)
{
    size_t count = 0;
#define COUNT_ROW(name, value, ntstatus, error, sentence) count++;
    LOOKASIDE_STATUS_TABLE(COUNT_ROW)
#undef COUNT_ROW
    assert_int_equal(count, COUNT_OF(statuses));
    count = 0;
#define COUNT_ROW(name, code, sentence) count++;
    LOOKASIDE_BUGCHECK_TABLE(COUNT_ROW)
#undef COUNT_ROW
    assert_int_equal(count, COUNT_OF(bugchecks));
}

TEST(every_message_is_one_sentence_and_says_something_else)
{
    for (size_t i = 0; i < COUNT_OF(statuses); i++) {
        const char *message = lookaside_status_message(statuses[i].status);
        assert_true(strlen(message) > 10);
        assert_true(message[0] >= 'A' && message[0] <= 'Z');
        assert_int_equal(message[strlen(message) - 1], '.');
        for (size_t j = 0; j < i; j++) {
            assert_string_not_equal(message, lookaside_status_message(statuses[j].status));
            assert_string_not_equal(statuses[i].name, statuses[j].name);
        }
    }
}

TEST(values_that_are_no_status_have_a_defined_answer)
{
    const int unknown[] = {-1, 21, 1000, 0x7fffffff};
    for (size_t i = 0; i < COUNT_OF(unknown); i++) {
        lookaside_status status = (lookaside_status)unknown[i];
        assert_string_equal(lookaside_status_name(status), "LOOKASIDE_UNKNOWN_STATUS");
        assert_non_null(lookaside_status_message(status));
        assert_int_equal(lookaside_ntstatus(status), 0xC0000001);
        assert_int_equal(lookaside_errno(status), EINVAL);
    }
}

TEST(every_bugcheck_has_its_code_and_sentence)
{
    for (size_t i = 0; i < COUNT_OF(bugchecks); i++) {
        assert_int_equal(bugchecks[i].code, bugchecks[i].value);
        assert_string_equal(lookaside_bugcheck_message(bugchecks[i].code), bugchecks[i].sentence);
    }
    assert_non_null(lookaside_bugcheck_message((lookaside_bugcheck_code)0));
    assert_non_null(lookaside_bugcheck_message((lookaside_bugcheck_code)0x7fffffff));
}

TEST(the_version_is_the_headers)
{
    char version[64];
    snprintf(version, sizeof(version), "%d.%d.%d", LOOKASIDE_VERSION_MAJOR, LOOKASIDE_VERSION_MINOR,
             LOOKASIDE_VERSION_PATCH);
    assert_string_equal(lookaside_version(), version);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_status_has_its_value_name_ntstatus_and_errno),
        cmocka_unit_test(no_status_is_missing_here),
        cmocka_unit_test(every_message_is_one_sentence_and_says_something_else),
        cmocka_unit_test(values_that_are_no_status_have_a_defined_answer),
        cmocka_unit_test(every_bugcheck_has_its_code_and_sentence),
        cmocka_unit_test(the_version_is_the_headers),
    };
    return RUN_TESTS(tests);
}
