/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::memory_resource: lists behind std::pmr, owned by one object and gone with it.
 *
 *     lookaside::memory_resource memory;
 *     std::pmr::map<int, std::pmr::string> names(&memory);
 *
 * A block of up to 1024 bytes comes from the list for its size, which is made when it is first
 * asked for; larger blocks, and those aligned to more than a cache line, come from the upstream
 * resource. Sizes are exact: rounded up to their alignment, or to 8 bytes, and no further.
 *
 * A list is found by its size alone, in a table, without a lock. One list serves all alignments of
 * a size because entries lie side by side without a header: when the size is a multiple of an
 * alignment, so is every entry's place. Each list has the largest alignment that divides its size.
 *
 * Not every standard library has <memory_resource> (libc++ since version 16); where it is missing,
 * so is this class, and LOOKASIDE_HAS_MEMORY_RESOURCE is 0. */
#ifndef LOOKASIDE_MEMORY_RESOURCE_HPP
#define LOOKASIDE_MEMORY_RESOURCE_HPP

#include <lookaside/lazy_list.hpp>
#include <lookaside/list.hpp>

#if __has_include(<memory_resource>)
#include <memory_resource>
#endif

#if defined(__cpp_lib_memory_resource)
#define LOOKASIDE_HAS_MEMORY_RESOURCE 1
#else
#define LOOKASIDE_HAS_MEMORY_RESOURCE 0
#endif

