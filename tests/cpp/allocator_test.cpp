/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::allocator: what the standard asks of an allocator, and where the memory comes from.
 *
 * Caught: a lazy_list that keeps the last thread's list, not the first's. */
#include "counting_new.hpp"
#include "cpp_test.hpp"

#include <deque>
#include <forward_list>
#include <list>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <unordered_map>
#include <vector>

namespace {

/* A test's own lists, so that their numbers are the test's alone. */
template <int Test> struct test_lists {
    static constexpr const char *name = "of one test";
    static constexpr std::uint32_t tag = lookaside::tag("Test");
};

template <typename T, int Test = 0> using allocator = lookaside::allocator<T, test_lists<Test>>;

template <typename T, int Test> lookaside_statistics list_behind()
{
    lookaside::list *home = lookaside::detail::list_of<T, test_lists<Test>>::home.get();
    REQUIRE(home != nullptr);
    return check_laws(home->handle(), "the list of an allocator");
}

/* Two types of one size and alignment, one that is more aligned, one that is larger. */
struct one {
    char bytes[40];
};
struct other {
    double numbers[5];
};
struct alignas(64) wide {
    char bytes[64];
};

/* A node type that is not complete when it names its allocator. */
struct tree {
    std::list<tree, allocator<tree>> children;
};

/* Ends after main, long after the lists were first used, as the last objects of this file do. */
std::map<int, int, std::less<int>, allocator<std::pair<const int, int>>> ends_after_main;

} // namespace

/* ---- What the standard asks ---------------------------------------------------------------------- */

using plain = lookaside::allocator<one>;
using traits = std::allocator_traits<plain>;
static_assert(std::is_empty_v<plain>);
static_assert(std::is_nothrow_default_constructible_v<plain>);
static_assert(std::is_nothrow_copy_constructible_v<plain>);
static_assert(std::is_nothrow_constructible_v<plain, const lookaside::allocator<other> &>);
static_assert(std::is_same_v<traits::value_type, one>);
static_assert(std::is_same_v<traits::pointer, one *>);
static_assert(std::is_same_v<traits::size_type, std::size_t>);
static_assert(std::is_same_v<traits::rebind_alloc<int>, lookaside::allocator<int>>);
static_assert(
    std::is_same_v<std::allocator_traits<allocator<one, 1>>::rebind_alloc<int>, allocator<int, 1>>,
    "the owner is kept");
static_assert(traits::is_always_equal::value);
static_assert(!traits::propagate_on_container_copy_assignment::value);
static_assert(traits::propagate_on_container_move_assignment::value);
static_assert(!traits::propagate_on_container_swap::value);
static_assert(!std::is_constructible_v<plain, const allocator<one> &>, "another owner's");
static_assert(std::is_nothrow_move_assignable_v<std::list<one, plain>>);
static_assert(sizeof(std::list<one, plain>) == sizeof(std::list<one>));

TEST_SUITE_BEGIN("allocator");

TEST_CASE("all allocators of one owner are equal")
{
    CHECK(lookaside::allocator<one>() == lookaside::allocator<other>());
    CHECK_FALSE(lookaside::allocator<one>() != lookaside::allocator<other>());
    CHECK(traits::select_on_container_copy_construction(plain()) == plain());
}

/* ---- Where memory comes from --------------------------------------------------------------------- */

TEST_CASE("one object comes from the list for its size and alignment")
{
    allocator<one, 2> a;
    one *first = a.allocate(1);
    auto s = list_behind<one, 2>();
    CHECK(s.size == 40);
    CHECK(s.alignment == 8);
    CHECK(s.live_entries == 1);
    CHECK(std::string(s.name) == "of one test");
    CHECK(s.tag == lookaside::tag("Test"));
    a.deallocate(first, 1);
    CHECK(list_behind<one, 2>().live_entries == 0);
}

TEST_CASE("several objects come from std::allocator")
{
    allocator<one, 3> a;
    std::size_t before = counting_new::calls.load();
    one *three = hide(a.allocate(3));
    CHECK(counting_new::calls.load() == before + 1);
    CHECK(lookaside::detail::list_of<one, test_lists<3>>::home.get() == nullptr);
    a.deallocate(three, 3);
    a.deallocate(a.allocate(0), 0);
}

TEST_CASE("objects that no list has entries for come from std::allocator")
{
    struct huge {
        char bytes[LOOKASIDE_MAXIMUM_SIZE + 1];
    };
    struct alignas(8192) spread {
        char bytes[8192];
    };
    std::size_t before = counting_new::calls.load();
    allocator<huge> a;
    a.deallocate(hide(a.allocate(1)), 1);
    allocator<spread> b;
    spread *aligned = hide(b.allocate(1));
    CHECK(is_aligned(aligned, 8192));
    b.deallocate(aligned, 1);
    CHECK(counting_new::calls.load() == before + 2);
}

TEST_CASE("after its first use, a list needs nothing of operator new")
{
    allocator<one, 4> a;
    a.deallocate(a.allocate(1), 1);
    std::vector<one *> many(10000);
    std::size_t before = counting_new::calls.load();
    for (int round = 0; round < 3; round++) {
        for (one *&object : many) {
            object = a.allocate(1);
        }
        for (one *object : many) {
            a.deallocate(object, 1);
        }
    }
    CHECK(counting_new::calls.load() == before);
    CHECK(list_behind<one, 4>().total_allocates == 30001);
}

TEST_CASE("types of one size and alignment share a list, others do not")
{
    using lists = lookaside::detail::list_of<one, test_lists<5>>;
    CHECK(std::is_same_v<lists, lookaside::detail::list_of<other, test_lists<5>>>);
    CHECK_FALSE(std::is_same_v<lists, lookaside::detail::list_of<wide, test_lists<5>>>);
    CHECK_FALSE(std::is_same_v<lists, lookaside::detail::list_of<one, test_lists<6>>>);
}

