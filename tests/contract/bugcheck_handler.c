/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: a bugcheck handler is told everything, and when it returns the faulty call returns
 * without effect; a bugcheck's sentence names the list. The faults themselves are in tests/misuse.
 * Caught: a bugcheck that did not tell the entry. */
#include "cmocka_test.h"

#include <inttypes.h>
#include <stdio.h>

struct seen {
    size_t calls;
    lookaside_bugcheck_code code;
    lookaside_list *list;
    void *entry;
    char sentence[512];
};

static void note(lookaside_bugcheck_code code, lookaside_list *list, void *entry,
                 const char *sentence, void *context)
{
    struct seen *seen = context;
    seen->calls++;
    seen->code = code;
    seen->list = list;
    seen->entry = entry;
    snprintf(seen->sentence, sizeof(seen->sentence), "%s", sentence);
}

static struct seen seen;

static int set_handler(void **state)
{
    (void)state;
    memset(&seen, 0, sizeof(seen));
    lookaside_set_bugcheck_handler(note, &seen);
    return 0;
}

static int reset_handler(void **state)
{
    (void)state;
    lookaside_set_bugcheck_handler(NULL, NULL);
    return 0;
}

static void expect_seen(lookaside_bugcheck_code code, lookaside_list *list, void *entry)
{
    assert_int_equal(seen.calls, 1);
    assert_int_equal(seen.code, code);
    assert_ptr_equal(seen.list, list);
    assert_ptr_equal(seen.entry, entry);
    assert_non_null(strstr(seen.sentence, lookaside_bugcheck_message(code)));
    memset(&seen, 0, sizeof(seen));
}

static void init_uncached(lookaside_list *list)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.cache = LOOKASIDE_CACHE_NONE;
    options.name = "uncached";
    init_or_fail(list, 64, LOOKASIDE_PAGED, &options);
}

TEST(an_allocation_from_no_list_returns_NULL)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    void *entries[3];
    assert_null(lookaside_alloc(&list));
    expect_seen(LOOKASIDE_BUGCHECK_NOT_INITIALIZED, &list, NULL);
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 3), 0);
    expect_seen(LOOKASIDE_BUGCHECK_NOT_INITIALIZED, &list, NULL);
    init_or_fail(&list, 64, LOOKASIDE_PAGED, NULL);
    destroy_checked(&list);
    assert_null(lookaside_alloc(&list));
    expect_seen(LOOKASIDE_BUGCHECK_USED_AFTER_DESTROY, &list, NULL);
}

TEST(a_free_into_no_list_does_nothing)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    int on_the_stack = 7;
    lookaside_free(&list, &on_the_stack);
    expect_seen(LOOKASIDE_BUGCHECK_NOT_INITIALIZED, &list, &on_the_stack);
    assert_int_equal(on_the_stack, 7);
}

TEST(a_double_free_has_no_effect)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_uncached(&list);
    void *kept = lookaside_alloc(&list);
    void *entry = lookaside_alloc(&list);
    lookaside_free(&list, entry);
    lookaside_statistics before = check_laws(&list, "freed once");
    lookaside_free(&list, entry);
    expect_seen(LOOKASIDE_BUGCHECK_DOUBLE_FREE, &list, entry);
    lookaside_statistics after = check_laws(&list, "freed twice");
    assert_memory_equal(&before, &after, sizeof(before));
    lookaside_free(&list, kept);
    destroy_checked(&list);
}

TEST(a_foreign_an_interior_and_another_lists_pointer_have_no_effect)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_list other = LOOKASIDE_LIST_INIT;
    init_uncached(&list);
    init_uncached(&other);
    char *entry = lookaside_alloc(&list);
    void *others = lookaside_alloc(&other);
    char on_the_stack[64];
    lookaside_statistics before = check_laws(&list, "before");

    lookaside_free(&list, on_the_stack);
    expect_seen(LOOKASIDE_BUGCHECK_FREE_NOT_AN_ENTRY, &list, on_the_stack);
    lookaside_free(&list, entry + 8);
    expect_seen(LOOKASIDE_BUGCHECK_INTERIOR_POINTER, &list, entry + 8);
    lookaside_free(&list, others);
    expect_seen(LOOKASIDE_BUGCHECK_WRONG_LIST, &list, others);

    lookaside_statistics after = check_laws(&list, "after");
    assert_memory_equal(&before, &after, sizeof(before));
    lookaside_free(&list, entry);
    lookaside_free(&other, others);
    destroy_checked(&list);
    destroy_checked(&other);
}

TEST(a_list_that_was_moved_is_not_used)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_uncached(&list);
    lookaside_list moved = list;
    assert_null(lookaside_alloc(&moved));
    expect_seen(LOOKASIDE_BUGCHECK_CORRUPTED_LIST, &moved, NULL);
    void *entry = lookaside_alloc(&list);
    assert_non_null(entry);
    lookaside_free(&list, entry);
    destroy_checked(&list);
}

TEST(the_sentence_names_list_tag_and_entry)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_uncached(&list);
    void *kept = lookaside_alloc(&list);
    void *entry = lookaside_alloc(&list);
    lookaside_free(&list, entry);
    lookaside_free(&list, entry);
    char expected[512];
    snprintf(expected, sizeof(expected),
             "bugcheck 0x13: the entry was freed twice (list \"uncached\", tag \"srLL\", "
             "0x%" PRIxPTR "; entry 0x%" PRIxPTR ")",
             (uintptr_t)&list, (uintptr_t)entry);
    assert_non_null(strstr(seen.sentence, expected));
    lookaside_free(&list, kept);
    destroy_checked(&list);
}

TEST(a_program_can_bugcheck_too)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_uncached(&list);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_CORRUPTED_LIST, &list, NULL);
    expect_seen(LOOKASIDE_BUGCHECK_CORRUPTED_LIST, &list, NULL);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_DOUBLE_FREE, NULL, NULL);
    expect_seen(LOOKASIDE_BUGCHECK_DOUBLE_FREE, NULL, NULL);
    destroy_checked(&list);
}

#define WITH_HANDLER(test) cmocka_unit_test_setup_teardown(test, set_handler, reset_handler)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HANDLER(an_allocation_from_no_list_returns_NULL),
        WITH_HANDLER(a_free_into_no_list_does_nothing),
        WITH_HANDLER(a_double_free_has_no_effect),
        WITH_HANDLER(a_foreign_an_interior_and_another_lists_pointer_have_no_effect),
        WITH_HANDLER(a_list_that_was_moved_is_not_used),
        WITH_HANDLER(the_sentence_names_list_tag_and_entry),
        WITH_HANDLER(a_program_can_bugcheck_too),
    };
    return RUN_TESTS(tests);
}
