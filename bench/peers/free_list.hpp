/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The usual reference: an unsynchronised free list for each thread, linked through the free
 * entries themselves. Unbeaten for the very next reuse of one entry; it must touch every entry it
 * hands out, so it loses wherever they come back out of order or are large. */
#pragma once

#include "chunks.hpp"
#include "peer.hpp"

struct peer : bench::peer_defaults {
    static constexpr bool crosses_threads = false;
    static constexpr bool many_lists = false;

    struct link {
        link *next;
    };

    static inline thread_local link *first;
    static inline thread_local chunks fresh;

    static void release_thread()
    {
        first = nullptr;
        fresh.release();
    }

    struct thread {
        thread() {}
        ~thread() { release_thread(); }
    };

    class list {
    public:
        list(size_t size, size_t) : size_(size) {}
        ~list() { release_thread(); }
        list(const list &) = delete;
        list &operator=(const list &) = delete;

        void *alloc()
        {
            link *entry = first;
            if (__builtin_expect(entry == nullptr, 0)) {
                return fresh.cut(size_);
            }
            first = entry->next;
            return entry;
        }

        void free(void *entry)
        {
            auto *freed = static_cast<link *>(entry);
            freed->next = first;
            first = freed;
        }

        bool trim() { return false; }

    private:
        size_t size_;
    };
};
