/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Memory and counted strings, as their pages in the WDK's documentation describe them.
 *
 * Lengths of counted strings are bytes; a buffer's last character may be cut off by an odd length,
 * which is left alone. Where there is room, a copy is terminated, as the kernel does it for the eye
 * in the debugger. Comparison goes through one character at a time, both families through the same
 * loop: a narrow character is widened as it is read. */
#include <wdk/rtl.h>

#include <wdk/ntstatus.h>
#include <wdk/pool.h>

/* Tag of strings that the conversions allocate: "Strg" in the debugger. */
#define STRING_TAG 0x67727453u

SIZE_T RtlCompareMemory(const VOID *Source1, const VOID *Source2, SIZE_T Length)
{
    const UCHAR *first = Source1;
    const UCHAR *second = Source2;
    SIZE_T equal = 0;

    while (equal < Length && first[equal] == second[equal]) {
        equal++;
    }
    return equal;
}

PVOID RtlSecureZeroMemory(PVOID Pointer, SIZE_T Size)
{
    volatile UCHAR *bytes = Pointer;

    for (SIZE_T i = 0; i < Size; i++) {
        bytes[i] = 0;
    }
    return Pointer;
}

/* ---- Making ---------------------------------------------------------------------------------- */

VOID RtlInitUnicodeString(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
    /* The longest that a count of 16 bits can hold with its zero. */
    SIZE_T length = SourceString == NULL ? 0 : wdk_wcsnlen(SourceString, 0x7ffe) * sizeof(WCHAR);

    DestinationString->Length = (USHORT)length;
    DestinationString->MaximumLength = (USHORT)(SourceString == NULL ? 0 : length + sizeof(WCHAR));
    DestinationString->Buffer = (PWSTR)(ULONG_PTR)SourceString;
}

VOID RtlInitString(PSTRING DestinationString, PCSTR SourceString)
{
    SIZE_T length = SourceString == NULL ? 0 : strnlen(SourceString, 0xfffe);

    DestinationString->Length = (USHORT)length;
    DestinationString->MaximumLength = (USHORT)(SourceString == NULL ? 0 : length + 1);
    DestinationString->Buffer = (PCHAR)(ULONG_PTR)SourceString;
}

VOID RtlInitAnsiString(PANSI_STRING DestinationString, PCSTR SourceString)
{
    RtlInitString(DestinationString, SourceString);
}

/* ---- Case ------------------------------------------------------------------------------------ */

/* The lower-case letters of ASCII and Latin-1 lie 32 above their capitals; 0xf7 is the division
 * sign, and the capital of 0xff is outside of Latin-1. */
WCHAR RtlUpcaseUnicodeChar(WCHAR SourceCharacter)
{
    if ((SourceCharacter >= 'a' && SourceCharacter <= 'z') ||
        (SourceCharacter >= 0xe0 && SourceCharacter <= 0xfe && SourceCharacter != 0xf7)) {
        return (WCHAR)(SourceCharacter - 0x20);
    }
    return SourceCharacter == 0xff ? 0x178 : SourceCharacter;
}

WCHAR RtlDowncaseUnicodeChar(WCHAR SourceCharacter)
{
    if ((SourceCharacter >= 'A' && SourceCharacter <= 'Z') ||
        (SourceCharacter >= 0xc0 && SourceCharacter <= 0xde && SourceCharacter != 0xd7)) {
        return (WCHAR)(SourceCharacter + 0x20);
    }
    return SourceCharacter == 0x178 ? 0xff : SourceCharacter;
}

/* ---- Comparing ------------------------------------------------------------------------------- */

/* A counted string of either kind, in characters. */
struct text {
    const void *characters;
    SIZE_T length;
    BOOLEAN wide;
};

static struct text text_of(PCUNICODE_STRING string)
{
    return (struct text){string->Buffer, string->Length / sizeof(WCHAR), TRUE};
}

static struct text narrow_text_of(const STRING *string)
{
    return (struct text){string->Buffer, string->Length, FALSE};
}

static LONG character_at(const struct text *text, SIZE_T at, BOOLEAN fold)
{
    WCHAR character =
        text->wide ? ((const WCHAR *)text->characters)[at] : ((const UCHAR *)text->characters)[at];

    return fold ? RtlUpcaseUnicodeChar(character) : character;
}

static LONG compare(struct text first, struct text second, BOOLEAN fold)
{
    for (SIZE_T i = 0; i < first.length && i < second.length; i++) {
        LONG difference = character_at(&first, i, fold) - character_at(&second, i, fold);
        if (difference != 0) {
            return difference;
        }
    }
    return (LONG)first.length - (LONG)second.length;
}

LONG RtlCompareUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                             BOOLEAN CaseInSensitive)
{
    return compare(text_of(String1), text_of(String2), CaseInSensitive);
}

LONG RtlCompareString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
    return compare(narrow_text_of(String1), narrow_text_of(String2), CaseInSensitive);
}

BOOLEAN RtlEqualUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                              BOOLEAN CaseInSensitive)
{
    return RtlCompareUnicodeString(String1, String2, CaseInSensitive) == 0;
}

