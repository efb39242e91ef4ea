/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The report's layout alone: the statistics are made up, so that the debugger's published samples
 * come out byte for byte.
 *
 * Caught: rates rounded or negative, Max Alloc from the maximum depth, a label one column short,
 * 0x7f printed, the nx pool named as the plain one. */
#include "unit.h"

lookaside_status our_query_sized(lookaside_list *list, lookaside_statistics *statistics,
                                 size_t size) INSTEAD_OF(lookaside_query_sized);

static lookaside_statistics made_up;
static lookaside_status answer;

lookaside_status our_query_sized(lookaside_list *list, lookaside_statistics *statistics,
                                 size_t size)
{
    (void)list;
    if (answer == LOOKASIDE_OK) {
        memcpy(statistics, &made_up, size);
    }
    return answer;
}

struct text {
    char bytes[2000];
    size_t length;
};

static void append(void *context, const char *text, size_t length)
{
    struct text *all = context;
    assert_true(all->length + length < sizeof(all->bytes));
    memcpy(all->bytes + all->length, text, length);
    all->length += length;
}

static void expect(uintptr_t address, const char *expected)
{
    struct text text = {.length = 0};
    assert_status(lookaside_report((lookaside_list *)address, append, &text), LOOKASIDE_OK);
    assert_string_equal(text.bytes, expected);
}

TEST(a_nonpaged_list_of_the_system_as_the_debugger_prints_it)
{
    made_up = (lookaside_statistics){
        .name = "nt!CcTwilightLookasideList",
        .tag = LOOKASIDE_TAG('C', 'c', 'W', 'k'),
        .type = LOOKASIDE_NONPAGED,
        .size = 32,
        .depth = 34,
        .maximum_depth = 256,
        .total_allocates = 759,
        .allocate_misses = 534,
        .total_frees = 715,
        .free_misses = 467,
    };
    expect(0xfffff80002c49280, "\n"
                               "Lookaside \"nt!CcTwilightLookasideList\" @ 0xfffff80002c49280  "
                               "Tag(hex): 0x6b576343 \"CcWk\"\n"
                               "    Type           =       0000  NonPagedPool\n"
                               "    Current Depth  =          0  Max Depth  =         34\n"
                               "    Size           =         32  Max Alloc  =       1088\n"
                               "    AllocateMisses =        534  FreeMisses =        467\n"
                               "    TotalAllocates =        759  TotalFrees =        715\n"
                               "    Hit Rate       =         29% Hit Rate   =         34%\n");
}

TEST(a_paged_list_that_raises_with_its_rate_cut_not_rounded)
{
    made_up = (lookaside_statistics){
        .name = "Ntfs!NtfsIoContextLookasideList",
        .tag = LOOKASIDE_TAG('N', 't', 'f', 'I'),
        .type = LOOKASIDE_PAGED | LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE,
        .size = 496,
        .depth = 4,
        .total_allocates = 272492,
        .allocate_misses = 8,
        .total_frees = 272488,
    };
    expect(
        0x1000,
        "\n"
        "Lookaside \"Ntfs!NtfsIoContextLookasideList\" @ 0x0000000000001000  Tag(hex): 0x4966744e "
        "\"NtfI\"\n"
        "    Type           =       0011  PagedPool RaiseIfAllocationFailure\n"
        "    Current Depth  =          0  Max Depth  =          4\n"
        "    Size           =        496  Max Alloc  =       1984\n"
        "    AllocateMisses =          8  FreeMisses =          0\n"
        "    TotalAllocates =     272492  TotalFrees =     272488\n"
        "    Hit Rate       =         99% Hit Rate   =        100%\n");
}

TEST(an_unnamed_list_that_was_never_used)
{
    made_up = (lookaside_statistics){
        .tag = 0x61616262,
        .type = LOOKASIDE_NONPAGED_NX | LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE,
        .size = 8,
        .depth = 4,
    };
    expect(0x20, "\n"
                 "Lookaside \"\" @ 0x0000000000000020  Tag(hex): 0x61616262 \"bbaa\"\n"
                 "    Type           =       0208  NonPagedPoolNx QuotaFailInsteadOfRaise\n"
                 "    Current Depth  =          0  Max Depth  =          4\n"
                 "    Size           =          8  Max Alloc  =         32\n"
                 "    AllocateMisses =          0  FreeMisses =          0\n"
                 "    TotalAllocates =          0  TotalFrees =          0\n"
                 "    Hit Rate       =          0% Hit Rate   =          0%\n");
}

TEST(numbers_wider_than_their_column_are_printed_whole)
{
    made_up = (lookaside_statistics){
        .tag = LOOKASIDE_TAG(0x1f, 0x7f, 'a', 0xff),
        .type = LOOKASIDE_PAGED,
        .size = (size_t)16 << 20,
        .depth = 1023,
        .current_depth = UINT64_C(123456789012),
        .total_allocates = UINT64_C(1000000000000),
        .allocate_misses = UINT64_C(10000000000),
        .total_frees = UINT64_C(999999999999),
        .free_misses = UINT64_C(2000000000000), /* fetched ahead: nothing was hit */
    };
    memset(made_up.name, 'n', sizeof(made_up.name) - 1);
    expect(UINTPTR_MAX,
           "\n"
           "Lookaside \"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\" @ "
           "0xffffffffffffffff  Tag(hex): 0xff617f1f \"..a.\"\n"
           "    Type           =       0001  PagedPool\n"
           "    Current Depth  = 123456789012  Max Depth  =       1023\n"
           "    Size           =   16777216  Max Alloc  = 17163091968\n"
           "    AllocateMisses = 10000000000  FreeMisses = 2000000000000\n"
           "    TotalAllocates = 1000000000000  TotalFrees = 999999999999\n"
           "    Hit Rate       =         99% Hit Rate   =          0%\n");
}

TEST(a_list_that_cannot_be_asked_is_not_written_about)
{
    struct text text = {.length = 0};
    answer = LOOKASIDE_NOT_INITIALIZED;
    assert_status(lookaside_report(fake_pointer(1), append, &text), LOOKASIDE_NOT_INITIALIZED);
    answer = LOOKASIDE_OK;
    assert_status(lookaside_report(NULL, append, &text), LOOKASIDE_NULL_ARGUMENT);
    assert_status(lookaside_report(fake_pointer(1), NULL, &text), LOOKASIDE_NULL_ARGUMENT);
    assert_int_equal(text.length, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_nonpaged_list_of_the_system_as_the_debugger_prints_it),
        cmocka_unit_test(a_paged_list_that_raises_with_its_rate_cut_not_rounded),
        cmocka_unit_test(an_unnamed_list_that_was_never_used),
        cmocka_unit_test(numbers_wider_than_their_column_are_printed_whole),
        cmocka_unit_test(a_list_that_cannot_be_asked_is_not_written_about),
    };
    return RUN_TESTS(tests);
}
