/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::list, in the forms that need no exceptions. */
#include "cpp_test.hpp"

#include <cstring>
#include <type_traits>

static_assert(sizeof(lookaside::list) == sizeof(lookaside_list), "the list is its own storage");
static_assert(std::is_nothrow_default_constructible_v<lookaside::list>);
static_assert(!std::is_copy_constructible_v<lookaside::list>);
static_assert(!std::is_copy_assignable_v<lookaside::list>);
static_assert(!std::is_move_constructible_v<lookaside::list>);
static_assert(!std::is_move_assignable_v<lookaside::list>);
static_assert(!std::is_convertible_v<std::size_t, lookaside::list>, "a number is not a list");
static_assert(lookaside::tag("srLL") == LOOKASIDE_DEFAULT_TAG);

#if defined(__cpp_constinit)
static constinit lookaside::list before_main; /* needs no code at the start of a program */
#else
static lookaside::list before_main;
#endif

static std::size_t letters_written;

static void count_letters(const char * /* text */, std::size_t length)
{
    letters_written += length;
}

TEST_SUITE_BEGIN("list");

TEST_CASE("a list made of nothing is not yet initialised, and says so")
{
    lookaside::list list;
    CHECK(list.destroy() == LOOKASIDE_NOT_INITIALIZED);
    CHECK(list.abandon() == LOOKASIDE_NOT_INITIALIZED);
    CHECK(list.flush() == LOOKASIDE_NOT_INITIALIZED);
    CHECK(list.reserve(1) == LOOKASIDE_NOT_INITIALIZED);
    CHECK(list.report([](const char *, std::size_t) {}) == LOOKASIDE_NOT_INITIALIZED);
    CHECK(list.trim() == 0);
    CHECK(list.query().size == 0);
}

TEST_CASE("options that are not given are the defaults of C")
{
    lookaside_list plain = LOOKASIDE_LIST_INIT;
    lookaside::list list;
    REQUIRE(lookaside_init(&plain, 40, LOOKASIDE_PAGED, nullptr) == LOOKASIDE_OK);
    REQUIRE(list.init(40) == LOOKASIDE_OK);
    lookaside_statistics expected = statistics_of(&plain);
    lookaside_statistics actual = list.query();
    CHECK(std::memcmp(&expected, &actual, sizeof(expected)) == 0);
    CHECK(lookaside_destroy(&plain) == LOOKASIDE_OK);
}

TEST_CASE("options that are given are those of the list")
{
    lookaside::options wanted;
    wanted.tag = lookaside::tag("Sess");
    wanted.name = "sessions";
    wanted.pool_type = LOOKASIDE_NONPAGED_NX;
    wanted.flags = LOOKASIDE_FAIL_NO_RAISE;
    wanted.maximum_depth = 77;
    wanted.cache = LOOKASIDE_CACHE_NONE;
    wanted.alignment = 128;
    lookaside::list list;
    REQUIRE(list.init(40, wanted) == LOOKASIDE_OK);
    lookaside_statistics s = list.query();
    CHECK(std::string(s.name) == "sessions");
    CHECK(s.tag == LOOKASIDE_TAG('S', 'e', 's', 's'));
    CHECK(s.type == (LOOKASIDE_NONPAGED_NX | LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE));
    CHECK(s.maximum_depth == 77);
    CHECK(s.cache == LOOKASIDE_CACHE_NONE);
    CHECK(s.alignment == 128);
    CHECK(s.size == 40);
}

TEST_CASE("callbacks that are given are called with their context")
{
    backing counted{};
    counted.budget = BACKING_UNLIMITED;
    lookaside::options wanted;
    wanted.allocate = backing_allocate;
    wanted.free = backing_free;
    wanted.construct = backing_construct;
    wanted.destruct = backing_destruct;
    wanted.context = &counted;
    {
        lookaside::list list;
        REQUIRE(list.init(40, wanted) == LOOKASIDE_OK);
        list.free(list.try_alloc());
        CHECK(counted.allocated == 1);
        CHECK(counted.constructed == 1);
        CHECK(counted.list == list.handle());
        CHECK(counted.freed == 0);
    }
    CHECK(counted.destructed == 1);
    CHECK(counted.freed == 1);
}

TEST_CASE("what C refuses is refused with the same status, and nothing has changed")
{
    lookaside::list list;
    lookaside::options wrong;
    wrong.alignment = 3;
    CHECK(list.init(0) == LOOKASIDE_SIZE_ZERO);
    CHECK(list.init(40, wrong) == LOOKASIDE_BAD_ALIGNMENT);
    REQUIRE(list.init(40) == LOOKASIDE_OK);
    CHECK(list.init(40) == LOOKASIDE_ALREADY_INITIALIZED);
    CHECK(list.destroy() == LOOKASIDE_OK);
    CHECK(list.init(48) == LOOKASIDE_OK);
    CHECK(list.query().size == 48);
}

TEST_CASE("entries come and go, one by one and many at once")
{
    lookaside::list list;
    REQUIRE(list.init(40) == LOOKASIDE_OK);
    void *entry = list.try_alloc();
    REQUIRE(entry != nullptr);
    CHECK(list.destroy() == LOOKASIDE_IN_USE);
    list.free(entry);
    list.free(nullptr);
    CHECK(list.query().live_entries == 0);

    void *entries[100];
    REQUIRE(list.alloc_bulk(entries, 100) == 100);
    CHECK(list.query().live_entries == 100);
    list.free_bulk(entries, 100);
    CHECK(check_laws(list.handle(), "all freed").live_entries == 0);
}

