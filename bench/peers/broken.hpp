/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A peer that hands out every entry twice. The smoke test runs it to see that the workloads
 * notice. */
#pragma once

#include "chunks.hpp"
#include "peer.hpp"

struct peer : bench::peer_defaults {
    static constexpr bool crosses_threads = false;

    class list {
    public:
        list(size_t size, size_t) : size_(size) {}
        ~list() { fresh_.release(); }
        list(const list &) = delete;
        list &operator=(const list &) = delete;

        void *alloc()
        {
            void *again = given_;
            given_ = again == nullptr ? fresh_.cut(size_) : nullptr;
            return again == nullptr ? given_ : again;
        }

        void free(void *) {}
        bool trim() { return false; }

    private:
        size_t size_;
        void *given_ = nullptr;
        chunks fresh_{};
    };
};
