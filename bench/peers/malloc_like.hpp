/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Peers with malloc's shape: one heap for all sizes, any thread may free, and a list is just a
 * size. The functions are template arguments, so they are called directly, as their users call
 * them. */
#pragma once

#include "peer.hpp"

namespace bench {

using give_memory_back = void();

template <void *Allocate(size_t), void Free(void *), give_memory_back *Trim = nullptr>
struct malloc_like : peer_defaults {
    class list {
    public:
        list(size_t size, size_t) : size_(size) {}

        void *alloc() { return Allocate(size_); }
        void free(void *entry) { Free(entry); }

        bool trim()
        {
            if (Trim != nullptr) {
                Trim();
            }
            return Trim != nullptr;
        }

    private:
        size_t size_;
    };
};

} // namespace bench