TEST_CASE("without memory try_alloc gives NULL, and the list tells why")
{
    backing empty{};
    lookaside::options wanted;
    wanted.allocate = backing_allocate;
    wanted.free = backing_free;
    wanted.context = &empty;
    lookaside::list list;
    REQUIRE(list.init(40, wanted) == LOOKASIDE_OK);
    CHECK(list.try_alloc() == nullptr);
    CHECK(list.query().last_failure == LOOKASIDE_ALLOCATE_FAILED);
}

TEST_CASE("flush, trim and reserve do what they do in C")
{
    lookaside::list list;
    void *entries[100];
    REQUIRE(list.init(4096) == LOOKASIDE_OK);
    CHECK(list.reserve(5) == LOOKASIDE_OK);
    CHECK(list.query().reserved_entries == 5);
    CHECK(list.reserve(0) == LOOKASIDE_OK);
    REQUIRE(list.alloc_bulk(entries, 100) == 100);
    list.free_bulk(entries, 100);
    CHECK(list.flush() == LOOKASIDE_OK);
    CHECK(list.query().current_depth == 0);
    CHECK(list.trim() >= 100 * 4096);
    CHECK(list.query().slab_free_bytes == 0);
}

TEST_CASE("trim keeps as many entries as it is told")
{
    lookaside::list list;
    void *entries[4];
    REQUIRE(list.init(4096) == LOOKASIDE_OK);
    REQUIRE(list.alloc_bulk(entries, 4) == 4);
    list.free_bulk(entries, 4);
    REQUIRE(list.query().current_depth == 4);
    (void)list.trim(3);
    CHECK(list.query().current_depth == 3);
}

TEST_CASE("the report is that of C")
{
    const auto append = [](void *text, const char *piece, std::size_t length) {
        static_cast<std::string *>(text)->append(piece, length);
    };
    lookaside::list list;
    std::string expected;
    std::string actual;
    REQUIRE(list.init(40) == LOOKASIDE_OK);
    CHECK(lookaside_report(list.handle(), append, &expected) == LOOKASIDE_OK);
    const auto status = list.report(
        [&actual](const char *piece, std::size_t length) { actual.append(piece, length); });
    CHECK(status == LOOKASIDE_OK);
    CHECK(!actual.empty());
    CHECK(actual == expected);
}

TEST_CASE("a function can write the report, too")
{
    lookaside::list list;
    REQUIRE(list.init(40) == LOOKASIDE_OK);
    letters_written = 0;
    CHECK(list.report(count_letters) == LOOKASIDE_OK);
    CHECK(letters_written > 0);
}

TEST_CASE("a list gives everything back at the end of its scope")
{
    backing counted{};
    counted.budget = BACKING_UNLIMITED;
    lookaside::options wanted;
    wanted.allocate = backing_allocate;
    wanted.free = backing_free;
    wanted.context = &counted;
    {
        void *entries[50];
        lookaside::list list;
        REQUIRE(list.init(40, wanted) == LOOKASIDE_OK);
        REQUIRE(list.alloc_bulk(entries, 50) == 50);
        list.free_bulk(entries, 50);
    }
    CHECK(counted.allocated == 50);
    CHECK(counted.freed == 50);
}

TEST_CASE("the end of a list with entries out is a bugcheck that tells how many")
{
    bugcheck_ear ear;
    std::string address;
    {
        lookaside::options wanted;
        wanted.name = "sessions";
        wanted.tag = lookaside::tag("Sess");
        lookaside::list list;
        void *entries[3];
        REQUIRE(list.init(40, wanted) == LOOKASIDE_OK);
        REQUIRE(list.alloc_bulk(entries, 3) == 3);
        char text[32];
        (void)std::snprintf(
            text, sizeof(text), "0x%llx",
            static_cast<unsigned long long>(reinterpret_cast<std::uintptr_t>(list.handle())));
        address = text;
    }
    CHECK(ear.heard == 1);
    CHECK(ear.code == LOOKASIDE_BUGCHECK_DESTROYED_IN_USE);
    CHECK(ear.sentence == "lookaside: bugcheck 0x1007: the list's life ended while entries of it "
                          "are out (list \"sessions\", tag \"Sess\", " +
                              address + "; entries out: 3)");
}

TEST_CASE("a double free that waits to be found leaves the number of entries out sensible")
{
    bugcheck_ear ear;
    lookaside::list list;
    REQUIRE(list.init(40) == LOOKASIDE_OK);
    void *entry = list.try_alloc();
    list.free(entry);
    list.free(entry);
    lookaside_bugcheck(LOOKASIDE_BUGCHECK_DESTROYED_IN_USE, list.handle(), nullptr);
    CHECK(ear.sentence.find("; entries out: 0)") != std::string::npos);
    CHECK(list.destroy() == LOOKASIDE_OK);
    CHECK(ear.code == LOOKASIDE_BUGCHECK_DOUBLE_FREE);
}

TEST_CASE("a list may stand beside its entries in static memory")
{
    REQUIRE(before_main.init(40) == LOOKASIDE_OK);
    before_main.free(before_main.try_alloc());
    CHECK(before_main.destroy() == LOOKASIDE_OK);
}

TEST_SUITE_END();
