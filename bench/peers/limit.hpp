/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The limit: an unsynchronised stack of pointers for each thread, with no statistics and no
 * bound. What any cache of this kind can reach at best, and what no library can be: it knows one
 * list, entries may not cross threads, memory never comes back, and nobody knows what is out. */
#pragma once

#include "chunks.hpp"
#include "peer.hpp"

#include <sys/mman.h>

struct peer : bench::peer_defaults {
    static constexpr bool crosses_threads = false;
    static constexpr bool many_lists = false;
    static constexpr size_t most_entries = size_t(1) << 23;

    static inline thread_local void **entries; /* reserved, not resident: so it needs no bound */
    static inline thread_local size_t depth;
    static inline thread_local chunks fresh;

    static void release_thread()
    {
        if (entries != nullptr) {
            munmap(entries, most_entries * sizeof(void *));
            entries = nullptr;
            depth = 0;
        }
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
            if (__builtin_expect(depth == 0, 0)) {
                return cut();
            }
            return entries[--depth];
        }

        void free(void *entry) { entries[depth++] = entry; }
        bool trim() { return false; }

    private:
        __attribute__((noinline)) void *cut()
        {
            if (entries == nullptr) {
                void *array = mmap(nullptr, most_entries * sizeof(void *), PROT_READ | PROT_WRITE,
                                   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
                if (array == MAP_FAILED) {
                    bench::fail("no address space for the limit's array of pointers");
                }
                entries = static_cast<void **>(array);
            }
            return fresh.cut(size_);
        }

        size_t size_;
    };
};
