/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Strings of 16-bit characters that end with a zero, with the meaning that C gives the routines of
 * these names. No state, no lock; any IRQL. */
#include <wdk/wide_string.h>

#include <stdint.h>
#include <strings.h>

#include <wdk/rtl.h>

SIZE_T wdk_wcsnlen(PCWSTR string, SIZE_T limit)
{
    SIZE_T length = 0;

    while (length < limit && string[length] != 0) {
        length++;
    }
    return length;
}

SIZE_T wdk_wcslen(PCWSTR string)
{
    return wdk_wcsnlen(string, SIZE_MAX);
}

PWSTR wdk_wcscpy(PWSTR destination, PCWSTR source)
{
    memcpy(destination, source, (wdk_wcslen(source) + 1) * sizeof(WCHAR));
    return destination;
}

PWSTR wdk_wcsncpy(PWSTR destination, PCWSTR source, SIZE_T count)
{
    SIZE_T length = wdk_wcsnlen(source, count);

    memcpy(destination, source, length * sizeof(WCHAR));
    memset(destination + length, 0, (count - length) * sizeof(WCHAR));
    return destination;
}

PWSTR wdk_wcscat(PWSTR destination, PCWSTR source)
{
    (void)wdk_wcscpy(destination + wdk_wcslen(destination), source);
    return destination;
}

int wdk_wcsncmp(PCWSTR first, PCWSTR second, SIZE_T count)
{
    for (SIZE_T i = 0; i < count; i++) {
        if (first[i] != second[i] || first[i] == 0) {
            return first[i] - second[i];
        }
    }
    return 0;
}

int wdk_wcscmp(PCWSTR first, PCWSTR second)
{
    return wdk_wcsncmp(first, second, SIZE_MAX);
}

int wdk_wcsnicmp(PCWSTR first, PCWSTR second, SIZE_T count)
{
    for (SIZE_T i = 0; i < count; i++) {
        int difference = RtlDowncaseUnicodeChar(first[i]) - RtlDowncaseUnicodeChar(second[i]);
        if (difference != 0 || first[i] == 0) {
            return difference;
        }
    }
    return 0;
}

int wdk_wcsicmp(PCWSTR first, PCWSTR second)
{
    return wdk_wcsnicmp(first, second, SIZE_MAX);
}

PWSTR wdk_wcschr(PCWSTR string, WCHAR character)
{
    for (;; string++) {
        if (*string == character) {
            return (PWSTR)(ULONG_PTR)string;
        }
        if (*string == 0) {
            return NULL;
        }
    }
}

PWSTR wdk_wcsrchr(PCWSTR string, WCHAR character)
{
    for (SIZE_T left = wdk_wcslen(string) + 1; left > 0; left--) {
        if (string[left - 1] == character) {
            return (PWSTR)(ULONG_PTR)(string + left - 1);
        }
    }
    return NULL;
}

PWSTR wdk_wcsstr(PCWSTR string, PCWSTR wanted)
{
    SIZE_T length = wdk_wcslen(wanted);

    for (;; string++) {
        if (wdk_wcsncmp(string, wanted, length) == 0) {
            return (PWSTR)(ULONG_PTR)string;
        }
        if (*string == 0) {
            return NULL;
        }
    }
}

int wdk_stricmp(PCSTR first, PCSTR second)
{
    return strcasecmp(first, second);
}

int wdk_strnicmp(PCSTR first, PCSTR second, SIZE_T count)
{
    return strncasecmp(first, second, count);
}
