/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* DPDK's mempool: a ring of all entries, allocated in advance, with a cache for each registered
 * thread. No huge pages, no files that other processes see and no devices; each thread registers,
 * so that it has its cache. */
#pragma once

#include "peer.hpp"

#include <rte_eal.h>
#include <rte_lcore.h>
#include <rte_mempool.h>

#include <sched.h>

#include <cstdio>
#include <string>

struct peer : bench::peer_defaults {
    static constexpr size_t cache = RTE_MEMPOOL_CACHE_MAX_SIZE;
    static inline unsigned threads = 1;

    /* EAL ties the main thread to a CPU and threads inherit that; place() unties them. */
    static void start(const bench::parameters &wanted)
    {
        std::string core = "0@" + std::to_string(sched_getcpu());
        const char *arguments[] = {"lookaside-bench", "--no-huge",     "--no-shconf", "--no-pci",
                                   "--no-telemetry",  "--log-level=3", "-m",          "2048",
                                   "--lcores",        core.c_str(),    nullptr};
        int count = sizeof(arguments) / sizeof(arguments[0]) - 1;
        if (rte_eal_init(count, const_cast<char **>(arguments)) < 0) {
            bench::cannot(PEER_NAME, "rte_eal_init failed");
        }
        threads = wanted.threads;
        bench::place(0, bench::cpus() + 1);
    }

    struct thread {
        thread()
        {
            if (rte_thread_register() != 0) {
                bench::cannot(PEER_NAME, "rte_thread_register failed: more threads than lcores");
            }
        }
        ~thread() { rte_thread_unregister(); }
    };

    class list {
    public:
        /* Each cache may hold one and a half times its size while another thread wants an entry. */
        list(size_t size, size_t capacity)
        {
            static unsigned made = 0;
            char name[32];
            snprintf(name, sizeof(name), "list%u", made++);
            size_t spare = (threads + 1) * (cache * 3 / 2);
            pool_ = rte_mempool_create(name, static_cast<unsigned>(capacity + spare),
                                       static_cast<unsigned>(size), cache, 0, nullptr, nullptr,
                                       nullptr, nullptr, SOCKET_ID_ANY, 0);
            if (pool_ == nullptr) {
                bench::cannot(PEER_NAME, "rte_mempool_create failed: too many or too large pools");
            }
        }
        ~list() { rte_mempool_free(pool_); }
        list(const list &) = delete;
        list &operator=(const list &) = delete;

        void *alloc()
        {
            void *entry;
            return rte_mempool_get(pool_, &entry) == 0 ? entry : nullptr;
        }

        void free(void *entry) { rte_mempool_put(pool_, entry); }
        bool trim() { return false; }

    private:
        rte_mempool *pool_;
    };
};
