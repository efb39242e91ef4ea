/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What throws, and what is left behind when it did. Not compiled without exceptions.
 *
 * Caught: an object_list without the guard of its entry. */
#include "cpp_test.hpp"

#include <new>
#include <stdexcept>
#include <string>

namespace {

struct refusing {
    explicit refusing(bool refuse)
    {
        if (refuse) {
            throw std::runtime_error("refused");
        }
    }
};

/* Options of a list whose backing gives nothing. */
lookaside::options without_memory(backing *empty)
{
    lookaside::options wanted;
    wanted.allocate = backing_allocate;
    wanted.free = backing_free;
    wanted.context = empty;
    return wanted;
}

void *throwing_allocate(unsigned, std::size_t, std::uint32_t, lookaside_list *, void *)
{
    throw std::runtime_error("no backing");
}

void throw_status(lookaside_status status, lookaside_list *, void *)
{
    throw lookaside::error(status);
}

/* The status that the call throws in an Exception; LOOKASIDE_OK when it throws none. */
template <typename Exception, typename Call> lookaside_status thrown(Call call)
{
    try {
        call();
    } catch (const Exception &exception) {
        CHECK(std::string(exception.what()) == lookaside_status_message(exception.status()));
        return exception.status();
    }
    return LOOKASIDE_OK;
}

} // namespace

TEST_SUITE_BEGIN("exceptions");

TEST_CASE("a list is initialised by its constructor, or is not there")
{
    lookaside::list list(40);
    CHECK(list.query().size == 40);
    lookaside::options wrong;
    wrong.alignment = 24;
    CHECK(thrown<lookaside::error>([&] { lookaside::list none(40, wrong); }) ==
          LOOKASIDE_BAD_ALIGNMENT);
    CHECK(thrown<lookaside::error>([&] { lookaside::object_list<int> none(wrong); }) ==
          LOOKASIDE_BAD_ALIGNMENT);
}

TEST_CASE("an error is a std::exception, want of memory a std::bad_alloc")
{
    CHECK_THROWS_AS(lookaside::list(0), std::exception);
    backing empty{};
    lookaside::list list(40, without_memory(&empty));
    CHECK_THROWS_AS((void)list.alloc(), std::bad_alloc);
}

TEST_CASE("alloc and make throw the reason when there is no memory")
{
    backing empty{};
    lookaside::list list(40, without_memory(&empty));
    CHECK(thrown<lookaside::bad_alloc>([&] { (void)list.alloc(); }) == LOOKASIDE_ALLOCATE_FAILED);
    lookaside::object_list<int> objects(without_memory(&empty));
    CHECK(thrown<lookaside::bad_alloc>([&] { (void)objects.make(1); }) ==
          LOOKASIDE_ALLOCATE_FAILED);
    CHECK(list.try_alloc() == nullptr);
    CHECK(!objects.try_make(1));
}

TEST_CASE("alloc and make give what there is")
{
    lookaside::list list(40);
    void *entry = list.alloc();
    CHECK(entry != nullptr);
    list.free(entry);
    lookaside::object_list<int> objects(lookaside::options{});
    CHECK(*objects.make(3) == 3);
}

TEST_CASE("when a constructor throws, the entry is back in the list")
{
    lookaside::object_list<refusing> list(lookaside::options{});
    CHECK_THROWS_WITH((void)list.make(true), "refused");
    CHECK_THROWS_WITH((void)list.try_make(true), "refused");
    CHECK(check_laws(list.handle(), "two constructors threw").live_entries == 0);
    CHECK(list.query().total_allocates == 2);
    CHECK(list.make(false));
}

TEST_CASE("what an allocate callback throws passes through")
{
    lookaside::options wanted;
    wanted.allocate = throwing_allocate;
    wanted.free = backing_free;
    lookaside::object_list<int> list(wanted);
    CHECK_THROWS_WITH((void)list.make(1), "no backing");
    CHECK_THROWS_WITH((void)list.try_make(1), "no backing");
    CHECK_THROWS_WITH((void)list.reserve(1), "no backing");
    CHECK(check_laws(list.handle(), "callbacks threw").live_entries == 0);
}

TEST_CASE("what a raise handler throws passes through")
{
    backing empty{};
    lookaside::options wanted = without_memory(&empty);
    wanted.flags = LOOKASIDE_RAISE_ON_FAIL;
    lookaside::list list(40, wanted);
    lookaside_set_raise_handler(throw_status, nullptr);
    CHECK(thrown<lookaside::error>([&] { (void)list.alloc(); }) == LOOKASIDE_ALLOCATE_FAILED);
    CHECK(thrown<lookaside::error>([&] { (void)list.try_alloc(); }) == LOOKASIDE_ALLOCATE_FAILED);
    lookaside_set_raise_handler(nullptr, nullptr);
}

TEST_CASE("objects die with an exception that passes by")
{
    lookaside::object_list<int> list(lookaside::options{});
    try {
        auto first = list.make(1);
        auto second = list.make(2);
        throw std::runtime_error("passes by");
    } catch (const std::runtime_error &) {
        CHECK(list.query().live_entries == 0);
    }
}

TEST_SUITE_END();
