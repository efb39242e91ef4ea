/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::allocator: one list of the process for each size of node; inline or, with
 * LOOKASIDE_NO_INLINE, through calls into the shared library. */
#pragma once

#include "../peer.hpp"

#include <lookaside/allocator.hpp>

struct peer : bench::peer_defaults {
    class source {
    public:
        template <class T> lookaside::allocator<T> allocator() { return {}; }
    };
};
