/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What library.cpp, a shared library, offers library_user.cpp. Both hide what they do not export, as
 * careful libraries do. */
#ifndef LOOKASIDE_TESTS_LIBRARY_HPP
#define LOOKASIDE_TESTS_LIBRARY_HPP

#include <lookaside/lookaside.hpp>

#include <list>

using numbers = std::list<int, lookaside::allocator<int>>;

LOOKASIDE_VISIBLE void fill(numbers &list);
LOOKASIDE_VISIBLE void empty(numbers &list);
LOOKASIDE_VISIBLE void make_a_list_of_size_zero(); /* throws lookaside::error */

#endif
