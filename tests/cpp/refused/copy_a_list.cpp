/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Copies a list, whose entries know its address.
 * Refused: deleted */
#include <lookaside/lookaside.hpp>

#if defined(MISTAKE)
lookaside::list copy(const lookaside::list &list)
{
    return lookaside::list(list);
}
#endif
