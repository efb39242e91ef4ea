/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A list that is made by whoever first needs it: for allocator and memory_resource.
 *
 *     none --make, by whichever thread is first--> list --abandon--> none
 *
 * No lock: two threads that come first at the same time make two lists, and one is destroyed again
 * unused; a forked child finds either none or one. The list is on the heap, where it outlives who
 * asked for it: static destructors, and the shared library whose code made it. */
#ifndef LOOKASIDE_LAZY_LIST_HPP
#define LOOKASIDE_LAZY_LIST_HPP

#include <lookaside/list.hpp>

#include <atomic>
#include <cstddef>
#include <new>

namespace lookaside::detail {

class lazy_list {
public:
    constexpr lazy_list() noexcept = default;

    /* NULL while there is none. */
    list *get() const noexcept { return list_.load(std::memory_order_acquire); }

    /* For the calls of lookaside.h; NULL while there is none. */
    lookaside_list *handle() const noexcept
    {
        list *there = get();
        return there != nullptr ? there->handle() : nullptr;
    }

    /* The list, made if there is none yet. NULL when it cannot be. */
    list *make(std::size_t size, const options &wanted) noexcept
    {
        auto *fresh = new (std::nothrow) own_line;
        if (fresh == nullptr || fresh->init(size, wanted) != LOOKASIDE_OK) {
            delete fresh;
            return get();
        }
        own_line *first = nullptr;
        if (!list_.compare_exchange_strong(first, fresh, std::memory_order_acq_rel)) {
            delete fresh;
            return first;
        }
        return fresh;
    }

    /* Ends the list with the entries that are out. Nobody else may use it any more. */
    void abandon() noexcept
    {
        own_line *last = list_.exchange(nullptr, std::memory_order_acq_rel);
        if (last != nullptr) {
            last->abandon();
            delete last;
        }
    }

private:
    /* A cache line to itself: every call reads the list, and its neighbours may be written. */
    struct alignas(64) own_line : list {};

    std::atomic<own_line *> list_{nullptr};
};

} // namespace lookaside::detail

#endif
