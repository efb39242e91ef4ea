/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What differs between compilers and systems, spelt once: the only public header with a platform
 * #if.
 *
 * Supported: gcc and clang, 64-bit targets, as C11, C17, C++17 and C++20; for drivers MSVC, too. */
#ifndef LOOKASIDE_PLATFORM_H
#define LOOKASIDE_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

/* The header with struct lookaside_list and the inline calls: a driver's lists are the kernel's. A
 * driver that wants more than <wdm.h>, as <ntddk.h> or <ntifs.h>, includes it first. */
#if defined(LOOKASIDE_KERNEL) || defined(_KERNEL_MODE)
#include <wdm.h>
#define LOOKASIDE_IN_DRIVER 1
#define LOOKASIDE_LIST_HEADER <lookaside/kernel_list.h>
/* What allocates from and frees to the kernel's list inside one of ours: inline code, except on the
 * twin (wdk/), whose routines find faults that inline code cannot. */
#if defined(WDK_TWIN)
#define LOOKASIDE_NATIVE_ALLOCATE ExAllocateFromLookasideListEx
#define LOOKASIDE_NATIVE_FREE ExFreeToLookasideListEx
#else
#define LOOKASIDE_NATIVE_ALLOCATE lookaside_native_allocate
#define LOOKASIDE_NATIVE_FREE lookaside_native_free
#endif
#else
#define LOOKASIDE_IN_DRIVER 0
#define LOOKASIDE_LIST_HEADER <lookaside/hit_path.h>
#if !defined(__GNUC__)
#error "lookaside needs gcc or clang: it uses their atomics and thread-local storage"
#endif
#endif

#if UINTPTR_MAX != UINT64_MAX
#error "lookaside needs a 64-bit target: a magazine's state is one 64-bit word"
#endif

/* LOOKASIDE_ALL_ZERO(member) is an initialiser for a struct that has a number of this name. */
/* clang-format off */
#ifdef __cplusplus
#define LOOKASIDE_BEGIN_DECLARATIONS extern "C" {
#define LOOKASIDE_END_DECLARATIONS }
#define LOOKASIDE_ALL_ZERO(member) {}
#else
#define LOOKASIDE_BEGIN_DECLARATIONS
#define LOOKASIDE_END_DECLARATIONS
#define LOOKASIDE_ALL_ZERO(member) {.member = 0}
#endif
/* clang-format on */

/* The highest IRQL at which a driver may make a call, for MSVC's static analysis. */
#if defined(_MSC_VER)
#define LOOKASIDE_IRQL_MAX(irql) _IRQL_requires_max_(irql)
#else
#define LOOKASIDE_IRQL_MAX(irql)
#endif

/* ---- gcc and clang ----------------------------------------------------------------------------- */

#if defined(__GNUC__)

/* C++ types and variables that are one thing in a process, whatever shared libraries use them. (On
 * Windows each module has its own.) */
#if !defined(_WIN32)
#define LOOKASIDE_VISIBLE __attribute__((visibility("default")))
#else
#define LOOKASIDE_VISIBLE
#endif

/* Part of the shared library's interface. A program that uses the Windows DLL defines
 * LOOKASIDE_DLL: thread-local variables cannot be imported, so every call is a call into it. */
#if !defined(_WIN32)
#define LOOKASIDE_API LOOKASIDE_VISIBLE
#elif defined(LOOKASIDE_DLL)
#define LOOKASIDE_API __declspec(dllimport)
#ifndef LOOKASIDE_NO_INLINE
#define LOOKASIDE_NO_INLINE
#endif
#else
#define LOOKASIDE_API
#endif

/* A thread-local variable, and the one of the calling thread: reached with a few loads, never
 * through a call, and there from the thread's first instruction to its last.
 *
 * gcc's own are emulated on Windows, by a call and with memory from malloc. So the variable is put
 * where clang's and MSVC's lie, in the image's block that the loader copies for each thread, and is
 * found as they find it: by its offset in the block, which the linker fills in for its name. */
