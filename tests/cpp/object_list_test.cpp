/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::object_list, in the forms that need no exceptions. */
#include "cpp_test.hpp"

#include <memory>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

/* Counts itself. */
struct session {
    explicit session(int number) : id(number) { alive++; }
    session(const session &) = delete;
    session &operator=(const session &) = delete;
    ~session() { alive--; }

    int id;
    char peer[44] = "";
    static int alive;
};

int session::alive = 0;

using sessions = lookaside::object_list<session>;

struct linked { /* not complete where it names its list */
    explicit linked(lookaside::object_list<linked>::unique_ptr behind) : next(std::move(behind)) {}
    lookaside::object_list<linked>::unique_ptr next;
};

struct point { /* no constructor */
    int x;
    int y;
};

template <std::size_t Alignment> struct alignas(Alignment) aligned {
    char bytes[Alignment];
};

template <std::size_t Alignment> void expect_aligned()
{
    lookaside::object_list<aligned<Alignment>> list;
    std::vector<typename lookaside::object_list<aligned<Alignment>>::unique_ptr> objects;
    REQUIRE(list.init() == LOOKASIDE_OK);
    for (int i = 0; i < 100; i++) {
        objects.push_back(list.try_make());
        REQUIRE(is_aligned(objects.back().get(), Alignment));
    }
}

} // namespace

static_assert(sizeof(sessions::unique_ptr) == 2 * sizeof(void *));
static_assert(std::is_nothrow_default_constructible_v<sessions::unique_ptr>);
static_assert(std::is_nothrow_move_constructible_v<sessions::unique_ptr>);
static_assert(std::is_nothrow_move_assignable_v<sessions::unique_ptr>);
static_assert(!std::is_copy_constructible_v<sessions::unique_ptr>);
static_assert(std::is_nothrow_default_constructible_v<sessions>);
static_assert(!std::is_copy_constructible_v<sessions>);
static_assert(!std::is_move_constructible_v<sessions>);
static_assert(!std::is_move_assignable_v<sessions>);
static_assert(
    !std::is_convertible_v<lookaside::object_list<point>::unique_ptr, sessions::unique_ptr>);
static_assert(!std::is_constructible_v<std::unique_ptr<session>, sessions::unique_ptr>,
              "delete would get an entry of a list");

TEST_SUITE_BEGIN("object_list");

TEST_CASE("an object lives in an entry of the list as long as its unique_ptr")
{
    sessions list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    {
        auto first = list.try_make(7);
        REQUIRE(first);
        CHECK(first->id == 7);
        CHECK(session::alive == 1);
        CHECK(list.query().live_entries == 1);
        CHECK(list.query().size == sizeof(session));
    }
    CHECK(session::alive == 0);
    CHECK(check_laws(list.handle(), "the object has ended").live_entries == 0);
}

TEST_CASE("arguments are forwarded as they are")
{
    struct owner {
        owner(std::unique_ptr<int> taken, int &changed) : number(std::move(taken)) { changed = 5; }
        std::unique_ptr<int> number;
    };
    lookaside::object_list<owner> list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    int changed = 0;
    auto object = list.try_make(std::make_unique<int>(3), changed);
    REQUIRE(object);
    CHECK(*object->number == 3);
    CHECK(changed == 5);
}

TEST_CASE("a type without a constructor is built from its members")
{
    lookaside::object_list<point> list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    auto object = list.try_make(3, 4);
    REQUIRE(object);
    CHECK(object->x == 3);
    CHECK(object->y == 4);
    object = list.try_make();
    CHECK(object->x == 0);
}

TEST_CASE("a type without an address of its own gets the entry's all the same")
{
    struct hidden {
        hidden *operator&() { return nullptr; }
        static void *operator new(std::size_t) = delete;
        int number = 3;
    };
    lookaside::object_list<hidden> list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    CHECK(list.try_make()->number == 3);
}

TEST_CASE("over-aligned types are aligned as they ask")
{
    expect_aligned<1>();
    expect_aligned<16>();
    expect_aligned<32>();
    expect_aligned<64>();
    expect_aligned<4096>();
}

