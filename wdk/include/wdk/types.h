/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The basic types, sized as on 64-bit Windows: LONG has 32 bits and a WCHAR 16, whatever the
 * compiler calls long and wchar_t. All 64-bit integers are one type, as they are there, so that
 * pointers to them mix: ULONG64, SIZE_T, ULONG_PTR, uint64_t, size_t. */
#ifndef WDK_TYPES_H
#define WDK_TYPES_H

#include <ctype.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <wdk/compiler.h>
#include <wdk/sal.h>

/* A driver is compiled for the last Windows whose lists are inline code, unless it says otherwise. */
#define NTDDI_WIN7 0x06010000
#define NTDDI_WIN8 0x06020000
#define NTDDI_WINBLUE 0x06030000
#define NTDDI_WIN10 0x0A000000
#define NTDDI_WIN10_VB 0x0A000008
#define NTDDI_WIN10_FE 0x0A00000A
#define NTDDI_WIN10_NI 0x0A00000C
#ifndef NTDDI_VERSION
#define NTDDI_VERSION NTDDI_WIN10_FE
#endif

/* ---- Words without a meaning here ---- */

#define NTAPI
#define NTSYSAPI
#define NTKERNELAPI
#define NTHALAPI
#define NTSYSCALLAPI
#define WINAPI
#define CALLBACK
#define APIENTRY
#define FASTCALL
#define UNALIGNED
#define RESTRICTED_POINTER
#define POINTER_64
#define POINTER_32
#define CONST const

#ifdef __cplusplus
#define EXTERN_C extern "C"
#define EXTERN_C_START extern "C" {
#define EXTERN_C_END }
#else
#define EXTERN_C extern
#define EXTERN_C_START
#define EXTERN_C_END
#endif

/* ---- Numbers ---- */

#ifndef VOID
#define VOID void
#endif
typedef char CHAR, *PCHAR, CCHAR, *PSZ, *PSTR, *LPSTR, *PNZCH;
typedef const char *PCSTR, *PCSZ, *LPCSTR;
typedef unsigned char UCHAR, *PUCHAR, BOOLEAN, *PBOOLEAN, BYTE;
typedef const unsigned char *PCUCHAR;
typedef short SHORT, *PSHORT, CSHORT;
typedef unsigned short USHORT, *PUSHORT;
typedef const unsigned short *PCUSHORT;
typedef int LONG, *PLONG, NTSTATUS, *PNTSTATUS, HRESULT;
typedef unsigned int ULONG, *PULONG, LOGICAL, *PLOGICAL, ULONG32, *PULONG32;
typedef const unsigned int *PCULONG;
typedef int64_t LONGLONG, *PLONGLONG, LONG64, *PLONG64, USN;
typedef uint64_t ULONGLONG, *PULONGLONG, ULONG64, *PULONG64, DWORDLONG;
typedef intptr_t INT_PTR, *PINT_PTR, LONG_PTR, *PLONG_PTR, SSIZE_T, *PSSIZE_T;
typedef uintptr_t UINT_PTR, *PUINT_PTR, ULONG_PTR, *PULONG_PTR, SIZE_T, *PSIZE_T;
typedef ULONG_PTR KAFFINITY, *PKAFFINITY;
typedef int8_t INT8, *PINT8;
typedef int16_t INT16, *PINT16;
typedef int32_t INT32, *PINT32, LONG32, *PLONG32;
typedef int64_t INT64, *PINT64;
typedef uint8_t UINT8, *PUINT8;
typedef uint16_t UINT16, *PUINT16;
typedef uint32_t UINT32, *PUINT32, DWORD32, *PDWORD32;
typedef uint64_t UINT64, *PUINT64, DWORD64, *PDWORD64;
typedef int INT, *PINT;
typedef unsigned int UINT, *PUINT;
typedef WDK_WIDE_CHARACTER WCHAR, *PWCHAR, *PWCH, *PWSTR, *LPWSTR, *NWPSTR;
typedef const WCHAR *PCWCH, *PCWSTR, *LPCWSTR;
typedef void *PVOID, *HANDLE, **PHANDLE;
typedef const void *PCVOID;
typedef ULONG ACCESS_MASK, *PACCESS_MASK;
typedef CCHAR KPROCESSOR_MODE;
typedef LONG KPRIORITY;

WDK_STATIC_ASSERT(sizeof(LONG) == 4 && sizeof(LONGLONG) == 8 && sizeof(PVOID) == 8,
                  "the twin's types are those of 64-bit Windows");