TEST_CASE("over-aligned objects are aligned as they ask")
{
    std::list<wide, allocator<wide>> list(100);
    for (const wide &object : list) {
        REQUIRE(is_aligned(&object, 64));
    }
}

TEST_CASE("small and oddly sized objects are aligned as they ask, too")
{
    struct odd {
        int numbers[3];
    };
    allocator<odd, 7> a;
    allocator<char, 7> b;
    odd *numbers = a.allocate(1);
    char *letter = b.allocate(1);
    CHECK(is_aligned(numbers, alignof(odd)));
    CHECK(list_behind<odd, 7>().size == 16);
    CHECK(list_behind<char, 7>().size == 8);
    a.deallocate(numbers, 1);
    b.deallocate(letter, 1);
}

/* ---- Containers ---------------------------------------------------------------------------------- */

/* Fills and empties a container, and expects that nodes never came from operator new once the
 * container was warm. */
template <typename Container, typename Insert> void expect_no_new(Insert insert)
{
    Container warm;
    for (int i = 0; i < 100; i++) {
        insert(warm, i);
    }
    warm.clear();
    std::size_t before = counting_new::calls.load();
    for (int i = 0; i < 100; i++) {
        insert(warm, i);
    }
    CHECK(counting_new::calls.load() == before);
}

TEST_CASE("the nodes of all node containers come from lists")
{
    const auto push_front = [](auto &container, int i) { container.push_front(i); };
    const auto insert = [](auto &container, int i) { container.insert(i); };
    const auto index = [](auto &container, int i) { container[i] = i; };
    using pair = std::pair<const int, int>;
    using hash = std::hash<int>;
    using equal = std::equal_to<int>;
    expect_no_new<std::list<int, allocator<int>>>(push_front);
    expect_no_new<std::forward_list<int, allocator<int>>>(push_front);
    expect_no_new<std::set<int, std::less<int>, allocator<int>>>(insert);
    expect_no_new<std::multiset<int, std::less<int>, allocator<int>>>(insert);
    expect_no_new<std::map<int, int, std::less<int>, allocator<pair>>>(index);
    expect_no_new<std::unordered_map<int, int, hash, equal, allocator<pair>>>(index);
}

TEST_CASE("containers of arrays work, from std::allocator")
{
    std::vector<int, allocator<int>> vector;
    std::deque<int, allocator<int>> deque;
    for (int i = 0; i < 10000; i++) {
        vector.push_back(i);
        deque.push_back(i);
    }
    CHECK(vector[9999] == 9999);
    CHECK(deque[9999] == 9999);
    std::basic_string<char, std::char_traits<char>, allocator<char>> text(1000, 'x');
    CHECK(text.size() == 1000);
}

TEST_CASE("a shared_ptr keeps object and count in one entry")
{
    struct big {
        char bytes[200];
    };
    auto warm = std::allocate_shared<big>(allocator<void, 8>());
    warm.reset();
    std::size_t before = counting_new::calls.load();
    auto shared = std::allocate_shared<big>(allocator<void, 8>());
    CHECK(counting_new::calls.load() == before);
    CHECK(shared.use_count() == 1);
}

TEST_CASE("a container takes over another's nodes")
{
    std::list<int, allocator<int>> from = {1, 2, 3};
    const int *second = &*std::next(from.begin());
    std::list<int, allocator<int>> to;
    to = std::move(from);
    CHECK(&*std::next(to.begin()) == second);
    std::list<int, allocator<int>> spliced = {0};
    spliced.splice(spliced.end(), to);
    CHECK(&*std::next(spliced.begin(), 2) == second);
    swap(spliced, to);
    CHECK(to.size() == 4);
    auto copy = to;
    CHECK(copy == to);
}

TEST_CASE("a type may hold containers of itself")
{
    tree root;
    root.children.emplace_back();
    root.children.front().children.emplace_back();
    CHECK(root.children.front().children.size() == 1);
}

TEST_CASE("a container in static memory ends well after everything else")
{
    for (int i = 0; i < 1000; i++) {
        ends_after_main[i] = i;
    }
    CHECK(ends_after_main.size() == 1000);
}

TEST_CASE("threads that come first at the same time share one list")
{
    /* They wait for each other between the look for the list and its making. */
    constexpr int crowd = 4;
    one *taken[crowd];
    std::vector<std::thread> threads;
    threads.reserve(crowd);
    counting_new::to_meet = crowd;
    for (one *&memory : taken) {
        threads.emplace_back([&memory] { memory = allocator<one, 10>().allocate(1); });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
    CHECK(counting_new::to_meet == 0);
    CHECK(list_behind<one, 10>().live_entries == crowd);
    for (one *memory : taken) {
        allocator<one, 10>().deallocate(memory, 1);
    }
}

#if defined(__cpp_exceptions)
TEST_CASE("without memory for the list, allocate throws and the next may succeed")
{
    allocator<one, 9> a;
    counting_new::refusing = true;
    CHECK_THROWS_AS((void)a.allocate(1), std::bad_alloc);
    counting_new::refusing = false;
    a.deallocate(a.allocate(1), 1);
    CHECK(list_behind<one, 9>().total_allocates == 1);
}

TEST_CASE("more objects than there are bytes is a bad_array_new_length")
{
    std::size_t too_many = ~std::size_t{0} / 8;
    CHECK_THROWS_AS((void)lookaside::allocator<one>().allocate(too_many), std::bad_alloc);
}
#endif

TEST_SUITE_END();
