/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One struct rather than a variable in each room: whoever catches a bugcheck puts all of it back to
 * what it was in one assignment, so that a test can go on after a driver died at DISPATCH_LEVEL
 * inside two __try blocks. */
#include "self.h"

struct self *self(void)
{
    static _Thread_local struct self this_thread;

    return &this_thread;
}
