/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* boost's allocator for containers of nodes: one pool for each size of node, with a mutex. */
#pragma once

#include "../peer.hpp"

#include <boost/pool/pool_alloc.hpp>

struct peer : bench::peer_defaults {
    class source {
    public:
        template <class T> boost::fast_pool_allocator<T> allocator() { return {}; }
    };
};
