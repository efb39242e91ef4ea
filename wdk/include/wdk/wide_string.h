/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The C library's routines for wide strings, for strings of 16-bit characters.
 *
 * The host's own take 32-bit ones and would silently read past the end of a driver's string, so
 * these names stand for the twin's. <wchar.h> comes first, for an include after this one to be
 * harmless. */
#ifndef WDK_WIDE_STRING_H
#define WDK_WIDE_STRING_H

#include <wchar.h>

#include <wdk/types.h>

#define wcslen wdk_wcslen
#define wcsnlen wdk_wcsnlen
#define wcscpy wdk_wcscpy
#define wcsncpy wdk_wcsncpy
#define wcscat wdk_wcscat
#define wcscmp wdk_wcscmp
#define wcsncmp wdk_wcsncmp
#define wcschr wdk_wcschr
#define wcsrchr wdk_wcsrchr
#define wcsstr wdk_wcsstr
#define _wcsicmp wdk_wcsicmp
#define _wcsnicmp wdk_wcsnicmp
#define _stricmp wdk_stricmp
#define _strnicmp wdk_strnicmp

WDK_BEGIN

SIZE_T wdk_wcslen(PCWSTR string);
SIZE_T wdk_wcsnlen(PCWSTR string, SIZE_T limit);
PWSTR wdk_wcscpy(PWSTR destination, PCWSTR source);
PWSTR wdk_wcsncpy(PWSTR destination, PCWSTR source, SIZE_T count);
PWSTR wdk_wcscat(PWSTR destination, PCWSTR source);
int wdk_wcscmp(PCWSTR first, PCWSTR second);
int wdk_wcsncmp(PCWSTR first, PCWSTR second, SIZE_T count);
PWSTR wdk_wcschr(PCWSTR string, WCHAR character);
PWSTR wdk_wcsrchr(PCWSTR string, WCHAR character);
PWSTR wdk_wcsstr(PCWSTR string, PCWSTR wanted);
int wdk_wcsicmp(PCWSTR first, PCWSTR second);
int wdk_wcsnicmp(PCWSTR first, PCWSTR second, SIZE_T count);
int wdk_stricmp(PCSTR first, PCSTR second);
int wdk_strnicmp(PCSTR first, PCSTR second, SIZE_T count);

WDK_END

#endif
