/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The plain design: one free list for all threads, with a spin lock around every operation. A
 * waiter pauses between looks and yields the CPU now and then, in case its holder sleeps. */
#pragma once

#include "../clock.hpp"
#include "chunks.hpp"
#include "peer.hpp"

#include <sched.h>

#include <atomic>

struct peer : bench::peer_defaults {
    class spin_lock {
    public:
        void lock()
        {
            constexpr unsigned looks_before_yield = 1000;
            unsigned looks = 0;
            while (held_.exchange(true, std::memory_order_acquire)) {
                while (held_.load(std::memory_order_relaxed)) {
                    if (++looks % looks_before_yield == 0) {
                        sched_yield();
                    } else {
                        bench::pause();
                    }
                }
            }
        }

        void unlock() { held_.store(false, std::memory_order_release); }

    private:
        std::atomic<bool> held_{false};
    };

    class list {
    public:
        list(size_t size, size_t) : size_(size) {}
        ~list() { fresh_.release(); }
        list(const list &) = delete;
        list &operator=(const list &) = delete;

        void *alloc()
        {
            lock_.lock();
            link *entry = first_;
            if (entry != nullptr) {
                first_ = entry->next;
            } else {
                entry = static_cast<link *>(fresh_.cut(size_));
            }
            lock_.unlock();
            return entry;
        }

        void free(void *entry)
        {
            auto *freed = static_cast<link *>(entry);
            lock_.lock();
            freed->next = first_;
            first_ = freed;
            lock_.unlock();
        }

        bool trim() { return false; }

    private:
        struct link {
            link *next;
        };

        alignas(64) spin_lock lock_;
        link *first_ = nullptr;
        chunks fresh_{};
        size_t size_;
    };
};
