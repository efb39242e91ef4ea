/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside itself: inline and linked statically, or, with LOOKASIDE_NO_INLINE defined by the
 * build, with every operation a call into the shared library. Default options. */
#pragma once

#include "peer.hpp"

#include <lookaside/lookaside.h>

struct peer : bench::peer_defaults {
    class list {
    public:
        list(size_t size, size_t)
        {
            lookaside_status status = lookaside_init(&list_, size, LOOKASIDE_PAGED, nullptr);
            if (status != LOOKASIDE_OK) {
                bench::fail(lookaside_status_message(status));
            }
        }

        ~list()
        {
            lookaside_status status = lookaside_destroy(&list_);
            if (status != LOOKASIDE_OK) {
                bench::fail(lookaside_status_message(status));
            }
        }

        list(const list &) = delete;
        list &operator=(const list &) = delete;

        void *alloc() { return lookaside_alloc(&list_); }
        void free(void *entry) { lookaside_free(&list_, entry); }
        bool trim() { return lookaside_trim(&list_, 0, nullptr) == LOOKASIDE_OK; }

    private:
        lookaside_list list_ = LOOKASIDE_LIST_INIT;
    };
};
