/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* DbgPrint: the kernel's dialect of printf, the 512 bytes, and where the text goes. Caught: %lu
 * that took 64 bits from the arguments; a precision that did not keep %wZ from reading on. */
#include "twin_test.h"

struct printed {
    ULONG component;
    ULONG level;
    unsigned calls;
    char text[1024];
};

static void keep(ULONG component, ULONG level, const char *text, void *context)
{
    struct printed *printed = context;
    printed->component = component;
    printed->level = level;
    printed->calls++;
    assert_true(strlen(text) < sizeof(printed->text));
    memcpy(printed->text, text, strlen(text) + 1);
}

static struct printed printed;

#define assert_prints(expected, ...)                                                               \
    do {                                                                                           \
        wdk_set_print_handler(keep, &printed);                                                     \
        assert_int_equal(DbgPrint(__VA_ARGS__), STATUS_SUCCESS);                                   \
        wdk_set_print_handler(NULL, NULL);                                                         \
        assert_string_equal(printed.text, expected);                                               \
    } while (0)

TEST(integers_have_the_kernels_sizes)
{
    const ULONG all = 0xFFFFFFFF;
    const ULONGLONG large = 0x123456789ABCDEF0;
    assert_prints("4294967295 -1 1", "%lu %ld %u", all, (LONG)-1, 1u);
    assert_prints("1311768467463790320", "%I64u", large);
    assert_prints("123456789abcdef0 123456789ABCDEF0", "%llx %I64X", large, large);
    assert_prints("1311768467463790320 -1", "%Iu %Id", (SIZE_T)large, (LONG_PTR)-1);
    assert_prints("1311768467463790320", "%zu", (SIZE_T)large);
    assert_prints("-2 254 -2 65534", "%hhd %hhu %hd %hu", -2, -2, -2, -2);
    assert_prints("4294967295 7", "%I32u %d", all, 7);
    assert_prints("1 2 3", "%lu %I64u %lu", (ULONG)1, (ULONGLONG)2, (ULONG)3);
}

TEST(flags_width_and_precision_are_those_of_C)
{
    assert_prints("[00042] [42   ] [   42] [+42] [ 42]", "[%05d] [%-5d] [%5d] [%+d] [% d]", 42, 42,
                  42, 42, 42);
    assert_prints("[0x2a] [0X2A] [052] [00042]", "[%#x] [%#X] [%#o] [%.5d]", 42, 42, 42, 42);
    assert_prints("[   42] [42   ] [042]", "[%*d] [%*d] [%.*d]", 5, 42, -5, 42, 3, 42);
    assert_prints("[abc  ] [  abc] [ab]", "[%-5s] [%5s] [%.2s]", "abc", "abc", "abc");
}

TEST(a_pointer_has_16_capital_digits)
{
    assert_prints("FFFFF80012345678", "%p", (PVOID)0xFFFFF80012345678);
    assert_prints("0000000000000000", "%p", NULL);
}

TEST(strings_are_narrow_wide_or_counted)
{
    WCHAR buffer[] = {'w', 'i', 'd', 'e', 'X', 0};
    UNICODE_STRING wide = {8, sizeof(buffer), buffer};
    CHAR bytes[] = {'a', 'n', 's', 'i', 'X'};
    ANSI_STRING narrow = {4, 5, bytes};
    assert_prints("s wide wide n", "%s %ws %S %hs", "s", L"wide", L"wide", "n");
    assert_prints("c w W h", "%c %wc %C %hc", 'c', L'w', L'W', 'h');
    assert_prints("wide|wide|wi|  wide", "%wZ|%lZ|%.2wZ|%6wZ", &wide, &wide, &wide, &wide);
    assert_prints("ansi", "%Z", &narrow);
    assert_prints("a?b", "%ws",
                  L"a\x20ac"
                  L"b");
}

TEST(NULL_is_shown)
{
    const UNICODE_STRING empty = {0, 0, NULL};
    const char *none = NULL;
    assert_prints("(null) (null) (null) (null)", "%s %ws %wZ %wZ", none, (PCWSTR)NULL,
                  (PUNICODE_STRING)NULL, &empty);
}

TEST(floating_point_is_not_printed_and_harms_nothing)
{
    assert_prints("%f 7 %.2e", "%f %d %.2e", 1.5, 7, 2.5);
    assert_prints("100% %q", "100%% %q");
}

TEST(a_message_ends_after_511_characters)
{
    assert_prints("", "%s", "");
    wdk_set_print_handler(keep, &printed);
    DbgPrint("%600d", 1);
    wdk_set_print_handler(NULL, NULL);
    assert_int_equal(strlen(printed.text), 511);
}

TEST(component_and_level_reach_the_handler)
{
    wdk_set_print_handler(keep, &printed);
    printed.calls = 0;
    DbgPrintEx(DPFLTR_IHVDRIVER_ID, DPFLTR_ERROR_LEVEL, "%d", 1);
    assert_int_equal(printed.component, 77);
    assert_int_equal(printed.level, 0);
    KdPrint(("%s\n", "text"));
    assert_string_equal(printed.text, "text\n");
    KdPrintEx((DPFLTR_IHVVIDEO_ID, DPFLTR_INFO_LEVEL, "%d", 2));
    assert_int_equal(printed.component, 78);
    assert_int_equal(printed.calls, 3);
    wdk_set_print_handler(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_have_the_kernels_sizes),
        cmocka_unit_test(flags_width_and_precision_are_those_of_C),
        cmocka_unit_test(a_pointer_has_16_capital_digits),
        cmocka_unit_test(strings_are_narrow_wide_or_counted),
        cmocka_unit_test(NULL_is_shown),
        cmocka_unit_test(floating_point_is_not_printed_and_harms_nothing),
        cmocka_unit_test(a_message_ends_after_511_characters),
        cmocka_unit_test(component_and_level_reach_the_handler),
    };
    return RUN_TESTS(tests);
}
