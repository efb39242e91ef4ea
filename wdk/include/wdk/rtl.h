/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Memory and counted strings. A UNICODE_STRING has its length in bytes and need not end with a
 * zero. Case is folded for ASCII and Latin-1 only: the kernel's tables know all of Unicode. Unless
 * it says otherwise, any thread and any IRQL at which the memory may be touched. */
#ifndef WDK_RTL_H
#define WDK_RTL_H

#include <wdk/types.h>
#include <wdk/wide_string.h>

#include <string.h>

WDK_BEGIN

/* ---- Memory ---------------------------------------------------------------------------------- */

#define RtlZeroMemory(destination, length) memset((destination), 0, (length))
#define RtlFillMemory(destination, length, fill) memset((destination), (fill), (length))
#define RtlCopyMemory(destination, source, length) memcpy((destination), (source), (length))
#define RtlMoveMemory(destination, source, length) memmove((destination), (source), (length))
#define RtlCopyBytes RtlCopyMemory
#define RtlZeroBytes RtlZeroMemory
#define RtlEqualMemory(first, second, length) (!memcmp((first), (second), (length)))

/* How many bytes are equal before the first difference. */
SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length);

/* Zeroes in a way that the compiler does not leave out. */
PVOID RtlSecureZeroMemory(PVOID Pointer, SIZE_T Size);

/* ---- Counted strings ------------------------------------------------------------------------- */

#ifdef __cplusplus
extern "C++" {
template <typename Character> constexpr Character *wdk_without_const(const Character *text)
{
    return const_cast<Character *>(text);
}
}
#else
#define wdk_without_const(text) ((void *)(text))
#endif

/* A constant initialiser: static const UNICODE_STRING name = RTL_CONSTANT_STRING(L"\\Device\\X"); */
#define RTL_CONSTANT_STRING(text)                                                                  \
    {                                                                                              \
        sizeof(text) - sizeof((text)[0]), sizeof(text), wdk_without_const(text)                    \
    }
#define DECLARE_CONST_UNICODE_STRING(name, text)                                                   \
    static const WCHAR name##_buffer[] = text;                                                     \
    const UNICODE_STRING name = {sizeof(text) - sizeof(WCHAR), sizeof(text),                       \
                                 (PWCH)(ULONG_PTR)name##_buffer}
#define RtlInitEmptyUnicodeString(string, buffer, size)                                            \
    ((void)((string)->Length = 0, (string)->MaximumLength = (USHORT)(size),                        \
            (string)->Buffer = (buffer)))
#define RtlInitEmptyAnsiString RtlInitEmptyUnicodeString

/* The string points to SourceString and does not own it; NULL makes an empty string. */
VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString);
VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSTR SourceString);
VOID RtlInitString(PSTRING DestinationString, PCSTR SourceString);

/* Negative, 0 or positive, by the first difference, then by length. */
LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                             BOOLEAN CaseInSensitive);
LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                              BOOLEAN CaseInSensitive);
BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive);

/* Whether String2 begins with String1. */
BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive);

WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter);
WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter);

/* Copies as much as fits into the destination's own buffer. A NULL source makes it empty. */
VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString);

/* Append, if all of it fits; STATUS_BUFFER_TOO_SMALL, and nothing is written, otherwise. */
NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source);
NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source);

/* Convert between 8 and 16 bits, a character that does not fit becoming '?'. With
 * AllocateDestinationString, the buffer comes from paged pool and is given back with the two Free
 * routines; else the destination's own is used: STATUS_BUFFER_OVERFLOW when it is too small.
 * IRQL = PASSIVE_LEVEL. */
NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
                                      const ANSI_STRING *SourceString,
                                      BOOLEAN AllocateDestinationString);
NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString, PCUNICODE_STRING SourceString,
                                      BOOLEAN AllocateDestinationString);
VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString);
VOID RtlFreeAnsiString(PANSI_STRING AnsiString);

WDK_END

#endif
