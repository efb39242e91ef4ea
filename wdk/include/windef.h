/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The WDK header of this name: user mode's names for the basic types, for drivers that share a
 * header with a program. */
#ifndef WDK_WINDEF_H
#define WDK_WINDEF_H

#include <wdk/types.h>

typedef int BOOL, *PBOOL, *LPBOOL;
typedef unsigned short WORD, *PWORD, *LPWORD;
typedef unsigned int DWORD, *PDWORD, *LPDWORD;
typedef UCHAR *PBYTE, *LPBYTE;
typedef void *LPVOID;
typedef const void *LPCVOID;

#define MAKEWORD(low, high) ((WORD)((UCHAR)(low) | ((WORD)(UCHAR)(high)) << 8))
#define MAKELONG(low, high) ((LONG)((WORD)(low) | ((DWORD)(WORD)(high)) << 16))
#define LOWORD(number) ((WORD)((ULONG_PTR)(number)&0xffff))
#define HIWORD(number) ((WORD)(((ULONG_PTR)(number) >> 16) & 0xffff))
#define LOBYTE(number) ((UCHAR)((ULONG_PTR)(number)&0xff))
#define HIBYTE(number) ((UCHAR)(((ULONG_PTR)(number) >> 8) & 0xff))

#endif
