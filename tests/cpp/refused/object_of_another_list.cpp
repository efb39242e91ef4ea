/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Takes an object for one of a list of another type.
 * Refused: could not convert | no viable conversion */
#include <lookaside/lookaside.hpp>

lookaside::object_list<int>::unique_ptr taken(lookaside::object_list<long> &longs,
                                              lookaside::object_list<int> &ints)
{
#if defined(MISTAKE)
    (void)ints;
    return longs.try_make(1);
#else
    return ints.try_make(static_cast<int>(*longs.try_make(1)));
#endif
}
