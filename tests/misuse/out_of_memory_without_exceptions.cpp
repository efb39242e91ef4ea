/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Lets an allocator find no memory where it cannot throw; compiled with -fno-exceptions.
 * Dies: bugcheck 0x1006: an allocation failed and the list was made to raise (no list) */
#include <lookaside/lookaside.hpp>

void *operator new(std::size_t, std::align_val_t, const std::nothrow_t &) noexcept
{
    return nullptr;
}

int main()
{
    return lookaside::allocator<int>().allocate(1) == nullptr;
}