#define TRUE 1
#define FALSE 0
#define ANYSIZE_ARRAY 1
#define UNICODE_NULL ((WCHAR)0)
#define ANSI_NULL ((CHAR)0)
#define MINCHAR 0x80
#define MAXCHAR 0x7f
#define MINSHORT 0x8000
#define MAXSHORT 0x7fff
#define MINLONG 0x80000000
#define MAXLONG 0x7fffffff
#define MAXUCHAR 0xff
#define MAXUSHORT 0xffff
#define MAXULONG 0xffffffff
#define MAXLONGLONG INT64_MAX
#define MAXULONGLONG UINT64_MAX
#define MAXULONG_PTR UINTPTR_MAX
#define MAXSIZE_T SIZE_MAX
#define MAXUINT32 UINT32_MAX
#define MAXUINT64 UINT64_MAX

enum { KernelMode, UserMode, MaximumMode };
typedef CCHAR MODE;

/* ---- Structs that everything uses ---- */

typedef union _LARGE_INTEGER {
    WDK_ANONYMOUS struct {
        ULONG LowPart;
        LONG HighPart;
    };
    struct {
        ULONG LowPart;
        LONG HighPart;
    } u;
    LONGLONG QuadPart;
} LARGE_INTEGER, *PLARGE_INTEGER, PHYSICAL_ADDRESS, *PPHYSICAL_ADDRESS;

typedef union _ULARGE_INTEGER {
    WDK_ANONYMOUS struct {
        ULONG LowPart;
        ULONG HighPart;
    };
    struct {
        ULONG LowPart;
        ULONG HighPart;
    } u;
    ULONGLONG QuadPart;
} ULARGE_INTEGER, *PULARGE_INTEGER;

typedef struct _LUID {
    ULONG LowPart;
    LONG HighPart;
} LUID, *PLUID;

#ifndef GUID_DEFINED
#define GUID_DEFINED
typedef struct _GUID {
    ULONG Data1;
    USHORT Data2;
    USHORT Data3;
    UCHAR Data4[8];
} GUID, *PGUID, *LPGUID, IID, CLSID;
typedef const GUID *LPCGUID;
#ifdef __cplusplus
#define REFGUID const GUID &
#else
#define REFGUID const GUID *
#endif
#endif
#define WDK_DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8)                           \
    EXTERN_C const GUID DECLSPEC_SELECTANY name;                                                   \
    const GUID name = {l, w1, w2, {b1, b2, b3, b4, b5, b6, b7, b8}}
#ifdef INITGUID
#define DEFINE_GUID WDK_DEFINE_GUID
#else
#define DEFINE_GUID(name, l, w1, w2, b1, b2, b3, b4, b5, b6, b7, b8) EXTERN_C const GUID name
#endif
#define IsEqualGUID(a, b) (memcmp(&(a), &(b), sizeof(GUID)) == 0)

typedef struct _LIST_ENTRY {
    struct _LIST_ENTRY *Flink;
    struct _LIST_ENTRY *Blink;
} LIST_ENTRY, *PLIST_ENTRY, *PRLIST_ENTRY;

typedef struct _SINGLE_LIST_ENTRY {
    struct _SINGLE_LIST_ENTRY *Next;
} SINGLE_LIST_ENTRY, *PSINGLE_LIST_ENTRY;

typedef struct _STRING {
    USHORT Length;
    USHORT MaximumLength;
    PCHAR Buffer;
} STRING, *PSTRING, ANSI_STRING, *PANSI_STRING, OEM_STRING, *POEM_STRING, UTF8_STRING;
typedef const STRING *PCSTRING, *PCANSI_STRING;

typedef struct _UNICODE_STRING {
    USHORT Length;
    USHORT MaximumLength;
    PWCH Buffer;
} UNICODE_STRING, *PUNICODE_STRING;
typedef const UNICODE_STRING *PCUNICODE_STRING;

/* ---- Statuses ---- */

#define NT_SUCCESS(status) (((NTSTATUS)(status)) >= 0)
#define NT_INFORMATION(status) ((((ULONG)(status)) >> 30) == 1)
#define NT_WARNING(status) ((((ULONG)(status)) >> 30) == 2)
#define NT_ERROR(status) ((((ULONG)(status)) >> 30) == 3)

/* ---- Memory ---- */

#define MEMORY_ALLOCATION_ALIGNMENT 16
#define SYSTEM_CACHE_ALIGNMENT_SIZE 64
#define DECLSPEC_CACHEALIGN DECLSPEC_ALIGN(SYSTEM_CACHE_ALIGNMENT_SIZE)
#define PAGE_SHIFT 12
#define PAGE_SIZE 0x1000
#define ROUND_TO_PAGES(size)                                                                       \
    (((ULONG_PTR)(size) + (ULONG_PTR)(PAGE_SIZE - 1)) & ~(ULONG_PTR)(PAGE_SIZE - 1))
