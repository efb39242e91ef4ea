/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* ntstrsafe.h. Each family is one routine that counts characters; those that count bytes divide. A
 * destination of no characters cannot even hold the zero: STATUS_INVALID_PARAMETER, and nothing is
 * written. Otherwise as much as fits is written and terminated. */
#include <ntstrsafe.h>

#include <stdbool.h>

#include <wdk/pool.h>
#include <wdk/wide_string.h>

#include "format.h"

static bool has_room(SIZE_T count)
{
    return count != 0 && count <= NTSTRSAFE_MAX_CCH;
}

static NTSTATUS was_cut(bool cut)
{
    return cut ? STATUS_BUFFER_OVERFLOW : STATUS_SUCCESS;
}

/* ---- Copying --------------------------------------------------------------------------------- */

NTSTATUS RtlStringCchCopyNA(PSTR pszDest, SIZE_T cchDest, PCSTR pszSrc, SIZE_T cchToCopy)
{
    if (!has_room(cchDest)) {
        return STATUS_INVALID_PARAMETER;
    }
    SIZE_T wanted = strnlen(pszSrc, cchToCopy < cchDest ? cchToCopy : cchDest);
    SIZE_T count = wanted < cchDest ? wanted : cchDest - 1;
    memcpy(pszDest, pszSrc, count);
    pszDest[count] = '\0';
    return was_cut(count < wanted);
}

NTSTATUS RtlStringCchCopyNW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszSrc, SIZE_T cchToCopy)
{
    if (!has_room(cchDest)) {
        return STATUS_INVALID_PARAMETER;
    }
    SIZE_T wanted = wcsnlen(pszSrc, cchToCopy < cchDest ? cchToCopy : cchDest);
    SIZE_T count = wanted < cchDest ? wanted : cchDest - 1;
    memcpy(pszDest, pszSrc, count * sizeof(WCHAR));
    pszDest[count] = 0;
    return was_cut(count < wanted);
}

NTSTATUS RtlStringCbCopyNA(PSTR pszDest, SIZE_T cbDest, PCSTR pszSrc, SIZE_T cbToCopy)
{
    return RtlStringCchCopyNA(pszDest, cbDest, pszSrc, cbToCopy);
}

NTSTATUS RtlStringCbCopyNW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszSrc, SIZE_T cbToCopy)
{
    return RtlStringCchCopyNW(pszDest, cbDest / sizeof(WCHAR), pszSrc, cbToCopy / sizeof(WCHAR));
}

NTSTATUS RtlStringCchCopyA(PSTR pszDest, SIZE_T cchDest, PCSTR pszSrc)
{
    return RtlStringCchCopyNA(pszDest, cchDest, pszSrc, NTSTRSAFE_MAX_CCH);
}

NTSTATUS RtlStringCbCopyA(PSTR pszDest, SIZE_T cbDest, PCSTR pszSrc)
{
    return RtlStringCchCopyA(pszDest, cbDest, pszSrc);
}

NTSTATUS RtlStringCchCopyW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszSrc)
{
    return RtlStringCchCopyNW(pszDest, cchDest, pszSrc, NTSTRSAFE_MAX_CCH);
}

NTSTATUS RtlStringCbCopyW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszSrc)
{
    return RtlStringCchCopyW(pszDest, cbDest / sizeof(WCHAR), pszSrc);
}

/* ---- Appending ------------------------------------------------------------------------------- */

NTSTATUS RtlStringCchCatA(PSTR pszDest, SIZE_T cchDest, PCSTR pszSrc)
{
    SIZE_T length = has_room(cchDest) ? strnlen(pszDest, cchDest) : cchDest;

    if (length == cchDest) {
        return STATUS_INVALID_PARAMETER;
    }
    return RtlStringCchCopyA(pszDest + length, cchDest - length, pszSrc);
}

NTSTATUS RtlStringCbCatA(PSTR pszDest, SIZE_T cbDest, PCSTR pszSrc)
{
    return RtlStringCchCatA(pszDest, cbDest, pszSrc);
}

NTSTATUS RtlStringCchCatW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszSrc)
{
    SIZE_T length = has_room(cchDest) ? wcsnlen(pszDest, cchDest) : cchDest;

    if (length == cchDest) {
        return STATUS_INVALID_PARAMETER;
    }
    return RtlStringCchCopyW(pszDest + length, cchDest - length, pszSrc);
}

NTSTATUS RtlStringCbCatW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszSrc)
{
    return RtlStringCchCatW(pszDest, cbDest / sizeof(WCHAR), pszSrc);
}

/* ---- Formatting ------------------------------------------------------------------------------ */

