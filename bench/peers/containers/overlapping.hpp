/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A peer that writes to the end of the node it handed out last, as if it overlapped the next one.
 * The smoke test runs it to see that the workloads notice. (A node that is handed out twice would
 * ruin the container itself.) */
#pragma once

#include "../peer.hpp"

#include <cstring>
#include <memory>

template <class T> struct overlapping_allocator {
    using value_type = T;

    overlapping_allocator() = default;
    template <class Other> overlapping_allocator(const overlapping_allocator<Other> &) {}

    T *allocate(size_t count)
    {
        static constexpr uint64_t scribble = 0x6C616C616C616C61;
        if (last != nullptr) {
            memcpy(reinterpret_cast<char *>(last + 1) - sizeof(scribble), &scribble,
                   sizeof(scribble));
        }
        T *fresh = std::allocator<T>().allocate(count);
        last = count == 1 ? fresh : nullptr;
        return fresh;
    }

    void deallocate(T *node, size_t count)
    {
        last = last == node ? nullptr : last;
        std::allocator<T>().deallocate(node, count);
    }

    bool operator==(const overlapping_allocator &) const { return true; }
    bool operator!=(const overlapping_allocator &) const { return false; }

    static inline thread_local T *last;
};

struct peer : bench::peer_defaults {
    class source {
    public:
        template <class T> overlapping_allocator<T> allocator() { return {}; }
    };
};
