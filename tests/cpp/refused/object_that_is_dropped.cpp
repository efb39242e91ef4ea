/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Makes an object that ends at once.
 * Refused: ignoring return value | ignoring returned value */
#include <lookaside/lookaside.hpp>

void make(lookaside::object_list<int> &list)
{
#if defined(MISTAKE)
    list.try_make(1);
#else
    auto object = list.try_make(1);
#endif
}
