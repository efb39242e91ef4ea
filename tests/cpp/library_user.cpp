/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A container goes from a shared library to the program and back, and an exception reaches the
 * program: the lists of allocators and the types that are thrown are one for the whole process,
 * although both hide their symbols.
 *
 * Caught: process_list, and the owner of its lists, without LOOKASIDE_VISIBLE. */
#include "library.hpp"

#include <cstdio>

int main()
{
    numbers list;
    fill(list);
    list.clear(); /* with two lists, this would free one list's entries into the other */
    list.assign(1000, 2);
    empty(list);
    try {
        make_a_list_of_size_zero();
    } catch (const lookaside::error &failure) {
        if (failure.status() != LOOKASIDE_SIZE_ZERO) {
            std::puts(failure.what());
            return 1;
        }
        return 0;
    }
    return 1;
}
