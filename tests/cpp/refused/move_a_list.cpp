/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Moves a list out of a function.
 * Refused: deleted */
#include <lookaside/lookaside.hpp>

#include <utility>

#if defined(MISTAKE)
lookaside::list moved(lookaside::list &list)
{
    return lookaside::list(std::move(list));
}
#endif