#if defined(_WIN32) && !defined(__x86_64__)
#error "lookaside finds a thread's own variables on Windows for x86-64 only"
#endif
#if !defined(_WIN32)
#define LOOKASIDE_THREAD_LOCAL __thread __attribute__((tls_model("initial-exec")))
#define LOOKASIDE_API_THREAD_LOCAL LOOKASIDE_API LOOKASIDE_THREAD_LOCAL
#define LOOKASIDE_OWN(variable) (variable)
#else
#define LOOKASIDE_THREAD_LOCAL __attribute__((section(".tls$"), used))
#define LOOKASIDE_API_THREAD_LOCAL __attribute__((section(".tls$")))
#define LOOKASIDE_OWN(variable)                                                                    \
    (*__extension__({                                                                              \
        __typeof__(variable) *place_;                                                              \
        uint64_t scratch_;                                                                         \
        __asm__("mov {_tls_index(%%rip), %k1|%k1, dword ptr _tls_index[rip]}\n\t"                  \
                "mov {%%gs:0x58, %0|%0, qword ptr gs:[0x58]}\n\t"                                  \
                "mov {(%0,%1,8), %0|%0, qword ptr [%0+%1*8]}\n\t"                                  \
                "lea {" #variable "@SECREL32(%0), %0|%0, " #variable "@SECREL32[%0]}"              \
                : "=&r"(place_), "=&r"(scratch_));                                                 \
        place_;                                                                                    \
    }))
#endif

/* The alignment of a type, in C and C++. */
#define LOOKASIDE_ALIGNOF(type) __alignof__(type)

#define LOOKASIDE_UNLIKELY(condition) __builtin_expect(!!(condition), 0)

/* Kept out of line, away from what runs often. */
#define LOOKASIDE_COLD __attribute__((noinline, cold))

/* What the compiler cannot see and may rely on. */
#define LOOKASIDE_ASSUME(condition)                                                                \
    do {                                                                                           \
        if (!(condition)) {                                                                        \
            __builtin_unreachable();                                                               \
        }                                                                                          \
    } while (0)

/* Whether the compiler can see that a condition always holds. */
#define LOOKASIDE_KNOWN_TRUE(condition) (__builtin_constant_p(condition) && (condition))

/* The compiler computes the variable once and does not fold it into addresses. */
#define LOOKASIDE_KEEP_IN_REGISTER(variable) __asm__("" : "+r"(variable))

/* Sets number to 0 if pointer is NULL, without a branch. */
#if defined(__x86_64__)
#define LOOKASIDE_ZERO_IF_NULL(number, pointer)                                                    \
    __asm__("test %1, %1\n\tcmovz {%1, %0|%0, %1}" : "+r"(number) : "r"(pointer) : "cc")
#else
#define LOOKASIDE_ZERO_IF_NULL(number, pointer)                                                    \
    ((number) &= (uint64_t)0 - (uint64_t)((pointer) != NULL))
#endif

/* A word that one thread writes and any thread may read. */
#define LOOKASIDE_LOAD(address) __atomic_load_n((address), __ATOMIC_RELAXED)
#define LOOKASIDE_LOAD_ACQUIRE(address) __atomic_load_n((address), __ATOMIC_ACQUIRE)
#define LOOKASIDE_STORE(address, value) __atomic_store_n((address), (value), __ATOMIC_RELAXED)
#define LOOKASIDE_STORE_RELEASE(address, value)                                                    \
    __atomic_store_n((address), (value), __ATOMIC_RELEASE)

/* ---- MSVC, for drivers -------------------------------------------------------------------------- */

#else

#if !defined(_M_X64)
#error "lookaside takes volatile for an order between threads, which MSVC promises on x64 only"
#endif

#define LOOKASIDE_API
#define LOOKASIDE_VISIBLE
#define LOOKASIDE_ALIGNOF(type) __alignof(type)
#define LOOKASIDE_UNLIKELY(condition) (condition)
#define LOOKASIDE_COLD __declspec(noinline)
#define LOOKASIDE_ASSUME(condition) __assume(condition)

/* What must be ordered is declared volatile, which is an order for MSVC on x64. */
#define LOOKASIDE_LOAD(address) (*(address))
#define LOOKASIDE_LOAD_ACQUIRE(address) (*(address))
#define LOOKASIDE_STORE(address, value) (*(address) = (value))
#define LOOKASIDE_STORE_RELEASE(address, value) (*(address) = (value))

#endif

#endif
