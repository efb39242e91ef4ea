/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::memory_resource, under containers of std::pmr; inline or, with LOOKASIDE_NO_INLINE,
 * through calls into the shared library. */
#pragma once

#include "../peer.hpp"

#include <lookaside/memory_resource.hpp>

#include <memory_resource>

struct peer : bench::peer_defaults {
    class source {
    public:
        template <class T> std::pmr::polymorphic_allocator<T> allocator() { return &resource_; }

    private:
        lookaside::memory_resource resource_;
    };
};
