/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Does not look whether the list is initialised.
 * Refused: ignoring return value | ignoring returned value */
#include <lookaside/lookaside.hpp>

bool start(lookaside::list &list)
{
#if defined(MISTAKE)
    list.init(64);
    return true;
#else
    return list.init(64) == LOOKASIDE_OK;
#endif
}