#define BYTES_TO_PAGES(size) (((ULONG_PTR)(size) + (ULONG_PTR)(PAGE_SIZE - 1)) >> PAGE_SHIFT)
#define BYTE_OFFSET(address) ((ULONG)((ULONG_PTR)(address) & (ULONG_PTR)(PAGE_SIZE - 1)))
#define PAGE_ALIGN(address) ((PVOID)((ULONG_PTR)(address) & ~(ULONG_PTR)(PAGE_SIZE - 1)))
#define ADDRESS_AND_SIZE_TO_SPAN_PAGES(address, size)                                              \
    ((ULONG)(((ULONG_PTR)BYTE_OFFSET(address) + (size) + (PAGE_SIZE - 1)) >> PAGE_SHIFT))

#define ALIGN_DOWN_BY(length, alignment) ((ULONG_PTR)(length) & ~((ULONG_PTR)(alignment)-1))
#define ALIGN_UP_BY(length, alignment)                                                             \
    (ALIGN_DOWN_BY((ULONG_PTR)(length) + (alignment)-1, alignment))
#define ALIGN_DOWN(length, type) ALIGN_DOWN_BY(length, sizeof(type))
#define ALIGN_UP(length, type) ALIGN_UP_BY(length, sizeof(type))
#define ALIGN_DOWN_POINTER_BY(address, alignment) ((PVOID)ALIGN_DOWN_BY(address, alignment))
#define ALIGN_UP_POINTER_BY(address, alignment) ((PVOID)ALIGN_UP_BY(address, alignment))

#ifndef FIELD_OFFSET
#define FIELD_OFFSET(type, field) ((LONG)offsetof(type, field))
#endif
#define UFIELD_OFFSET(type, field) ((ULONG)offsetof(type, field))
#ifndef CONTAINING_RECORD
#define CONTAINING_RECORD(address, type, field)                                                    \
    ((type *)((ULONG_PTR)(address) - (ULONG_PTR)offsetof(type, field)))
#endif
#define RTL_FIELD_SIZE(type, field) (sizeof(((type *)0)->field))
#define RTL_SIZEOF_THROUGH_FIELD(type, field) (offsetof(type, field) + RTL_FIELD_SIZE(type, field))
#define RTL_CONTAINS_FIELD(address, size, field)                                                   \
    ((((PCHAR)(&(address)->field)) + sizeof((address)->field)) <= (((PCHAR)(address)) + (size)))
#define RTL_NUMBER_OF(array) (sizeof(array) / sizeof((array)[0]))
#define ARRAYSIZE(array) RTL_NUMBER_OF(array)
#define _countof(array) RTL_NUMBER_OF(array)
#define TYPE_ALIGNMENT(type) WDK_ALIGN_OF(type)

/* ---- Small helpers ---- */

#define UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define DBG_UNREFERENCED_PARAMETER(parameter) ((void)(parameter))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(variable) ((void)(variable))
#define ARGUMENT_PRESENT(pointer) ((const void *)(pointer) != NULL)
#define C_ASSERT(condition) WDK_STATIC_ASSERT(condition, #condition)
#define FlagOn(flags, bits) ((flags) & (bits))
#define BooleanFlagOn(flags, bits) ((BOOLEAN)(((flags) & (bits)) != 0))
#define SetFlag(flags, bits) ((flags) |= (bits))
#define ClearFlag(flags, bits) ((flags) &= ~(bits))
#define _Analysis_assume_(condition) ((void)0)
#define DEFINE_ENUM_FLAG_OPERATORS(type)
#define DUMMYUNIONNAME
#define DUMMYSTRUCTNAME

#define HandleToULong(handle) ((ULONG)(ULONG_PTR)(handle))
#define HandleToLong(handle) ((LONG)(LONG_PTR)(handle))
#define ULongToHandle(number) ((HANDLE)(ULONG_PTR)(number))
#define PtrToUlong(pointer) ((ULONG)(ULONG_PTR)(pointer))
#define PtrToLong(pointer) ((LONG)(LONG_PTR)(pointer))
#define UlongToPtr(number) ((PVOID)(ULONG_PTR)(number))
#define LongToPtr(number) ((PVOID)(LONG_PTR)(number))
#define PtrToUint PtrToUlong
#define UintToPtr UlongToPtr
#define ULongToPtr UlongToPtr

#define Int32x32To64(a, b) ((LONGLONG)(LONG)(a) * (LONGLONG)(LONG)(b))
#define UInt32x32To64(a, b) ((ULONGLONG)(ULONG)(a) * (ULONGLONG)(ULONG)(b))

/* As in the WDK, for C alone. */
#ifndef __cplusplus
#ifndef min
#define min(a, b) (((a) < (b)) ? (a) : (b))
#endif
#ifndef max
#define max(a, b) (((a) > (b)) ? (a) : (b))
#endif
#endif

#endif