#if LOOKASIDE_HAS_MEMORY_RESOURCE

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace lookaside {

/* Any thread may allocate and deallocate; what one allocated, another may deallocate. The upstream
 * resource must be as safe for threads. Two resources are equal when they are one. */
class LOOKASIDE_VISIBLE memory_resource : public std::pmr::memory_resource {
public:
    static constexpr std::size_t largest_block = 1024;   /* bytes from a list */
    static constexpr std::size_t largest_alignment = 64; /* bytes, of a block from a list */

    /* Throws nothing, maps nothing. Of the options, tag, name, pool type, maximum depth and cache are
     * those of every list. upstream must outlive the resource. */
    memory_resource(const options &wanted, std::pmr::memory_resource *upstream) noexcept
        : upstream_(upstream)
    {
        if (wanted.name != nullptr) {
            std::strncpy(name_, wanted.name, sizeof(name_) - 1);
        }
        wanted_.name = name_;
        wanted_.tag = wanted.tag;
        wanted_.pool_type = wanted.pool_type;
        wanted_.maximum_depth = wanted.maximum_depth;
        wanted_.cache = wanted.cache;
    }

    /* The same with the defaults: those of options, and std::pmr::get_default_resource(). */
    memory_resource() noexcept : memory_resource(options{}) {}
    explicit memory_resource(const options &wanted) noexcept
        : memory_resource(wanted, std::pmr::get_default_resource())
    {
    }
    explicit memory_resource(std::pmr::memory_resource *upstream) noexcept
        : memory_resource(options{}, upstream)
    {
    }

    memory_resource(const memory_resource &) = delete;
    memory_resource &operator=(const memory_resource &) = delete;

    ~memory_resource() override { release(); }

    /* Gives the lists back with all their blocks, whether deallocated or not. Blocks that came from
     * the upstream resource are not kept in mind here: each goes back when it is deallocated. Nobody
     * else may use the resource meanwhile. */
    void release() noexcept
    {
        for (detail::lazy_list &home : homes_) {
            home.abandon();
        }
    }

    std::pmr::memory_resource *upstream_resource() const noexcept { return upstream_; }

    /* The lists together: counters and bytes are sums; what only one list has is zero. Exact while
     * no thread is inside a call. What the upstream resource gave is not counted. */
    [[nodiscard]] lookaside_statistics query() const noexcept
    {
        lookaside_statistics sum{};
        for (const detail::lazy_list &home : homes_) {
            if (home.get() != nullptr) {
                add(sum, home.get()->query());
            }
        }
        return sum;
    }

    /* The list that serves blocks of this size and alignment; NULL while none has been asked for,
     * and for those of the upstream resource. */
    [[nodiscard]] list *list_of(std::size_t bytes, std::size_t alignment) const noexcept
    {
        std::size_t size = entry_size(bytes, alignment);
        return is_listed(size, alignment) ? homes_[size / step - 1].get() : nullptr;
    }

private:
    static constexpr std::size_t step = 8; /* bytes from one list's size to the next one's */

    /* The size of the list that serves a block. Wraps around to 0 for sizes that nobody has. */
    static constexpr std::size_t entry_size(std::size_t bytes, std::size_t alignment) noexcept
    {
        std::size_t multiple = alignment < step ? step : alignment;
        std::size_t at_least = bytes == 0 ? 1 : bytes;
        return (at_least + multiple - 1) & ~(multiple - 1);
    }

    static constexpr bool is_listed(std::size_t size, std::size_t alignment) noexcept
    {
        return size - 1 < largest_block && alignment <= largest_alignment;
    }

    /* The largest power of two that divides it, up to the largest alignment. */
    static constexpr std::size_t natural_alignment(std::size_t size) noexcept
    {
        std::size_t divisor = size & (~size + 1);
        return divisor < largest_alignment ? divisor : largest_alignment;
    }

    static void add(lookaside_statistics &sum, const lookaside_statistics &part) noexcept
    {
        sum.total_allocates += part.total_allocates;
        sum.allocate_misses += part.allocate_misses;
        sum.total_frees += part.total_frees;
        sum.free_misses += part.free_misses;
        sum.flushed += part.flushed;
        sum.allocate_failures += part.allocate_failures;
        sum.current_depth += part.current_depth;
        sum.live_entries += part.live_entries;
        sum.reserved_entries += part.reserved_entries;
        sum.mapped_bytes += part.mapped_bytes;
        sum.live_bytes += part.live_bytes;
        sum.magazine_bytes += part.magazine_bytes;
        sum.depot_bytes += part.depot_bytes;
        sum.slab_free_bytes += part.slab_free_bytes;
        sum.metadata_bytes += part.metadata_bytes;
    }

    void *do_allocate(std::size_t bytes, std::size_t alignment) override
    {
        std::size_t size = entry_size(bytes, alignment);
        if (!is_listed(size, alignment)) {
            return upstream_->allocate(bytes, alignment);
        }
        list *home = homes_[size / step - 1].get();
        void *entry = home != nullptr ? home->try_alloc() : first_alloc(size);
        /* The standard's own way to throw bad_alloc is there without exceptions, too. */
        return LOOKASIDE_UNLIKELY(entry == nullptr)
                   ? std::pmr::null_memory_resource()->allocate(bytes, alignment)
                   : entry;
    }

    void do_deallocate(void *block, std::size_t bytes, std::size_t alignment) override
    {
        std::size_t size = entry_size(bytes, alignment);
        if (!is_listed(size, alignment)) {
            upstream_->deallocate(block, bytes, alignment);
            return;
        }
        homes_[size / step - 1].get()->free(block);
    }

    bool do_is_equal(const std::pmr::memory_resource &other) const noexcept override
    {
        return this == &other;
    }

    /* NULL when there is no memory. */
    LOOKASIDE_COLD void *first_alloc(std::size_t size) noexcept
    {
        options wanted = wanted_;
        wanted.alignment = natural_alignment(size);
        list *made = homes_[size / step - 1].make(size, wanted);
        return made != nullptr ? made->try_alloc() : nullptr;
    }

    std::array<detail::lazy_list, largest_block / step> homes_;
    std::pmr::memory_resource *upstream_;
    options wanted_;
    char name_[LOOKASIDE_NAME_SIZE] = "";
};

} // namespace lookaside

#endif

#endif
