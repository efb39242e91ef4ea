/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Memory, counted strings and 16-bit C strings. Caught: an append that compared characters with
 * bytes; wcslen of the host, which reads 32-bit characters. */
#include "twin_test.h"

TEST(memory_is_filled_compared_and_moved)
{
    UCHAR a[8];
    UCHAR b[8];
    RtlFillMemory(a, sizeof(a), 0xAB);
    RtlCopyMemory(b, a, sizeof(b));
    assert_true(RtlEqualMemory(a, b, sizeof(a)));
    assert_int_equal(RtlCompareMemory(a, b, sizeof(a)), sizeof(a));
    b[5] = 1;
    assert_int_equal(RtlCompareMemory(a, b, sizeof(a)), 5);
    assert_false(RtlEqualMemory(a, b, sizeof(a)));
    RtlMoveMemory(b, b + 4, 4);
    assert_int_equal(b[1], 1);
    RtlSecureZeroMemory(b, 2);
    assert_int_equal(b[0] + b[1], 0);
    RtlZeroMemory(a, sizeof(a));
    assert_int_equal(a[7], 0);
}

TEST(a_string_knows_its_bytes)
{
    static const UNICODE_STRING constant = RTL_CONSTANT_STRING(L"\\Device\\Null");
    UNICODE_STRING string;
    ANSI_STRING narrow;
    RtlInitUnicodeString(&string, L"\\Device\\Null");
    assert_int_equal(string.Length, 24);
    assert_int_equal(string.MaximumLength, 26);
    assert_true(RtlEqualUnicodeString(&string, &constant, FALSE));
    assert_int_equal(constant.MaximumLength, 26);
    RtlInitUnicodeString(&string, NULL);
    assert_int_equal(string.Length + string.MaximumLength, 0);
    RtlInitAnsiString(&narrow, "four");
    assert_int_equal(narrow.Length, 4);
    assert_int_equal(narrow.MaximumLength, 5);
}

static LONG sign(LONG number)
{
    return (number > 0) - (number < 0);
}

TEST(strings_are_ordered_with_and_without_case)
{
    const struct {
        PCWSTR first, second;
        LONG with_case, without;
    } cases[] = {{L"abc", L"abc", 0, 0},   {L"abc", L"abd", -1, -1}, {L"abc", L"ab", 1, 1},
                 {L"ABC", L"abc", -1, 0},  {L"", L"a", -1, -1},      {L"\xe4", L"\xc4", 1, 0},
                 {L"\xf7", L"\xd7", 1, 1}, {L"a_", L"aB", 1, 1}};
    for (size_t i = 0; i < RTL_NUMBER_OF(cases); i++) {
        UNICODE_STRING first;
        UNICODE_STRING second;
        RtlInitUnicodeString(&first, cases[i].first);
        RtlInitUnicodeString(&second, cases[i].second);
        assert_int_equal(sign(RtlCompareUnicodeString(&first, &second, FALSE)), cases[i].with_case);
        assert_int_equal(sign(RtlCompareUnicodeString(&first, &second, TRUE)), cases[i].without);
    }
}

TEST(a_prefix_is_no_longer_than_the_whole)
{
    const UNICODE_STRING device = RTL_CONSTANT_STRING(L"\\Device\\");
    const UNICODE_STRING null = RTL_CONSTANT_STRING(L"\\DEVICE\\Null");
    assert_true(RtlPrefixUnicodeString(&device, &null, TRUE));
    assert_false(RtlPrefixUnicodeString(&device, &null, FALSE));
    assert_false(RtlPrefixUnicodeString(&null, &device, TRUE));
}

