/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Hands an object to a unique_ptr that would delete it.
 * Refused: could not convert | no viable conversion */
#include <lookaside/lookaside.hpp>

std::unique_ptr<int> taken(lookaside::object_list<int> &list)
{
#if defined(MISTAKE)
    return list.try_make(1);
#else
    return std::make_unique<int>(*list.try_make(1));
#endif
}
