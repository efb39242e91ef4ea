// SPDX-License-Identifier: MIT
// SPDX-FileCopyrightText: 2026 The lookaside authors

// Lists behind C++'s faces, for debuggers to print.
#include <lookaside/lookaside.hpp>

#include <cstdio>

struct session {
    explicit session(int wanted) : id(wanted) {}
    int id;
};

static void server_is_ready(lookaside::list &list, lookaside::object_list<session> &objects)
{
    std::printf("%zu\n", list.query().size + objects.query().size);
}

static lookaside::options named(const char *name)
{
    lookaside::options wanted;
    wanted.name = name;
    return wanted;
}

int main()
{
    lookaside::list buffers(20000, named("buffers"));
    lookaside::object_list<session> sessions(named("sessions"));

    auto session = sessions.make(1);
    server_is_ready(buffers, sessions);
}
