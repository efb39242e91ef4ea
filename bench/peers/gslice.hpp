/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* GLib's slice allocator: blocks of one size, told its size again on free. */
#pragma once

#include "peer.hpp"

#include <glib.h>

struct peer : bench::peer_defaults {
    class list {
    public:
        list(size_t size, size_t) : size_(size) {}
        void *alloc() { return g_slice_alloc(size_); }
        void free(void *entry) { g_slice_free1(size_, entry); }
        bool trim() { return false; }

    private:
        size_t size_;
    };
};
