/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A tour of the C++ face: objects in a list, then two containers whose nodes come from lists. */
#include <lookaside/lookaside.hpp>

#include <cstdio>
#include <map>
#include <memory_resource>
#include <set>
#include <string>
#include <thread>

struct session {
    explicit session(const char *from) : peer(from) {}
    std::string peer;
};

/* The nodes of every container of this type come from one list. */
using directory = std::map<std::string, int, std::less<>,
                           lookaside::allocator<std::pair<const std::string, int>>>;

int main()
{
    lookaside::options wanted;
    wanted.tag = lookaside::tag("Sess");
    wanted.name = "sessions";
    lookaside::object_list<session> sessions(wanted); /* throws; init() returns a status */

    auto session = sessions.make("10.0.0.1"); /* a unique_ptr; try_make() is empty without memory */
    directory visits;
    visits[session->peer]++;
    std::thread([mine = std::move(session)] {}).join(); /* any thread may end an object */

    lookaside::memory_resource memory; /* for std::pmr: lists that end with it */
    std::pmr::set<int> ports({22, 80, 443}, &memory);

    sessions.report([](const char *text, std::size_t length) {
        std::fwrite(text, 1, length, stdout); /* WinDbg's !lookaside, byte for byte */
    });
    std::printf("\n%zu visit, %zu ports, %llu sessions open\n", visits.size(), ports.size(),
                static_cast<unsigned long long>(sessions.query().live_entries));
    return 0;
} /* sessions ends: a bugcheck, with their number, if sessions were still open */
