/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The C++ face and many threads. allocator_test.cpp has the first use of a list by several.
 *
 * Caught, by ThreadSanitizer: a lazy_list that hands its list to other threads with no order. */
#include "cpp_test.hpp"

#include <atomic>
#include <functional>
#include <list>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace {

constexpr int crowd = 4;

/* Runs the work on all threads, which begin together, as far as that can be. */
void run_together(const std::function<void(int)> &work)
{
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int number = 0; number < crowd; number++) {
        threads.emplace_back([&, number] {
            ready++;
            while (ready < crowd) {
                std::this_thread::yield();
            }
            work(number);
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

/* Lists that nobody else uses. */
struct child_lists {
    static constexpr const char *name = "of a child";
    static constexpr std::uint32_t tag = lookaside::tag("Chld");
};

} // namespace

TEST_SUITE_BEGIN("threads");

TEST_CASE("nodes go from thread to thread")
{
    using queue = std::list<int, lookaside::allocator<int>>;
    std::mutex lock;
    queue shared;
    std::atomic<long> sum{0};
    const int count = static_cast<int>(rounds(20000));
    run_together([&](int number) {
        for (int i = 0; i < count; i++) {
            queue own;
            if (number % 2 == 0) {
                own.push_back(1);
                std::lock_guard<std::mutex> guard(lock);
                shared.splice(shared.end(), own);
            } else {
                {
                    std::lock_guard<std::mutex> guard(lock);
                    own.splice(own.end(), shared);
                }
                sum += static_cast<long>(own.size());
            }
        }
    });
    CHECK(sum + static_cast<long>(shared.size()) == crowd / 2 * count);
}

TEST_CASE("objects made in one thread end in another")
{
    lookaside::object_list<long> list;
    REQUIRE(list.init() == LOOKASIDE_OK);
    const int count = static_cast<int>(rounds(20000));
    std::vector<std::atomic<long *>> slots(crowd);
    run_together([&](int number) {
        for (int i = 0; i < count; i++) {
            auto fresh = list.try_make(number);
            auto &slot = slots[static_cast<std::size_t>(i + number) % slots.size()];
            auto old = list.adopt(slot.exchange(fresh.release()));
            if (old && (*old < 0 || *old >= crowd)) {
                FAIL("an object was changed");
            }
        }
    });
    for (auto &slot : slots) {
        list.adopt(slot.load()).reset();
    }
    CHECK(check_laws(list.handle(), "after the crowd").live_entries == 0);
}

#if LOOKASIDE_HAS_MEMORY_RESOURCE
TEST_CASE("a memory_resource serves all threads")
{
    lookaside::memory_resource memory;
    const int count = static_cast<int>(rounds(2000));
    run_together([&](int number) {
        for (int i = 0; i < count; i++) {
            std::pmr::list<int> own(&memory);
            std::pmr::list<std::pair<long, long>> other(&memory);
            for (int j = 0; j < 20; j++) {
                own.push_back(number);
                other.emplace_back(i, j);
            }
            void *block = memory.allocate(static_cast<std::size_t>(8 * (i % 128 + 1)));
            memory.deallocate(block, static_cast<std::size_t>(8 * (i % 128 + 1)));
        }
    });
    CHECK(memory.query().live_entries == 0);
    CHECK(memory.query().total_allocates ==
          static_cast<std::uint64_t>(crowd) * static_cast<std::uint64_t>(count) * 41);
}
#endif

TEST_CASE("a forked child uses the parent's lists and makes new ones")
{
    if (!system_has_fork()) {
        MESSAGE("no fork here");
        return;
    }
    std::map<int, int, std::less<int>, lookaside::allocator<std::pair<const int, int>>> map;
    map[1] = 1;
    const auto child = [](void *of_parent) {
        (*static_cast<decltype(map) *>(of_parent))[2] = 2;
        std::list<long double, lookaside::allocator<long double, child_lists>> fresh(3);
        std::_Exit(fresh.size() == 3 ? 7 : 8);
    };
    int status = run_in_child(child, &map, 20);
    CHECK(status == 7 << 8);
    CHECK(map.size() == 1);
}

TEST_SUITE_END();
