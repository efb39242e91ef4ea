/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* How a workload takes, marks, checks and gives back an entry: the same few lines for every peer.
 *
 * Every entry that is out carries a mark its owner can recompute. A peer that hands out one entry
 * twice, entries that overlap, or one that it still writes to, changes a mark and is found. The
 * timed pass marks the first word, as the cheapest real user would; the verification pass marks
 * the first and the last and checks the alignment. */
#pragma once

#include "harness.hpp"

#include <cstring>

namespace bench {

/* The compiler must not know what happens to memory here: it keeps a peer's state out of registers
 * between two operations, and allocations from being optimised away. */
inline void anything_may_happen()
{
    __asm__ volatile("" : : : "memory");
}

inline void anything_may_happen_to(void *entry)
{
    __asm__ volatile("" : : "r"(entry) : "memory");
}

struct mark_first_word {
    static void write(void *entry, size_t, uint64_t mark) { memcpy(entry, &mark, sizeof(mark)); }

    /* 0 when the mark is still there. */
    static uint64_t differs(const void *entry, size_t, uint64_t mark)
    {
        uint64_t found;
        memcpy(&found, entry, sizeof(found));
        return found ^ mark;
    }
};

struct mark_both_ends {
    static void write(void *entry, size_t size, uint64_t mark)
    {
        uint64_t last = ~mark;
        memcpy(entry, &mark, sizeof(mark));
        memcpy(static_cast<char *>(entry) + size - sizeof(last), &last, sizeof(last));
    }

    static uint64_t differs(const void *entry, size_t size, uint64_t mark)
    {
        uint64_t first;
        uint64_t last;
        memcpy(&first, entry, sizeof(first));
        memcpy(&last, static_cast<const char *>(entry) + size - sizeof(last), sizeof(last));
        return (first ^ mark) | (last ^ ~mark) | (reinterpret_cast<uintptr_t>(entry) % 16);
    }
};

/* One user of a list: takes and gives back entries with marks, and counts the marks that changed.
 * Make it inside each step: as a local variable it lives in registers and costs every peer the
 * same. */
template <class Peer, class Mark> class user {
public:
    user(typename Peer::list &list, size_t size) : list_(list), size_(size) {}

    void *take(uint64_t mark)
    {
        void *entry = list_.alloc();
        if (__builtin_expect(entry == nullptr, 0)) {
            fail("the peer has no entry left");
        }
        Mark::write(entry, size_, mark);
        anything_may_happen_to(entry);
        return entry;
    }

    void give_back(void *entry, uint64_t mark)
    {
        mismatches_ += Mark::differs(entry, size_, mark) != 0;
        list_.free(entry);
        anything_may_happen();
    }

    uint64_t mismatches() const { return mismatches_; }

private:
    typename Peer::list &list_;
    size_t size_;
    uint64_t mismatches_ = 0;
};

} // namespace bench
