/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The standard library's pools, std::pmr. PMR_RESOURCE, set by the build, chooses between
 * synchronized_pool_resource and unsynchronized_pool_resource, the latter a reference for one
 * thread. */
#pragma once

#include "peer.hpp"

#include <memory_resource>
#include <type_traits>

struct peer : bench::peer_defaults {
    static constexpr bool crosses_threads =
        std::is_same<std::pmr::PMR_RESOURCE, std::pmr::synchronized_pool_resource>::value;

    class list {
    public:
        list(size_t size, size_t) : size_(size) {}
        void *alloc() { return resource_.allocate(size_, 16); }
        void free(void *entry) { resource_.deallocate(entry, size_, 16); }
        bool trim() { return false; }

    private:
        std::pmr::PMR_RESOURCE resource_;
        size_t size_;
    };
};
