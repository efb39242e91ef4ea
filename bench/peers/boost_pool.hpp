/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* boost::pool, unsynchronised: a reference for one thread. */
#pragma once

#include "peer.hpp"

#include <boost/pool/pool.hpp>

struct peer : bench::peer_defaults {
    static constexpr bool crosses_threads = false;

    class list {
    public:
        list(size_t size, size_t) : pool_(size) {}
        void *alloc() { return pool_.malloc(); }
        void free(void *entry) { pool_.free(entry); }
        bool trim() { return false; }

    private:
        boost::pool<> pool_;
    };
};
