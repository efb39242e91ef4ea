/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::allocator<T>: for the standard containers that allocate their nodes one by one.
 *
 *     std::map<int, session, std::less<int>, lookaside::allocator<std::pair<const int, session>>>
 *
 * One object at a time comes from a list, more at once (a vector's array, the buckets of an
 * unordered container, the blocks of a deque) from std::allocator. A container rebinds the
 * allocator to its node type, and so finds the list for that size and alignment.
 *
 * The lists belong to the process: one for each size and alignment, made when it is first used and
 * never destroyed, so that static containers may end in any order. The allocator is an empty type,
 * and all allocators are equal. Lists with an end of their own, or for one container alone, are
 * memory_resource's.
 *
 * An owner sets its lists apart from all others, with a name and a tag in their reports:
 *
 *     struct sessions {
 *         static constexpr const char *name = "sessions";
 *         static constexpr std::uint32_t tag = lookaside::tag("Sess");
 *     };
 *     std::list<session, lookaside::allocator<session, sessions>> open;
 *
 * Shared libraries of a process share its lists. Where they cannot (on Windows; and with an owner
 * that a library hides, unless it is LOOKASIDE_VISIBLE), each module has its own, and a node must be
 * freed by the module that allocated it. */
#ifndef LOOKASIDE_ALLOCATOR_HPP
#define LOOKASIDE_ALLOCATOR_HPP

#include <lookaside/failure.hpp>
#include <lookaside/lazy_list.hpp>
#include <lookaside/list.hpp>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <type_traits>

namespace lookaside {

/* Who owns the lists of allocators that name no owner. */
struct LOOKASIDE_VISIBLE containers {
    static constexpr const char *name = "C++ containers";
    static constexpr std::uint32_t tag = lookaside::tag("C++ ");
};

namespace detail {

/* The process's list for this owner, size and alignment. */
template <typename Owner, std::size_t Size, std::size_t Alignment>
struct LOOKASIDE_VISIBLE process_list {
    static inline lazy_list home;

    /* NULL when there is no memory, as the next. */
    static void *alloc() noexcept
    {
        list *there = home.get();
        return there != nullptr ? there->try_alloc() : first_alloc();
    }

    static LOOKASIDE_COLD void *first_alloc() noexcept
    {
        options wanted;
        wanted.name = Owner::name;
        wanted.tag = Owner::tag;
        wanted.alignment = Alignment;
        list *made = home.make(Size, wanted);
        return made != nullptr ? made->try_alloc() : nullptr;
    }
};

/* Entries of less than 8 bytes, or aligned to less, would be no cheaper. */
template <typename T> constexpr std::size_t entry_alignment = alignof(T) < 8 ? 8 : alignof(T);
template <typename T>
constexpr std::size_t entry_size = (sizeof(T) + entry_alignment<T> - 1) & ~(entry_alignment<T> - 1);

template <typename T, typename Owner>
using list_of = process_list<Owner, entry_size<T>, entry_alignment<T>>;

/* Whether lists have entries as large and as aligned on every system. */
template <typename T>
constexpr bool is_listed = entry_size<T> <= LOOKASIDE_MAXIMUM_SIZE && alignof(T) <= 4096;

} // namespace detail

template <typename T, typename Owner = containers> class allocator {
public:
    using value_type = T;
    using size_type = std::size_t;
    using difference_type = std::ptrdiff_t;

    /* Any allocator frees what any other allocated, so a container may take over another's nodes;
     * there is nothing to carry along. */
    using is_always_equal = std::true_type;
    using propagate_on_container_copy_assignment = std::false_type;
    using propagate_on_container_move_assignment = std::true_type;
    using propagate_on_container_swap = std::false_type;

    template <typename U> struct rebind {
        using other = allocator<U, Owner>;
    };

    constexpr allocator() noexcept = default;
    template <typename U> constexpr allocator(const allocator<U, Owner> & /* equal */) noexcept {}

    constexpr allocator select_on_container_copy_construction() const noexcept { return *this; }

    /* Memory for count objects. Throws bad_alloc when there is none; where there are no exceptions,
     * it is the bugcheck ALLOCATION_RAISED. */
    template <typename Failure = detail::failure> [[nodiscard]] T *allocate(std::size_t count)
    {
        if (count != 1 || !detail::is_listed<T>) {
            return std::allocator<T>().allocate(count);
        }
        using lists = detail::list_of<T, Owner>;
        void *entry = lists::alloc();
        if (LOOKASIDE_UNLIKELY(entry == nullptr)) {
            Failure::no_entry(lists::home.handle());
        }
        return static_cast<T *>(entry);
    }

    /* Takes back what allocate(count) gave. */
    void deallocate(T *memory, std::size_t count) noexcept
    {
        if (count != 1 || !detail::is_listed<T>) {
            std::allocator<T>().deallocate(memory, count);
            return;
        }
        detail::list_of<T, Owner>::home.get()->free(memory);
    }
};

template <typename T, typename U, typename Owner>
constexpr bool operator==(const allocator<T, Owner> &, const allocator<U, Owner> &) noexcept
{
    return true;
}

template <typename T, typename U, typename Owner>
constexpr bool operator!=(const allocator<T, Owner> &, const allocator<U, Owner> &) noexcept
{
    return false;
}

} // namespace lookaside

#endif