NTSTATUS RtlStringCchVPrintfA(PSTR pszDest, SIZE_T cchDest, PCSTR pszFormat, va_list argList)
{
    if (!has_room(cchDest)) {
        return STATUS_INVALID_PARAMETER;
    }
    return was_cut(format_narrow(pszDest, cchDest, pszFormat, argList) >= cchDest);
}

NTSTATUS RtlStringCbVPrintfA(PSTR pszDest, SIZE_T cbDest, PCSTR pszFormat, va_list argList)
{
    return RtlStringCchVPrintfA(pszDest, cbDest, pszFormat, argList);
}

NTSTATUS RtlStringCchVPrintfW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszFormat, va_list argList)
{
    if (!has_room(cchDest)) {
        return STATUS_INVALID_PARAMETER;
    }
    return was_cut(format_wide(pszDest, cchDest, pszFormat, argList) >= cchDest);
}

NTSTATUS RtlStringCbVPrintfW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszFormat, va_list argList)
{
    return RtlStringCchVPrintfW(pszDest, cbDest / sizeof(WCHAR), pszFormat, argList);
}

NTSTATUS RtlStringCchPrintfA(PSTR pszDest, SIZE_T cchDest, PCSTR pszFormat, ...)
{
    va_list arguments;

    va_start(arguments, pszFormat);
    NTSTATUS status = RtlStringCchVPrintfA(pszDest, cchDest, pszFormat, arguments);
    va_end(arguments);
    return status;
}

NTSTATUS RtlStringCbPrintfA(PSTR pszDest, SIZE_T cbDest, PCSTR pszFormat, ...)
{
    va_list arguments;

    va_start(arguments, pszFormat);
    NTSTATUS status = RtlStringCbVPrintfA(pszDest, cbDest, pszFormat, arguments);
    va_end(arguments);
    return status;
}

NTSTATUS RtlStringCchPrintfW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszFormat, ...)
{
    va_list arguments;

    va_start(arguments, pszFormat);
    NTSTATUS status = RtlStringCchVPrintfW(pszDest, cchDest, pszFormat, arguments);
    va_end(arguments);
    return status;
}

NTSTATUS RtlStringCbPrintfW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszFormat, ...)
{
    va_list arguments;

    va_start(arguments, pszFormat);
    NTSTATUS status = RtlStringCbVPrintfW(pszDest, cbDest, pszFormat, arguments);
    va_end(arguments);
    return status;
}

/* The formatter wants a place for the zero, which a UNICODE_STRING need not have: it writes aside. */
NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING DestinationString, PCWSTR pszFormat, ...)
{
    SIZE_T room = DestinationString->MaximumLength / sizeof(WCHAR);
    WCHAR text[NTSTRSAFE_UNICODE_STRING_MAX_CCH + 1];
    va_list arguments;

    va_start(arguments, pszFormat);
    SIZE_T length = format_wide(text, RTL_NUMBER_OF(text), pszFormat, arguments);
    va_end(arguments);
    SIZE_T count = length < room ? length : room;
    if (count != 0) {
        memcpy(DestinationString->Buffer, text, count * sizeof(WCHAR));
    }
    DestinationString->Length = (USHORT)(count * sizeof(WCHAR));
    return was_cut(count < length);
}

/* ---- Measuring ------------------------------------------------------------------------------- */

NTSTATUS RtlStringCchLengthA(PCSTR psz, SIZE_T cchMax, SIZE_T *pcchLength)
{
    SIZE_T length = psz != NULL && has_room(cchMax) ? strnlen(psz, cchMax) : cchMax;

    if (pcchLength != NULL) {
        *pcchLength = length == cchMax ? 0 : length;
    }
    return length == cchMax ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

NTSTATUS RtlStringCbLengthA(PCSTR psz, SIZE_T cbMax, SIZE_T *pcbLength)
{
    return RtlStringCchLengthA(psz, cbMax, pcbLength);
}

NTSTATUS RtlStringCchLengthW(PCWSTR psz, SIZE_T cchMax, SIZE_T *pcchLength)
{
    SIZE_T length = psz != NULL && has_room(cchMax) ? wcsnlen(psz, cchMax) : cchMax;

    if (pcchLength != NULL) {
        *pcchLength = length == cchMax ? 0 : length;
    }
    return length == cchMax ? STATUS_INVALID_PARAMETER : STATUS_SUCCESS;
}

NTSTATUS RtlStringCbLengthW(PCWSTR psz, SIZE_T cbMax, SIZE_T *pcbLength)
{
    NTSTATUS status = RtlStringCchLengthW(psz, cbMax / sizeof(WCHAR), pcbLength);

    if (pcbLength != NULL) {
        *pcbLength *= sizeof(WCHAR);
    }
    return status;
}
