/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What differs between CPUs: the cheapest clock, and the hint that a loop waits. The only file of
 * the bench with a platform #if. */
#pragma once

#include "harness.hpp"

namespace bench {

#if defined(__x86_64__)

/* Ticks of the time-stamp counter; the fences keep what is timed between two readings. */
inline uint64_t ticks()
{
    __builtin_ia32_lfence();
    uint64_t now = __builtin_ia32_rdtsc();
    __builtin_ia32_lfence();
    return now;
}

inline void pause()
{
    __builtin_ia32_pause();
}

#elif defined(__aarch64__)

inline uint64_t ticks()
{
    uint64_t now;
    __asm__ volatile("isb\n\tmrs %0, cntvct_el0\n\tisb" : "=r"(now) : : "memory");
    return now;
}

inline void pause()
{
    __asm__ volatile("yield" : : : "memory");
}

#else

inline uint64_t ticks()
{
    return nanoseconds();
}

inline void pause()
{
}

#endif

} // namespace bench
