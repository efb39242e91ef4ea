/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The C++ face over a system that has no more memory: every way to ask throws bad_alloc, nothing is
 * lost, and all of it works again as soon as there is memory.
 *
 * Caught: memory_resource handing out the NULL of its list. */
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#include "cpp_test.hpp"

extern "C" {
#include "lying_os.h"
}

#include <list>
#include <new>

namespace {

/* While it lives, the library gets no more records and no more memory for entries. */
class no_memory {
public:
    explicit no_memory(lie about)
    {
        *lying_os = {};
        lying_os->about = about;
        lying_os->from_then_on = true;
        lying_os->fail_at = 1;
    }
    no_memory(const no_memory &) = delete;
    no_memory &operator=(const no_memory &) = delete;
    ~no_memory() { stop_lying(); }
};

/* Allocates until a std::bad_alloc comes; how often that went well. */
template <typename Call> int until_bad_alloc(Call call)
{
    for (int i = 0; i < 1000000; i++) {
        try {
            call();
        } catch (const std::bad_alloc &) {
            return i;
        }
    }
    return -1;
}

struct page {
    char bytes[1000];
};

} // namespace

TEST_CASE("a list that cannot be initialised is a bad_alloc with its status")
{
    no_memory now(LIE_META_ALLOC);
    CHECK_THROWS_WITH_AS(lookaside::list(40), lookaside_status_message(LOOKASIDE_NO_MEMORY),
                         lookaside::bad_alloc);
}

TEST_CASE("an allocator throws when its list cannot be made, and when the list has nothing")
{
    using allocator = lookaside::allocator<page>;
    {
        no_memory now(LIE_META_ALLOC);
        CHECK(until_bad_alloc([] { (void)allocator().allocate(1); }) == 0);
    }
    std::list<page, allocator> list(1);
    {
        no_memory now(LIE_COMMIT);
        CHECK(until_bad_alloc([&] { list.emplace_back(); }) > 0);
    }
    std::size_t size = list.size();
    list.emplace_back();
    CHECK(list.size() == size + 1);
}

TEST_CASE("a memory_resource throws when a list cannot be made, and when it has nothing")
{
    lookaside::memory_resource memory;
    {
        no_memory now(LIE_META_ALLOC);
        CHECK(until_bad_alloc([&] { (void)memory.allocate(1000); }) == 0);
    }
    (void)memory.allocate(1000);
    std::uint64_t live = 1;
    {
        no_memory now(LIE_COMMIT);
        int more = until_bad_alloc([&] { (void)memory.allocate(1000); });
        CHECK(more > 0);
        live += static_cast<std::uint64_t>(more);
    }
    CHECK(memory.query().live_entries == live);
    CHECK(memory.query().allocate_failures == 1);
    CHECK(memory.allocate(1000) != nullptr);
}
