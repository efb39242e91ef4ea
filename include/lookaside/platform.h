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

/* Part of the shared library's interface. */
#define LOOKASIDE_API __attribute__((visibility("default")))

/* A thread-local variable reached with one load, never through a call. */
#define LOOKASIDE_THREAD_LOCAL __thread __attribute__((tls_model("initial-exec")))

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
