/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What someone who uses the library from C++ writes first; each project beside this file builds it. */

#include <cstdio>
#include <map>
#include <string>

#include <lookaside/lookaside.hpp>

struct session {
    std::string user;
};

using entry = std::pair<const int, std::string>;
using directory = std::map<int, std::string, std::less<int>, lookaside::allocator<entry>>;

int main()
{
    try {
        lookaside::object_list<session> sessions(lookaside::options{});
        auto first = sessions.make(session{"somebody"});
        directory names;
        names[1] = first->user;
        return names[1] == "somebody" && sessions.query().live_entries == 1 ? 0 : 1;
    } catch (const std::exception &failure) {
        std::fprintf(stderr, "no session: %s\n", failure.what());
        return 1;
    }
}
