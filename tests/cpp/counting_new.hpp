/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* operator new of the test program, which counts its calls and can refuse. A compiler may leave out
 * what it sees to be deleted unused: hide() such a pointer. */
#ifndef LOOKASIDE_TESTS_COUNTING_NEW_HPP
#define LOOKASIDE_TESTS_COUNTING_NEW_HPP

#include <atomic>
#include <cstddef>

struct counting_new {
    static std::atomic<std::size_t> calls; /* that gave memory */
    static std::atomic<bool> refusing;     /* the forms that may return NULL do */
    static std::atomic<int>
        to_meet; /* so many threads wait for each other in those forms, then 0 */
};

inline void *volatile hidden_pointer;

template <typename T> T *hide(T *pointer)
{
    hidden_pointer = pointer;
    return static_cast<T *>(hidden_pointer);
}

#endif