BOOLEAN RtlEqualString(const STRING *String1, const STRING *String2, BOOLEAN CaseInSensitive)
{
    return RtlCompareString(String1, String2, CaseInSensitive) == 0;
}

BOOLEAN RtlPrefixUnicodeString(PCUNICODE_STRING String1, PCUNICODE_STRING String2,
                               BOOLEAN CaseInSensitive)
{
    struct text prefix = text_of(String1);
    struct text whole = text_of(String2);

    if (prefix.length > whole.length) {
        return FALSE;
    }
    whole.length = prefix.length;
    return compare(prefix, whole, CaseInSensitive) == 0;
}

/* ---- Copying --------------------------------------------------------------------------------- */

static VOID terminate_if_room(PUNICODE_STRING string)
{
    if (string->Length + sizeof(WCHAR) <= string->MaximumLength) {
        string->Buffer[string->Length / sizeof(WCHAR)] = 0;
    }
}

VOID RtlCopyUnicodeString(PUNICODE_STRING DestinationString, PCUNICODE_STRING SourceString)
{
    USHORT length = SourceString == NULL ? 0 : SourceString->Length;

    if (length > DestinationString->MaximumLength) {
        length = DestinationString->MaximumLength;
    }
    if (length != 0) {
        memcpy(DestinationString->Buffer, SourceString->Buffer, length);
    }
    DestinationString->Length = length;
    terminate_if_room(DestinationString);
}

NTSTATUS RtlAppendUnicodeStringToString(PUNICODE_STRING Destination, PCUNICODE_STRING Source)
{
    if (Destination->Length + Source->Length > Destination->MaximumLength) {
        return STATUS_BUFFER_TOO_SMALL;
    }
    if (Source->Length != 0) {
        memmove((PUCHAR)Destination->Buffer + Destination->Length, Source->Buffer, Source->Length);
        Destination->Length = (USHORT)(Destination->Length + Source->Length);
        terminate_if_room(Destination);
    }
    return STATUS_SUCCESS;
}

NTSTATUS RtlAppendUnicodeToString(PUNICODE_STRING Destination, PCWSTR Source)
{
    UNICODE_STRING source;

    RtlInitUnicodeString(&source, Source);
    return RtlAppendUnicodeStringToString(Destination, &source);
}

/* ---- Converting ------------------------------------------------------------------------------ */

NTSTATUS RtlAnsiStringToUnicodeString(PUNICODE_STRING DestinationString,
                                      const ANSI_STRING *SourceString,
                                      BOOLEAN AllocateDestinationString)
{
    SIZE_T size = (SourceString->Length + (SIZE_T)1) * sizeof(WCHAR);

    if (size > 0xffff) {
        return STATUS_INVALID_PARAMETER_2;
    }
    if (AllocateDestinationString) {
        DestinationString->Buffer = ExAllocatePoolWithTag(PagedPool, size, STRING_TAG);
        if (DestinationString->Buffer == NULL) {
            return STATUS_NO_MEMORY;
        }
        DestinationString->MaximumLength = (USHORT)size;
    } else if (size > DestinationString->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    for (USHORT i = 0; i < SourceString->Length; i++) {
        DestinationString->Buffer[i] = (UCHAR)SourceString->Buffer[i];
    }
    DestinationString->Length = (USHORT)(size - sizeof(WCHAR));
    terminate_if_room(DestinationString);
    return STATUS_SUCCESS;
}

NTSTATUS RtlUnicodeStringToAnsiString(PANSI_STRING DestinationString, PCUNICODE_STRING SourceString,
                                      BOOLEAN AllocateDestinationString)
{
    USHORT length = SourceString->Length / sizeof(WCHAR);

    if (AllocateDestinationString) {
        DestinationString->Buffer =
            ExAllocatePoolWithTag(PagedPool, length + (SIZE_T)1, STRING_TAG);
        if (DestinationString->Buffer == NULL) {
            return STATUS_NO_MEMORY;
        }
        DestinationString->MaximumLength = (USHORT)(length + 1);
    } else if (length >= DestinationString->MaximumLength) {
        return STATUS_BUFFER_OVERFLOW;
    }
    for (USHORT i = 0; i < length; i++) {
        WCHAR character = SourceString->Buffer[i];
        DestinationString->Buffer[i] = (CHAR)(character > 0xff ? '?' : character);
    }
    DestinationString->Buffer[length] = '\0';
    DestinationString->Length = length;
    return STATUS_SUCCESS;
}

VOID RtlFreeUnicodeString(PUNICODE_STRING UnicodeString)
{
    if (UnicodeString->Buffer != NULL) {
        ExFreePoolWithTag(UnicodeString->Buffer, STRING_TAG);
        *UnicodeString = (UNICODE_STRING){0, 0, NULL};
    }
}

VOID RtlFreeAnsiString(PANSI_STRING AnsiString)
{
    if (AnsiString->Buffer != NULL) {
        ExFreePoolWithTag(AnsiString->Buffer, STRING_TAG);
        *AnsiString = (ANSI_STRING){0, 0, NULL};
    }
}
