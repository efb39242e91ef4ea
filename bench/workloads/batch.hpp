/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Each thread for itself: pairs, and batches that are freed in one of three orders.
 *
 * pair   take one entry, give it back: the next reuse is immediate.
 * batch  take `count` entries, give them all back; lifo, fifo and random order run the same code
 *        over another table of positions. */
#pragma once

#include "../crew.hpp"
#include "../dice.hpp"
#include "one_list.hpp"

#include <cstring>
#include <utility>

namespace bench {

/* The positions 0..count-1 in the order in which a batch is freed. */
inline std::vector<uint32_t> free_order(const char *order, size_t count)
{
    bool lifo = strcmp(order, "lifo") == 0;
    bool random = strcmp(order, "random") == 0;
    if (!lifo && !random && strcmp(order, "fifo") != 0) {
        fail("--order must be lifo, fifo or random");
    }
    std::vector<uint32_t> positions(count);
    for (size_t i = 0; i < count; i++) {
        positions[i] = static_cast<uint32_t>(lifo ? count - 1 - i : i);
    }
    dice shuffle(1);
    for (size_t i = count; random && i > 1; i--) {
        std::swap(positions[i - 1], positions[shuffle.below(i)]);
    }
    return positions;
}

template <class Peer, class Mark> class pair_worker {
public:
    pair_worker(one_list<Peer> &shared, unsigned index)
        : list_(shared.list_of(index)), size_(shared.wanted.size)
    {
    }

    size_t step()
    {
        constexpr size_t pairs = 1024;
        user<Peer, Mark> own(list_, size_);
        for (uint64_t i = 0; i < pairs; i++) {
            void *entry = own.take(i);
            own.give_back(entry, i);
        }
        mismatches_ += own.mismatches();
        return pairs;
    }

    void measure_begins() {}
    uint64_t mismatches() const { return mismatches_; }

private:
    typename Peer::list &list_;
    size_t size_;
    uint64_t mismatches_ = 0;
};

template <class Peer, class Mark> class batch_worker {
public:
    batch_worker(one_list<Peer> &shared, unsigned index)
        : list_(shared.list_of(index)), size_(shared.wanted.size), entries_(shared.wanted.count),
          order_(free_order(shared.wanted.order, shared.wanted.count))
    {
    }

    size_t step()
    {
        constexpr size_t least = 1024;
        size_t done = 0;
        while (done < least) {
            one_batch();
            done += entries_.size();
        }
        return done;
    }

    void measure_begins() {}
    uint64_t mismatches() const { return mismatches_; }

private:
    void one_batch()
    {
        user<Peer, Mark> own(list_, size_);
        void **entries = entries_.data();
        const uint32_t *order = order_.data();
        size_t count = entries_.size();
        for (size_t i = 0; i < count; i++) {
            entries[i] = own.take(i);
        }
        for (size_t i = 0; i < count; i++) {
            uint32_t position = order[i];
            own.give_back(entries[position], position);
        }
        mismatches_ += own.mismatches();
    }

    typename Peer::list &list_;
    size_t size_;
    std::vector<void *> entries_;
    std::vector<uint32_t> order_;
    uint64_t mismatches_ = 0;
};

template <class Peer> void run_pair(const parameters &wanted, outcome &out)
{
    run_on_one_list<Peer, pair_worker>(wanted, 1, out);
}

template <class Peer> void run_batch(const parameters &wanted, outcome &out)
{
    run_on_one_list<Peer, batch_worker>(wanted, wanted.count, out);
}

} // namespace bench
