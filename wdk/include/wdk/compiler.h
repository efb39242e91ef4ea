/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What Microsoft's compiler spells its own way, for gcc and clang. The only header of the twin that
 * asks which compiler it is. */
#ifndef WDK_COMPILER_H
#define WDK_COMPILER_H

/* For headers that serve real drivers, too: this is not Windows. */
#define WDK_TWIN 1

/* ---- For the twin's own headers ---------------------------------------------------------------- */

/* WDK_BEGIN ... WDK_END around declarations that a driver or a test program may call: C linkage,
 * and visible outside the library, whose other names are hidden. */
#ifdef __cplusplus
#define WDK_BEGIN                                                                                  \
    _Pragma("GCC visibility push(default)") extern "C"                                             \
    {
#define WDK_END                                                                                    \
    }                                                                                              \
    _Pragma("GCC visibility pop")
#define WDK_STATIC_ASSERT static_assert
#define WDK_ALIGN_OF alignof
#define WDK_WIDE_CHARACTER wchar_t
#else
#define WDK_BEGIN _Pragma("GCC visibility push(default)")
#define WDK_END _Pragma("GCC visibility pop")
#define WDK_STATIC_ASSERT _Static_assert
#define WDK_ALIGN_OF _Alignof
#define WDK_WIDE_CHARACTER __WCHAR_TYPE__ /* of L'x'; not every C library follows -fshort-wchar */
#endif

/* Before an anonymous struct or union: an extension in C++ that every compiler here has. */
#define WDK_ANONYMOUS __extension__
/* A function whose races are meant. */
#define WDK_NO_TSAN __attribute__((__no_sanitize__("thread")))
#define WDK_NORETURN __attribute__((__noreturn__))
#define WDK_INLINE static __inline__ __attribute__((__unused__))
#define WDK_PRINTF(format, first) __attribute__((__format__(__printf__, format, first)))

/* A function that AddressSanitizer does not watch. */
#define WDK_UNWATCHED __attribute__((__no_sanitize__("address"), __noinline__))

/* A number of 16 bytes, for the header of an SLIST. */
__extension__ typedef unsigned __int128 wdk_both_words
    __attribute__((__aligned__(16), __may_alias__));

WDK_STATIC_ASSERT(sizeof(L'x') == 2, "a WCHAR has 16 bits: compile driver code with -fshort-wchar "
                                     "(CMake's target lookaside::wdk brings it)");

/* ---- What the WDK's makefiles define for a 64-bit driver ------------------------------------- */

#ifndef _WIN64
#define _WIN64 1
#endif
#ifndef _AMD64_
#define _AMD64_ 1
#endif
#ifndef _WIN32_WINNT
#define _WIN32_WINNT 0x0A00
#endif

/* ---- For drivers -------------------------------------------------------------------------------- */

#ifndef __int64
#define __int8 char
#define __int16 short
#define __int32 int
#define __int64 long
#endif

/* One attribute for each __declspec: align(16), noinline, ... */
#ifndef __declspec
#define __declspec(attribute) WDK_DECLSPEC_##attribute
#endif
#define WDK_DECLSPEC_align(bytes) __attribute__((__aligned__(bytes)))
#define WDK_DECLSPEC_noinline __attribute__((__noinline__))
#define WDK_DECLSPEC_noreturn __attribute__((__noreturn__))
#define WDK_DECLSPEC_deprecated __attribute__((__deprecated__))
#define WDK_DECLSPEC_selectany __attribute__((__weak__))
#define WDK_DECLSPEC_thread __thread
#define WDK_DECLSPEC_restrict
#define WDK_DECLSPEC_novtable
#define WDK_DECLSPEC_nothrow __attribute__((__nothrow__))
#define WDK_DECLSPEC_dllimport
#define WDK_DECLSPEC_dllexport
#define WDK_DECLSPEC_allocate(section)
#define WDK_DECLSPEC_code_seg(section)
#define WDK_DECLSPEC_uuid(text)

#define __cdecl
#define __stdcall
#define __fastcall
#define __thiscall
#define __vectorcall
#define __unaligned
#define __ptr32
#define __ptr64
#define __forceinline __inline__ __attribute__((__always_inline__))
#define __pragma(words) _Pragma(#words)
#define __assume(condition) ((void)0)
#define __debugbreak() __builtin_trap()
#define __noop(...) ((void)0)
#define _ReturnAddress() __builtin_return_address(0)
#define _AddressOfReturnAddress() __builtin_frame_address(0)

/* In exception.h. Some C++ libraries have a __try of their own, which then stays. The formatter
 * takes __except for a keyword and would move its parenthesis away. */
/* clang-format off */
#ifndef __try
#define __try WDK_TRY
#define __leave WDK_LEAVE
#define __except(filter) WDK_EXCEPT(filter)
#define __finally WDK_FINALLY
#endif
/* clang-format on */

#define DECLSPEC_ALIGN(bytes) __attribute__((__aligned__(bytes)))
#define POINTER_ALIGNMENT DECLSPEC_ALIGN(8)
#define DECLSPEC_NOINLINE __attribute__((__noinline__))
#define DECLSPEC_NORETURN __attribute__((__noreturn__))
#define DECLSPEC_SELECTANY __attribute__((__weak__))
#define DECLSPEC_DEPRECATED __attribute__((__deprecated__))
#define DECLSPEC_IMPORT
#define DECLSPEC_EXPORT
#define DECLSPEC_NOTHROW
#define DECLSPEC_NOVTABLE
#define FORCEINLINE __forceinline
#define CFORCEINLINE __forceinline

#endif
