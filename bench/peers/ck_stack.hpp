/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Concurrency Kit's lock-free stack (ck_stack, many producers and consumers) as one shared free
 * list: the same idea as the kernel's SLIST. Its nodes lie in the free entries. */
#pragma once

#include "chunks.hpp"
#include "peer.hpp"

#include <ck_stack.h>

#include <mutex>

struct peer : bench::peer_defaults {
    class list {
    public:
        list(size_t size, size_t) : size_(size) { ck_stack_init(&free_); }
        ~list() { fresh_.release(); }
        list(const list &) = delete;
        list &operator=(const list &) = delete;

        void *alloc()
        {
            void *entry = ck_stack_pop_mpmc(&free_);
            return __builtin_expect(entry != nullptr, 1) ? entry : fresh();
        }

        void free(void *entry)
        {
            ck_stack_push_mpmc(&free_, static_cast<ck_stack_entry_t *>(entry));
        }

        bool trim() { return false; }

    private:
        __attribute__((noinline)) void *fresh()
        {
            std::lock_guard<std::mutex> hold(lock_);
            return fresh_.cut(size_);
        }

        alignas(64) ck_stack_t free_;
        std::mutex lock_;
        chunks fresh_{};
        size_t size_;
    };
};
