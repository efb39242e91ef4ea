/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What differs between compilers, spelt once: the only public header with a platform #if.
 *
 * Supported: gcc and clang, 64-bit targets, as C11, C17 and C++17. */
#ifndef LOOKASIDE_PLATFORM_H
#define LOOKASIDE_PLATFORM_H

#include <stddef.h>
#include <stdint.h>

#if !defined(__GNUC__)
#error "lookaside needs gcc or clang: it uses their atomics and thread-local storage"
#endif
#if UINTPTR_MAX != UINT64_MAX
#error "lookaside needs a 64-bit target: a magazine's state is one 64-bit word"
#endif

#ifdef __cplusplus
#define LOOKASIDE_BEGIN_DECLARATIONS extern "C" {
#define LOOKASIDE_END_DECLARATIONS }
#else
#define LOOKASIDE_BEGIN_DECLARATIONS
#define LOOKASIDE_END_DECLARATIONS
#endif

/* Part of the shared library's interface. A program that uses the Windows DLL defines LOOKASIDE_DLL:
 * thread-local variables cannot be imported, so every call is a call into it. */
#if !defined(_WIN32)
#define LOOKASIDE_API __attribute__((visibility("default")))
#elif defined(LOOKASIDE_DLL)
#define LOOKASIDE_API __declspec(dllimport)
#ifndef LOOKASIDE_NO_INLINE
#define LOOKASIDE_NO_INLINE
#endif
#else
#define LOOKASIDE_API
#endif

/* A thread-local variable, and the one of the calling thread: reached with a few loads, never through
 * a call, and there from the thread's first instruction to its last.
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

#endif
