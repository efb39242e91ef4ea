/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What mixed_with.cpp, compiled with exceptions, shares with mixed_without.cpp. */
#ifndef LOOKASIDE_TESTS_MIXED_HPP
#define LOOKASIDE_TESTS_MIXED_HPP

#include <lookaside/lookaside.hpp>

struct fragile {
    explicit fragile(bool refuse); /* throws when it shall refuse */
    char bytes[72];
};

using fragile_list = lookaside::object_list<fragile>;

/* Uses, without exceptions, all that the other file uses with them. */
bool use_without_exceptions(fragile_list &list);

#endif