TEST_CASE("more alignment than the type's own is kept, and more than an OS page is refused")
{
    lookaside::options wanted;
    wanted.alignment = 256;
    lookaside::object_list<aligned<32>> list;
    REQUIRE(list.init(wanted) == LOOKASIDE_OK);
    CHECK(list.query().alignment == 256);

    lookaside::object_list<aligned<(std::size_t{1} << 20)>> too_much;
    CHECK(too_much.init() == LOOKASIDE_BAD_ALIGNMENT);
}

TEST_CASE("without memory try_make is empty")
{
    backing empty{};
    lookaside::options wanted;
    wanted.allocate = backing_allocate;
    wanted.free = backing_free;
    wanted.context = &empty;
    sessions list;
    REQUIRE(list.init(wanted) == LOOKASIDE_OK);
    CHECK(!list.try_make(1));
    CHECK(session::alive == 0);
}

TEST_CASE("an object that was released can be adopted again")
{
    sessions list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    session *plain = list.try_make(1).release();
    CHECK(session::alive == 1);
    CHECK(list.adopt(plain)->id == 1);
    CHECK(session::alive == 0);
    CHECK(list.query().live_entries == 0);
    CHECK(!list.adopt(nullptr));
}

TEST_CASE("a unique_ptr goes to other threads and into containers")
{
    sessions list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    std::vector<sessions::unique_ptr> many;
    for (int i = 0; i < 1000; i++) {
        many.push_back(list.try_make(i));
    }
    std::thread([taken = std::move(many)]() mutable { taken.clear(); }).join();
    CHECK(session::alive == 0);
    CHECK(check_laws(list.handle(), "ended elsewhere").live_entries == 0);
}

TEST_CASE("objects may own others of their list")
{
    lookaside::object_list<linked> list;
    lookaside::object_list<linked>::unique_ptr chain;
    REQUIRE(list.init() == LOOKASIDE_OK);
    for (int i = 0; i < 10; i++) {
        chain = list.try_make(std::move(chain));
    }
    CHECK(list.query().live_entries == 10);
    chain.reset();
    CHECK(list.query().live_entries == 0);
}

TEST_CASE("a list with live objects is not destroyed")
{
    sessions list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    auto object = list.try_make(1);
    CHECK(list.destroy() == LOOKASIDE_IN_USE);
    object.reset();
    CHECK(list.destroy() == LOOKASIDE_OK);
}

TEST_CASE("the end of a list with objects alive is a bugcheck that tells how many")
{
    bugcheck_ear ear;
    session *left[2];
    {
        sessions list;
        REQUIRE(list.init() == LOOKASIDE_OK);
        left[0] = list.try_make(1).release();
        left[1] = list.try_make(2).release();
    }
    CHECK(ear.heard == 1);
    CHECK(ear.code == LOOKASIDE_BUGCHECK_DESTROYED_IN_USE);
    CHECK(ear.sentence.find("; entries out: 2)") != std::string::npos);
    CHECK(left[0] != left[1]);
    CHECK(session::alive == 2); /* abandoned, not ended */
    session::alive = 0;
}

TEST_CASE("what a list can do with its memory, an object_list can")
{
    sessions list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    CHECK(list.reserve(10) == LOOKASIDE_OK);
    CHECK(list.query().reserved_entries == 10);
    CHECK(list.reserve(0) == LOOKASIDE_OK);
    list.try_make(1).reset();
    CHECK(list.query().current_depth == 1);
    CHECK(list.flush() == LOOKASIDE_OK);
    CHECK(list.query().current_depth == 0);
    list.try_make(1).reset();
    (void)list.trim();
    CHECK(list.query().current_depth == 0);
    CHECK(list.report([](const char *, std::size_t) {}) == LOOKASIDE_OK);
    CHECK(list.abandon() == LOOKASIDE_OK);
    CHECK(list.destroy() == LOOKASIDE_NOT_INITIALIZED);
}

TEST_SUITE_END();
