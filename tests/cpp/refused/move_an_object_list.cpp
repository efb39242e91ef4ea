/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Moves an object_list, to which the deleters of its objects point.
 * Refused: deleted */
#include <lookaside/lookaside.hpp>

#include <utility>

#if defined(MISTAKE)
lookaside::object_list<int> moved(lookaside::object_list<int> &list)
{
    return lookaside::object_list<int>(std::move(list));
}
#endif
