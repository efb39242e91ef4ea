/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* list and object_list in a driver, over the twin: what is not as in user mode. */
#define DOCTEST_CONFIG_IMPLEMENT_WITH_MAIN
#if !defined(__cpp_exceptions)
#define DOCTEST_CONFIG_NO_EXCEPTIONS_BUT_WITH_ALL_ASSERTS
#endif
#include <doctest/doctest.h>

#include <lookaside/lookaside.hpp>

#include <string>

namespace {

struct context {
    explicit context(int number) : id(number) { alive++; }
    context(const context &) = delete;
    context &operator=(const context &) = delete;
    ~context() { alive--; }

    int id;
    static int alive;
};

int context::alive = 0;

struct alignas(64) wide {
    char bytes[64];
};

std::string heard;

void hear(lookaside_bugcheck_code, lookaside_list *, void *, const char *sentence, void *ended)
{
    heard = sentence;
    /* The storage is about to go, and a driver's list cannot be abandoned: end what is alive. */
    static_cast<lookaside::object_list<context>::unique_ptr *>(ended)->reset();
}

} // namespace

static_assert(LOOKASIDE_IN_DRIVER);
static_assert(sizeof(lookaside::list) == 256);
static_assert(alignof(lookaside::list) == 16);
static_assert(sizeof(lookaside::object_list<context>) == 256);

TEST_CASE("entries come from nonpaged pool that is not executable, unless the options say else")
{
    lookaside::list list;
    REQUIRE(list.init(40) == LOOKASIDE_OK);
    CHECK(list.query().type == NonPagedPoolNx);
    CHECK(list.destroy() == LOOKASIDE_OK);
    lookaside::options wanted;
    wanted.pool_type = LOOKASIDE_PAGED;
    REQUIRE(list.init(40, wanted) == LOOKASIDE_OK);
    CHECK(list.query().type == PagedPool);
    list.free(list.try_alloc());
}

TEST_CASE("an object_list counts its objects without being asked to")
{
    lookaside::object_list<context> list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    auto object = list.try_make(7);
    REQUIRE(object);
    CHECK(object->id == 7);
    CHECK(list.query().live_entries == 1);
    CHECK(list.destroy() == LOOKASIDE_IN_USE);
    object.reset();
    CHECK(context::alive == 0);
    CHECK(list.destroy() == LOOKASIDE_OK);
}

TEST_CASE("the end of a list with objects alive is a bugcheck that tells how many")
{
    lookaside::object_list<context>::unique_ptr outlives;
    lookaside_set_bugcheck_handler(hear, &outlives);
    {
        lookaside::object_list<context> list;
        REQUIRE(list.init() == LOOKASIDE_OK);
        outlives = list.try_make(1);
    }
    lookaside_set_bugcheck_handler(nullptr, nullptr);
    CHECK(heard.find("0x1007") != std::string::npos);
    CHECK(heard.find("; entries out: 1)") != std::string::npos);
}

TEST_CASE("more alignment than the pool gives is refused")
{
    lookaside::object_list<wide> list;
    CHECK(list.init() == LOOKASIDE_NOT_SUPPORTED);
}
