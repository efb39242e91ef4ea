/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The kernel's dialect of printf, which DbgPrint and ntstrsafe.h share. */
#ifndef WDK_FORMAT_H
#define WDK_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

#include <wdk/rtl.h>

/* Write the text to buffer, cut to size - 1 characters and always terminated unless size is 0.
 * Return the length of the whole text, as if size had been enough. */
size_t format_narrow(char *buffer, size_t size, const char *format, va_list list);
size_t format_wide(WCHAR *buffer, size_t size, const WCHAR *format, va_list list);

#endif
