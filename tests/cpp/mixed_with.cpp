/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A program of two parts, of which one is compiled without exceptions. Both use the same functions
 * of the headers, not inlined, and the linker keeps one body of each name: the part with exceptions
 * must still get bodies that throw and clean up. The program is linked in either order of its parts.
 *
 * Caught: construct() and allocate() without the template parameter that tells the two apart. */
#include "counting_new.hpp"
#include "mixed.hpp"

#include <cstdio>
#include <stdexcept>

fragile::fragile(bool refuse) : bytes()
{
    if (refuse) {
        throw std::runtime_error("refused");
    }
}

namespace {

bool throws_and_cleans_up(fragile_list &list)
{
    try {
        (void)list.try_make(true);
    } catch (const std::runtime_error &) {
        return list.query().live_entries == 0;
    }
    return false;
}

bool throws_without_memory()
{
    counting_new::refusing = true;
    try {
        (void)lookaside::allocator<fragile>().allocate(1);
    } catch (const std::bad_alloc &) {
        counting_new::refusing = false;
        return true;
    }
    return false;
}

} // namespace

int main()
{
    fragile_list list(lookaside::options{});
    if (!throws_without_memory()) {
        std::puts("allocate did not throw");
        return 1;
    }
    if (!throws_and_cleans_up(list)) {
        std::puts("a constructor threw, and its entry is lost");
        return 1;
    }
    return use_without_exceptions(list) ? 0 : 1;
}
