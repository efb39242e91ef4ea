/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A live set with replacement at random: `count` entries stay out, each operation gives one of
 * them back, chosen at random, and takes another in its place. */
#pragma once

#include "../dice.hpp"
#include "one_list.hpp"

namespace bench {

template <class Peer, class Mark> class live_worker {
public:
    live_worker(one_list<Peer> &shared, unsigned index)
        : list_(shared.list_of(index)), size_(shared.wanted.size), entries_(shared.wanted.count),
          dice_(index)
    {
        user<Peer, Mark> own(list_, size_);
        for (size_t i = 0; i < entries_.size(); i++) {
            entries_[i] = own.take(i);
        }
    }

    ~live_worker()
    {
        user<Peer, Mark> own(list_, size_);
        for (size_t i = 0; i < entries_.size(); i++) {
            own.give_back(entries_[i], i);
        }
    }

    live_worker(const live_worker &) = delete;
    live_worker &operator=(const live_worker &) = delete;

    size_t step()
    {
        constexpr size_t replacements = 1024;
        user<Peer, Mark> own(list_, size_);
        dice rolled = dice_;
        void **entries = entries_.data();
        size_t count = entries_.size();
        for (size_t i = 0; i < replacements; i++) {
            size_t position = rolled.below(count);
            own.give_back(entries[position], position);
            entries[position] = own.take(position);
        }
        dice_ = rolled;
        mismatches_ += own.mismatches();
        return replacements;
    }

    void measure_begins() {}
    uint64_t mismatches() const { return mismatches_; }

private:
    typename Peer::list &list_;
    size_t size_;
    std::vector<void *> entries_;
    dice dice_;
    uint64_t mismatches_ = 0;
};

template <class Peer> void run_live(const parameters &wanted, outcome &out)
{
    run_on_one_list<Peer, live_worker>(wanted, wanted.count + 1, out);
}

} // namespace bench
