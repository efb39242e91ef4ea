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

#include <sys/mman.h>

#define REAL(function) __asm__("__real_" #function)
#define INSTEAD_OF(function) __asm__("__wrap_" #function)

/* A pointer that no room may follow. */
static inline void *fake_pointer(uintptr_t number)
{
    return (void *)(number * 16);
}

/* How many OS pages of [base, base + size) are resident. Unmapped ones are not. */
static inline size_t resident_pages(void *base, size_t size)
{
    size_t page = system_page_size();
    size_t resident = 0;

    for (char *at = base; at < (char *)base + size; at += page) {
        unsigned char state = 0;
        resident += mincore(at, 1, &state) == 0 && (state & 1) != 0;
    }
    return resident;
}

/* Whether an address is mapped at all. */
static inline bool is_mapped(void *address)
{
    unsigned char state;
    uintptr_t in_page = (uintptr_t)address & (system_page_size() - 1);

    return mincore((char *)address - in_page, 1, &state) == 0;
}

/* Skips the test: the sanitizers make mlock do nothing and say that it succeeded. */
static inline void skip_where_locking_does_nothing(void)
{
    if (UNDER_SANITIZER) {
        skip();
    }
}

#endif
