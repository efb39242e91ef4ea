/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Gives a tag of three characters.
 * Refused: invalid initialization of reference | could not bind */
#include <lookaside/lookaside.hpp>

constexpr std::uint32_t wrong()
{
#if defined(MISTAKE)
    return lookaside::tag("Abc");
#else
    return lookaside::tag("Abcd");
#endif
}

static_assert(wrong() != 0);
