/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Lets a list of objects go out of scope while three of them are alive.
 * Dies: bugcheck 0x1007: the list's life ended while entries of it are out
 *       (list "sessions", tag "Sess", LIST; entries out: 3) */
#include <lookaside/lookaside.hpp>

#include "misuse.h"

int main()
{
    lookaside::options wanted;
    wanted.name = "sessions";
    wanted.tag = lookaside::tag("Sess");
    lookaside::object_list<int>::unique_ptr outlives[3];
    lookaside::object_list<int> sessions(wanted);
    for (auto &session : outlives) {
        session = sessions.make(1);
    }
    watch(sessions.handle(), nullptr);
    return 0;
}
