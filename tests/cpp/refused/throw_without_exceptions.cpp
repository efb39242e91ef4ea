/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Makes a list by the constructor that throws, where nothing can; compiled with -fno-exceptions.
 * Refused: without exceptions, use list() and init() */
#include <lookaside/lookaside.hpp>

bool start()
{
#if defined(MISTAKE)
    lookaside::list list(64);
    return true;
#else
    lookaside::list list;
    return list.init(64) == LOOKASIDE_OK;
#endif
}
