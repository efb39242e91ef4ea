/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: lookaside_report writes WinDbg's !lookaside layout byte for byte. The expected texts
 * are written out, not built from the library's format. Caught: hit rates that were rounded
 * instead of truncated. */
#include "cmocka_test.h"
#include "counting_backing.h"

#include <stdio.h>
#include <stdlib.h>

struct text {
    char bytes[4096];
    size_t length;
};

static void append(void *context, const char *text, size_t length)
{
    struct text *all = context;
    assert_true(all->length + length < sizeof(all->bytes));
    memcpy(all->bytes + all->length, text, length);
    all->length += length;
    all->bytes[all->length] = '\0';
}

/* Compares the list's report with the expected one, in which %016llx stands for its address. */
static void expect_report(lookaside_list *list, const char *expected)
{
    struct text actual = {.length = 0};
    assert_status(lookaside_report(list, append, &actual), LOOKASIDE_OK);
    char wanted[4096];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
    snprintf(wanted, sizeof(wanted), expected, (unsigned long long)(uintptr_t)list);
#pragma GCC diagnostic pop
    assert_string_equal(actual.bytes, wanted);
}

TEST(the_four_contexts_of_the_driver_story)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.tag = 0x61616262; /* 'aabb' in a driver's source */
    init_or_fail(&list, 8, LOOKASIDE_NONPAGED, &options);
    void *contexts[4];
    take(&list, contexts, 4);
    give(&list, contexts, 4);
    expect_report(&list, "\n"
                         "Lookaside \"\" @ 0x%016llx  Tag(hex): 0x61616262 \"bbaa\"\n"
                         "    Type           =       0000  NonPagedPool\n"
                         "    Current Depth  =          4  Max Depth  =          4\n"
                         "    Size           =          8  Max Alloc  =         32\n"
                         "    AllocateMisses =          4  FreeMisses =          0\n"
                         "    TotalAllocates =          4  TotalFrees =          4\n"
                         "    Hit Rate       =          0%% Hit Rate   =        100%%\n");
    destroy_checked(&list);
}

TEST(a_named_paged_list_that_raises)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.tag = LOOKASIDE_TAG('C', 'c', 'W', 'k');
    options.name = "nt!CcTwilightLookasideList";
    options.flags = LOOKASIDE_RAISE_ON_FAIL;
    init_or_fail(&list, 496, LOOKASIDE_PAGED, &options);
    /* 3 misses of 1000 allocations are 99.7 %, shown as 99. */
    void *contexts[3];
    take(&list, contexts, 3);
    give(&list, contexts, 3);
    for (size_t i = 0; i < 997; i++) {
        lookaside_free(&list, lookaside_alloc(&list));
    }
    lookaside_statistics s = statistics_of(&list);
    assert_int_equal(s.depth, 4);
    expect_report(
        &list,
        "\n"
        "Lookaside \"nt!CcTwilightLookasideList\" @ 0x%016llx  Tag(hex): 0x6b576343 \"CcWk\"\n"
        "    Type           =       0011  PagedPool RaiseIfAllocationFailure\n"
        "    Current Depth  =          3  Max Depth  =          4\n"
        "    Size           =        496  Max Alloc  =       1984\n"
        "    AllocateMisses =          3  FreeMisses =          0\n"
        "    TotalAllocates =       1000  TotalFrees =       1000\n"
        "    Hit Rate       =         99%% Hit Rate   =        100%%\n");
    destroy_checked(&list);
}

TEST(a_nonpaged_nx_list_with_an_unprintable_tag)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.tag = LOOKASIDE_TAG(1, 'a', 0xff, 'z'); /* bytes that cannot be printed */
    init_or_fail(&list, 32, LOOKASIDE_NONPAGED_NX, &options);
    void *contexts[5];
    take(&list, contexts, 5);
    give(&list, contexts, 5);
    expect_report(&list, "\n"
                         "Lookaside \"\" @ 0x%016llx  Tag(hex): 0x7aff6101 \".a.z\"\n"
                         "    Type           =       0200  NonPagedPoolNx\n"
                         "    Current Depth  =          4  Max Depth  =          4\n"
                         "    Size           =         32  Max Alloc  =        128\n"
                         "    AllocateMisses =          5  FreeMisses =          1\n"
                         "    TotalAllocates =          5  TotalFrees =          5\n"
                         "    Hit Rate       =          0%% Hit Rate   =         80%%\n");
    destroy_checked(&list);
}

