/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Moves the nodes of one owner into the container of another.
 * Refused: no known conversion | no match for | no matching | could not convert | no viable */
#include <lookaside/lookaside.hpp>

#include <list>

struct sessions : lookaside::containers {};

void take(std::list<int, lookaside::allocator<int, sessions>> &from,
          std::list<int, lookaside::allocator<int>> &to)
{
#if defined(MISTAKE)
    to.splice(to.end(), from);
#else
    to.assign(from.begin(), from.end());
#endif
}
