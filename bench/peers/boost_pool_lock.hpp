/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* boost::pool with a mutex around every call, as boost's own singleton_pool has it. */
#pragma once

#include "peer.hpp"

#include <boost/pool/pool.hpp>

#include <mutex>

struct peer : bench::peer_defaults {
    class list {
    public:
        list(size_t size, size_t) : pool_(size) {}

        void *alloc()
        {
            std::lock_guard<std::mutex> hold(lock_);
            return pool_.malloc();
        }

        void free(void *entry)
        {
            std::lock_guard<std::mutex> hold(lock_);
            pool_.free(entry);
        }

        bool trim() { return false; }

    private:
        std::mutex lock_;
        boost::pool<> pool_;
    };
};