TEST(a_list_that_was_never_used_divides_by_nothing)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    expect_report(&list, "\n"
                         "Lookaside \"\" @ 0x%016llx  Tag(hex): 0x4c4c7273 \"srLL\"\n"
                         "    Type           =       0001  PagedPool\n"
                         "    Current Depth  =          0  Max Depth  =          4\n"
                         "    Size           =         32  Max Alloc  =        128\n"
                         "    AllocateMisses =          0  FreeMisses =          0\n"
                         "    TotalAllocates =          0  TotalFrees =          0\n"
                         "    Hit Rate       =          0%% Hit Rate   =          0%%\n");
    destroy_checked(&list);
}

static void query_from_within(void *context, const char *text, size_t length)
{
    (void)text;
    (void)length;
    lookaside_statistics s;
    assert_int_equal(lookaside_query(context, &s), LOOKASIDE_OK);
}

TEST(statistics_that_were_read_before_give_the_same_report)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    void *entry = lookaside_alloc(&list);
    lookaside_statistics before = statistics_of(&list);
    struct text live = {.length = 0};
    assert_status(lookaside_report(&list, append, &live), LOOKASIDE_OK);
    lookaside_free(&list, entry);
    struct text later = {.length = 0};
    assert_status(lookaside_report_of(&before, &list, append, &later), LOOKASIDE_OK);
    assert_string_equal(later.bytes, live.bytes);
    destroy_checked(&list);
}

TEST(a_report_of_statistics_gives_the_address_it_is_told)
{
    lookaside_statistics s = {.size = 8, .depth = 4};
    struct text text = {.length = 0};
    assert_status(
        lookaside_report_of(&s, (const void *)(uintptr_t)0xfffff80002c49280, append, &text),
        LOOKASIDE_OK);
    assert_non_null(strstr(text.bytes, "Lookaside \"\" @ 0xfffff80002c49280  Tag(hex)"));
    text.length = 0;
    assert_status(lookaside_report_of(NULL, NULL, append, &text), LOOKASIDE_NULL_ARGUMENT);
    assert_status(lookaside_report_of(&s, NULL, NULL, &text), LOOKASIDE_NULL_ARGUMENT);
    assert_int_equal(text.length, 0);
}

TEST(write_is_called_with_no_lock_held)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    assert_status(lookaside_report(&list, query_from_within, &list), LOOKASIDE_OK);
    destroy_checked(&list);
}

TEST(report_of_no_list_says_so)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct text text = {.length = 0};
    assert_status(lookaside_report(NULL, append, &text), LOOKASIDE_NULL_ARGUMENT);
    assert_status(lookaside_report(&list, append, &text), LOOKASIDE_NOT_INITIALIZED);
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    assert_status(lookaside_report(&list, NULL, &text), LOOKASIDE_NULL_ARGUMENT);
    assert_int_equal(text.length, 0);
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_four_contexts_of_the_driver_story),
        cmocka_unit_test(a_named_paged_list_that_raises),
        cmocka_unit_test(a_nonpaged_nx_list_with_an_unprintable_tag),
        cmocka_unit_test(a_list_that_was_never_used_divides_by_nothing),
        cmocka_unit_test(statistics_that_were_read_before_give_the_same_report),
        cmocka_unit_test(a_report_of_statistics_gives_the_address_it_is_told),
        cmocka_unit_test(write_is_called_with_no_lock_held),
        cmocka_unit_test(report_of_no_list_says_so),
    };
    return RUN_TESTS(tests);
}
