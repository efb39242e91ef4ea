/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the tests of rooms share.
 *
 * A test may stand between a room and a function of the room below: CMakeLists.txt names the
 * function (the linker's --wrap), and the test declares both sides of it:
 *
 *     void *real_os_map(size_t size, size_t alignment) REAL(os_map);      what is below
 *     void *our_os_map(size_t size, size_t alignment) INSTEAD_OF(os_map); what the room calls */
#ifndef LOOKASIDE_TESTS_UNIT_H
#define LOOKASIDE_TESTS_UNIT_H

#include "cmocka_test.h"

#define REAL(function) __asm__("__real_" #function)
#define INSTEAD_OF(function) __asm__("__wrap_" #function)

/* A pointer that no room may follow. */
static inline void *fake_pointer(uintptr_t number)
{
    return (void *)(number * 16);
}

#endif
