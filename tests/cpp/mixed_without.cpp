/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The part of the program that is compiled without exceptions. */
#include "mixed.hpp"

bool use_without_exceptions(fragile_list &list)
{
    lookaside::allocator<fragile> allocator;
    fragile *memory = allocator.allocate(1);
    allocator.deallocate(memory, 1);
    return memory != nullptr && list.try_make(false);
}