TEST(copies_and_appends_stay_inside_the_buffer)
{
    WCHAR buffer[6];
    UNICODE_STRING string;
    const UNICODE_STRING long_one = RTL_CONSTANT_STRING(L"0123456789");
    memset(buffer, 0xEE, sizeof(buffer));
    RtlInitEmptyUnicodeString(&string, buffer, 5 * sizeof(WCHAR));
    assert_int_equal(RtlAppendUnicodeToString(&string, L"abc"), STATUS_SUCCESS);
    assert_int_equal(string.Length, 6);
    assert_int_equal(buffer[3], 0);
    assert_int_equal(RtlAppendUnicodeToString(&string, L"def"), STATUS_BUFFER_TOO_SMALL);
    assert_int_equal(string.Length, 6);
    assert_int_equal(RtlAppendUnicodeToString(&string, L"de"), STATUS_SUCCESS);
    assert_int_equal(string.Length, 10);
    RtlCopyUnicodeString(&string, &long_one);
    assert_int_equal(string.Length, 10);
    assert_int_equal(buffer[4], '4');
    assert_int_equal(buffer[5], 0xEEEE);
    RtlCopyUnicodeString(&string, NULL);
    assert_int_equal(string.Length, 0);
}

TEST(conversions_allocate_from_the_pool_or_use_the_buffer)
{
    UNICODE_STRING wide;
    ANSI_STRING narrow;
    ANSI_STRING again;
    char small[3];
    RtlInitAnsiString(&narrow, "h\xe9");
    assert_int_equal(RtlAnsiStringToUnicodeString(&wide, &narrow, TRUE), STATUS_SUCCESS);
    assert_int_equal(wide.Length, 4);
    assert_int_equal(wide.Buffer[1], 0xe9);
    assert_int_equal(wdk_pool_blocks(0), 1);
    again = (ANSI_STRING){0, sizeof(small), small};
    assert_int_equal(RtlUnicodeStringToAnsiString(&again, &wide, FALSE), STATUS_SUCCESS);
    assert_string_equal(small, "h\xe9");
    again.MaximumLength = 2;
    assert_int_equal(RtlUnicodeStringToAnsiString(&again, &wide, FALSE), STATUS_BUFFER_OVERFLOW);
    RtlFreeUnicodeString(&wide);
    assert_null(wide.Buffer);
    assert_int_equal(wdk_pool_blocks(0), 0);
}

TEST(the_names_of_the_C_library_take_16_bit_characters)
{
    WCHAR buffer[16];
    assert_int_equal(wcslen(L"four"), 4);
    assert_int_equal(wcsnlen(L"four", 2), 2);
    assert_ptr_equal(wcscpy(buffer, L"ab"), buffer);
    assert_int_equal(wcscmp(wcscat(buffer, L"cd"), L"abcd"), 0);
    assert_ptr_equal(wcschr(buffer, 'c'), buffer + 2);
    assert_null(wcschr(buffer, 'x'));
    assert_null(wcsrchr(L"abab", 'z'));
    assert_ptr_equal(wcsrchr(wcscpy(buffer, L"abcb"), 'b'), buffer + 3);
    wcscpy(buffer, L"abcd");
    assert_ptr_equal(wcsstr(buffer, L"bc"), buffer + 1);
    assert_null(wcsstr(buffer, L"bd"));
    assert_int_equal(_wcsicmp(L"ABcd", L"abCD"), 0);
    assert_true(_wcsnicmp(L"ABx", L"aby", 2) == 0 && _wcsnicmp(L"ABx", L"aby", 3) < 0);
    assert_true(wcsncmp(L"ab", L"ac", 2) < 0);
    memset(buffer, 0xff, sizeof(buffer));
    wcsncpy(buffer, L"ab", 4);
    assert_true(buffer[2] == 0 && buffer[3] == 0 && buffer[4] == 0xffff);
    assert_int_equal(_stricmp("Abc", "aBC"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_is_filled_compared_and_moved),
        cmocka_unit_test(a_string_knows_its_bytes),
        cmocka_unit_test(strings_are_ordered_with_and_without_case),
        cmocka_unit_test(a_prefix_is_no_longer_than_the_whole),
        cmocka_unit_test(copies_and_appends_stay_inside_the_buffer),
        cmocka_unit_test(conversions_allocate_from_the_pool_or_use_the_buffer),
        cmocka_unit_test(the_names_of_the_C_library_take_16_bit_characters),
    };
    return RUN_TESTS(tests);
}
