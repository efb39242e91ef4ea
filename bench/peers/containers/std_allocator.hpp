/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* std::allocator, which is plain new and delete: what containers have when nothing is said. */
#pragma once

#include "../peer.hpp"

#include <memory>

struct peer : bench::peer_defaults {
    class source {
    public:
        template <class T> std::allocator<T> allocator() { return {}; }
    };
};
