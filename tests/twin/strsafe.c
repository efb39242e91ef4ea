/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* ntstrsafe.h: what fits, what is cut, and what has no room at all; bytes against characters.
 * Caught: a cut text without its terminating zero; Cb routines that took bytes for characters. */
#include "twin_test.h"

#include <ntstrsafe.h>

TEST(a_copy_is_cut_and_terminated)
{
    char narrow[5] = "xxxx";
    WCHAR wide[5];
    assert_int_equal(RtlStringCbCopyA(narrow, 5, "abcd"), STATUS_SUCCESS);
    assert_string_equal(narrow, "abcd");
    assert_int_equal(RtlStringCchCopyA(narrow, 4, "wxyz"), STATUS_BUFFER_OVERFLOW);
    assert_string_equal(narrow, "wxy");
    assert_int_equal(RtlStringCchCopyA(narrow, 0, "a"), STATUS_INVALID_PARAMETER);
    assert_string_equal(narrow, "wxy");
    assert_int_equal(RtlStringCbCopyNA(narrow, 5, "12345", 2), STATUS_SUCCESS);
    assert_string_equal(narrow, "12");
    assert_int_equal(RtlStringCbCopyW(wide, sizeof(wide), L"abcdef"), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(wcscmp(wide, L"abcd"), 0);
    assert_int_equal(RtlStringCbCopyNW(wide, sizeof(wide), L"abcdef", 4), STATUS_SUCCESS);
    assert_int_equal(wcscmp(wide, L"ab"), 0);
}

TEST(appending_counts_what_is_there)
{
    char narrow[6] = "ab";
    WCHAR wide[6] = {'a', 'b', 0};
    assert_int_equal(RtlStringCbCatA(narrow, sizeof(narrow), "cde"), STATUS_SUCCESS);
    assert_int_equal(RtlStringCchCatA(narrow, sizeof(narrow), "f"), STATUS_BUFFER_OVERFLOW);
    assert_string_equal(narrow, "abcde");
    assert_int_equal(RtlStringCbCatW(wide, sizeof(wide), L"cdef"), STATUS_BUFFER_OVERFLOW);
    assert_int_equal(wcscmp(wide, L"abcde"), 0);
    memset(narrow, 'x', sizeof(narrow));
    assert_int_equal(RtlStringCbCatA(narrow, sizeof(narrow), ""), STATUS_INVALID_PARAMETER);
}

TEST(formatting_speaks_the_kernels_dialect_in_both_widths)
{
    char narrow[16];
    WCHAR wide[16];
    WCHAR buffer[4];
    UNICODE_STRING string = {0, sizeof(buffer), buffer};
    assert_int_equal(RtlStringCbPrintfA(narrow, sizeof(narrow), "%s %ws %I64d", "a", L"b", 3ll),
                     STATUS_SUCCESS);
    assert_string_equal(narrow, "a b 3");
    assert_int_equal(
        RtlStringCbPrintfW(wide, sizeof(wide), L"%s %S %hs %05lu", L"w", "n", "h", (ULONG)42),
        STATUS_SUCCESS);
    assert_int_equal(wcscmp(wide, L"w n h 00042"), 0);
    assert_int_equal(RtlStringCchPrintfA(narrow, 4, "%d", 12345), STATUS_BUFFER_OVERFLOW);
    assert_string_equal(narrow, "123");
    assert_int_equal(RtlUnicodeStringPrintf(&string, L"%d", 1234), STATUS_SUCCESS);
    assert_int_equal(string.Length, 8);
    assert_int_equal(RtlUnicodeStringPrintf(&string, L"%d", 56789), STATUS_BUFFER_OVERFLOW);
    assert_memory_equal(buffer, L"5678", 8);
}

TEST(a_length_is_found_within_its_limit)
{
    SIZE_T length = 99;
    assert_int_equal(RtlStringCbLengthA("abc", 4, &length), STATUS_SUCCESS);
    assert_int_equal(length, 3);
    assert_int_equal(RtlStringCchLengthA("abc", 3, &length), STATUS_INVALID_PARAMETER);
    assert_int_equal(length, 0);
    assert_int_equal(RtlStringCbLengthW(L"abc", 8, &length), STATUS_SUCCESS);
    assert_int_equal(length, 6);
    assert_int_equal(RtlStringCchLengthW(NULL, 8, &length), STATUS_INVALID_PARAMETER);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_copy_is_cut_and_terminated),
        cmocka_unit_test(appending_counts_what_is_there),
        cmocka_unit_test(formatting_speaks_the_kernels_dialect_in_both_widths),
        cmocka_unit_test(a_length_is_found_within_its_limit),
    };
    return RUN_TESTS(tests);
}
