/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The standard library's synchronised pools, under containers of std::pmr. */
#pragma once

#include "../peer.hpp"

#include <memory_resource>

struct peer : bench::peer_defaults {
    class source {
    public:
        template <class T> std::pmr::polymorphic_allocator<T> allocator() { return &resource_; }

    private:
        std::pmr::synchronized_pool_resource resource_;
    };
};
