/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The bugcheck's sentence, character by character, and what happens after it.
 *
 * Caught: the code in lower case, another separator, 0x7f printed, no end of line, no abort. */
#include "unit.h"

#include "bugcheck.h"

#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

static struct {
    unsigned calls;
    lookaside_bugcheck_code code;
    lookaside_list *list;
    void *entry;
    void *context;
    char sentence[1000];
} told;

static void listen(lookaside_bugcheck_code code, lookaside_list *list, void *entry,
                   const char *sentence, void *context)
{
    told.calls++;
    told.code = code;
    told.list = list;
    told.entry = entry;
    told.context = context;
    (void)snprintf(told.sentence, sizeof(told.sentence), "%s", sentence);
}

static int begin(void **state)
{
    (void)state;
    memset(&told, 0, sizeof(told));
    lookaside_set_bugcheck_handler(listen, &told);
    return 0;
}

static int end(void **state)
{
    (void)state;
    lookaside_set_bugcheck_handler(NULL, NULL);
    return 0;
}

static void init_named(lookaside_list *list, const char *name, uint32_t tag)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.name = name;
    options.tag = tag;
    init_or_fail(list, 32, LOOKASIDE_PAGED, &options);
}

TEST(of_a_list_the_sentence_tells_name_tag_and_address)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    char expected[300];
    init_named(&list, "contexts", LOOKASIDE_TAG('C', 't', 'x', '1'));
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_DOUBLE_FREE, &list, fake_pointer(0x1234));
    (void)snprintf(expected, sizeof(expected),
                   "lookaside: bugcheck 0x13: the entry was freed twice "
                   "(list \"contexts\", tag \"Ctx1\", 0x%" PRIxPTR "; entry 0x12340)",
                   (uintptr_t)&list);
    assert_string_equal(told.sentence, expected);
    destroy_checked(&list);
}

TEST(without_an_entry_the_sentence_tells_of_none)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    char expected[300];
    init_named(&list, "", LOOKASIDE_DEFAULT_TAG);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_ALLOCATION_RAISED, &list, NULL);
    (void)snprintf(
        expected, sizeof(expected),
        "lookaside: bugcheck 0x1006: an allocation failed and the list was made to raise "
        "(list \"\", tag \"srLL\", 0x%" PRIxPTR ")",
        (uintptr_t)&list);
    assert_string_equal(told.sentence, expected);
    destroy_checked(&list);
}

TEST(of_a_list_that_ends_too_early_the_sentence_tells_how_many_entries_are_out)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    void *entries[2];
    init_named(&list, "", LOOKASIDE_DEFAULT_TAG);
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 2), 2);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_DESTROYED_IN_USE, &list, NULL);
    assert_non_null(strstr(told.sentence, "; entries out: 2)"));
    lookaside_free_bulk(&list, entries, 2);
    destroy_checked(&list);
}

TEST(of_what_is_no_list_the_sentence_tells_the_address_alone)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    char expected[300];
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_NOT_INITIALIZED, &list, NULL);
    (void)snprintf(expected, sizeof(expected),
                   "lookaside: bugcheck 0xCB: the list is used before lookaside_init "
                   "(list 0x%" PRIxPTR ")",
                   (uintptr_t)&list);
    assert_string_equal(told.sentence, expected);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_FREE_NOT_AN_ENTRY, NULL, fake_pointer(1));
    assert_string_equal(
        told.sentence,
        "lookaside: bugcheck 0x10: the pointer that was freed is not an entry of any "
        "list (no list; entry 0x10)");
}

TEST(what_cannot_be_printed_of_a_tag_becomes_dots)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_named(&list, "", LOOKASIDE_TAG(0x1f, ' ', 0x7f, '~'));
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_DOUBLE_FREE, &list, NULL);
    assert_non_null(strstr(told.sentence, "tag \". .~\""));
    destroy_checked(&list);
}

TEST(the_longest_name_fits)
{
    char name[2 * LOOKASIDE_NAME_SIZE];
    lookaside_list list = LOOKASIDE_LIST_INIT;
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    init_named(&list, name, 0);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_FREE_NOT_AN_ENTRY, &list, (void *)UINTPTR_MAX);
    assert_non_null(strstr(told.sentence, "; entry 0xffffffffffffffff)"));
    destroy_checked(&list);
}

TEST(every_code_of_the_table_has_its_own_sentence)
{
#define EXPECT(name, code, sentence)                                                               \
    assert_string_equal(lookaside_bugcheck_message(LOOKASIDE_BUGCHECK_##name), sentence);
    LOOKASIDE_BUGCHECK_TABLE(EXPECT)
#undef EXPECT
    assert_non_null(lookaside_bugcheck_message((lookaside_bugcheck_code)0x7777));
}

TEST(the_handler_is_told_everything)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_WRONG_LIST, &list, fake_pointer(7));
    assert_int_equal(told.calls, 1);
    assert_int_equal(told.code, LOOKASIDE_BUGCHECK_WRONG_LIST);
    assert_ptr_equal(told.list, &list);
    assert_ptr_equal(told.entry, fake_pointer(7));
    assert_ptr_equal(told.context, &told);
}

/* This program again, as one that has no handler; what it says goes where the parent can read it. */
static int die_of_a_double_free(void)
{
    (void)dup2(STDOUT_FILENO, STDERR_FILENO);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_DOUBLE_FREE, NULL, fake_pointer(1));
    return 0;
}

TEST(without_a_handler_one_line_goes_to_standard_error_and_the_process_aborts)
{
    char line[500];
    assert_true(run_again("die", line, sizeof(line)) < 0);
    assert_string_equal(
        line, "lookaside: bugcheck 0x13: the entry was freed twice (no list; entry 0x10)\n");
}

#define BUGCHECK_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(int argc, char **argv)
{
    (void)argv;
    if (argc > 1) {
        return die_of_a_double_free();
    }
    const struct CMUnitTest tests[] = {
        BUGCHECK_TEST(of_a_list_the_sentence_tells_name_tag_and_address),
        BUGCHECK_TEST(without_an_entry_the_sentence_tells_of_none),
        BUGCHECK_TEST(of_a_list_that_ends_too_early_the_sentence_tells_how_many_entries_are_out),
        BUGCHECK_TEST(of_what_is_no_list_the_sentence_tells_the_address_alone),
        BUGCHECK_TEST(what_cannot_be_printed_of_a_tag_becomes_dots),
        BUGCHECK_TEST(the_longest_name_fits),
        BUGCHECK_TEST(every_code_of_the_table_has_its_own_sentence),
        BUGCHECK_TEST(the_handler_is_told_everything),
        BUGCHECK_TEST(without_a_handler_one_line_goes_to_standard_error_and_the_process_aborts),
    };
    return RUN_TESTS(tests);
}
