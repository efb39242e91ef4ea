/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a peer is. Each peer is one header that defines `struct peer`; CMake compiles the workloads
 * once for each, so that whatever a peer has inline is inlined into the measured loops:
 *
 *     struct peer : bench::peer_defaults {
 *         class list {
 *         public:
 *             list(size_t size, size_t capacity);  // capacity: entries that will be out at once
 *             ~list();
 *             void *alloc();                       // nullptr when there is none left
 *             void free(void *entry);
 *             bool trim();                         // give memory back; false: has no such call
 *         };
 *     };
 *
 * A peer overrides what is different from the defaults below. */
#pragma once

#include "../harness.hpp"

namespace bench {

struct peer_defaults {
    /* May an entry be freed by another thread than the one that took it, and a list be used by
     * several threads at all? Unsynchronised references say false; then each thread has its own. */
    static constexpr bool crosses_threads = true;

    /* May a program have more than one list? */
    static constexpr bool many_lists = true;

    /* Called once, before anything else. */
    static void start(const parameters &) {}

    /* Lives as long as each thread that uses the peer. */
    struct thread {
        thread() {}
        ~thread() {}
    };
};

} // namespace bench
