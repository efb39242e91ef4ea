/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: string routines that know the size of their destination and
 * terminate what they write. Cb counts bytes, Cch characters. Each returns STATUS_SUCCESS;
 * STATUS_BUFFER_OVERFLOW when the text was cut (STATUS_INVALID_PARAMETER from the Length routines:
 * no end within the limit); STATUS_INVALID_PARAMETER when the destination has no room at all, or
 * more than NTSTRSAFE_MAX_CCH characters. The Ex and the Gets families are not here. */
#ifndef WDK_NTSTRSAFE_H
#define WDK_NTSTRSAFE_H

#include <wdk/ntstatus.h>
#include <wdk/types.h>

#define NTSTRSAFE_MAX_CCH 2147483647
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH (0xffff / sizeof(WCHAR))

typedef PSTR NTSTRSAFE_PSTR;
typedef PCSTR NTSTRSAFE_PCSTR;
typedef PWSTR NTSTRSAFE_PWSTR;
typedef PCWSTR NTSTRSAFE_PCWSTR;

WDK_BEGIN

NTSTATUS RtlStringCchCopyA(PSTR pszDest, SIZE_T cchDest, PCSTR pszSrc);
NTSTATUS RtlStringCbCopyA(PSTR pszDest, SIZE_T cbDest, PCSTR pszSrc);
NTSTATUS RtlStringCchCopyW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszSrc);
NTSTATUS RtlStringCbCopyW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszSrc);

/* At most so many characters (bytes) of the source. */
NTSTATUS RtlStringCchCopyNA(PSTR pszDest, SIZE_T cchDest, PCSTR pszSrc, SIZE_T cchToCopy);
NTSTATUS RtlStringCbCopyNA(PSTR pszDest, SIZE_T cbDest, PCSTR pszSrc, SIZE_T cbToCopy);
NTSTATUS RtlStringCchCopyNW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszSrc, SIZE_T cchToCopy);
NTSTATUS RtlStringCbCopyNW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszSrc, SIZE_T cbToCopy);

NTSTATUS RtlStringCchCatA(PSTR pszDest, SIZE_T cchDest, PCSTR pszSrc);
NTSTATUS RtlStringCbCatA(PSTR pszDest, SIZE_T cbDest, PCSTR pszSrc);
NTSTATUS RtlStringCchCatW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszSrc);
NTSTATUS RtlStringCbCatW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszSrc);

/* The kernel's dialect of printf, as DbgPrint (wdk/print.h); %s is wide in the W routines. */
NTSTATUS RtlStringCchPrintfA(PSTR pszDest, SIZE_T cchDest, PCSTR pszFormat, ...);
NTSTATUS RtlStringCbPrintfA(PSTR pszDest, SIZE_T cbDest, PCSTR pszFormat, ...);
NTSTATUS RtlStringCchPrintfW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszFormat, ...);
NTSTATUS RtlStringCbPrintfW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszFormat, ...);
NTSTATUS RtlStringCchVPrintfA(PSTR pszDest, SIZE_T cchDest, PCSTR pszFormat, va_list argList);
NTSTATUS RtlStringCbVPrintfA(PSTR pszDest, SIZE_T cbDest, PCSTR pszFormat, va_list argList);
NTSTATUS RtlStringCchVPrintfW(PWSTR pszDest, SIZE_T cchDest, PCWSTR pszFormat, va_list argList);
NTSTATUS RtlStringCbVPrintfW(PWSTR pszDest, SIZE_T cbDest, PCWSTR pszFormat, va_list argList);

NTSTATUS RtlStringCchLengthA(PCSTR psz, SIZE_T cchMax, SIZE_T *pcchLength);
NTSTATUS RtlStringCbLengthA(PCSTR psz, SIZE_T cbMax, SIZE_T *pcbLength);
NTSTATUS RtlStringCchLengthW(PCWSTR psz, SIZE_T cchMax, SIZE_T *pcchLength);
NTSTATUS RtlStringCbLengthW(PCWSTR psz, SIZE_T cbMax, SIZE_T *pcbLength);

/* Into a UNICODE_STRING's own buffer, without a zero at the end. */
NTSTATUS RtlUnicodeStringPrintf(PUNICODE_STRING DestinationString, PCWSTR pszFormat, ...);

#define RtlStringCchCopy RtlStringCchCopyW
#define RtlStringCbCopy RtlStringCbCopyW
#define RtlStringCchCat RtlStringCchCatW
#define RtlStringCbCat RtlStringCbCatW
#define RtlStringCchPrintf RtlStringCchPrintfW
#define RtlStringCbPrintf RtlStringCbPrintfW
#define RtlStringCchLength RtlStringCchLengthW
#define RtlStringCbLength RtlStringCbLengthW

WDK_END

#endif
