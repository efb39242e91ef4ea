/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Many lists: `count` lists of one entry size, each with four entries out; each operation
 * replaces an entry of a list chosen at random. What is measured is what a list costs in cache
 * and TLB. */
#pragma once

#include "../dice.hpp"
#include "one_list.hpp"

namespace bench {

constexpr size_t lists_entries = 4; /* out, of each list */

template <class Peer> struct many_lists {
    explicit many_lists(const parameters &from) : wanted(from)
    {
        for (size_t i = 0; i < from.count; i++) {
            lists.push_back(std::make_unique<typename Peer::list>(from.size, lists_entries));
        }
    }
    const parameters &wanted;
    std::vector<std::unique_ptr<typename Peer::list>> lists;
};

template <class Peer, class Mark> class lists_worker {
public:
    lists_worker(many_lists<Peer> &all, unsigned index)
        : all_(all), entries_(all.lists.size() * lists_entries), dice_(index)
    {
        for (size_t i = 0; i < entries_.size(); i++) {
            entries_[i] = user_of(i).take(i);
        }
    }

    ~lists_worker()
    {
        for (size_t i = 0; i < entries_.size(); i++) {
            user_of(i).give_back(entries_[i], i);
        }
    }

    lists_worker(const lists_worker &) = delete;
    lists_worker &operator=(const lists_worker &) = delete;

    size_t step()
    {
        constexpr size_t replacements = 1024;
        dice rolled = dice_;
        uint64_t mismatches = 0;
        for (size_t i = 0; i < replacements; i++) {
            size_t position = rolled.below(entries_.size());
            user<Peer, Mark> own = user_of(position);
            own.give_back(entries_[position], position);
            entries_[position] = own.take(position);
            mismatches += own.mismatches();
        }
        dice_ = rolled;
        mismatches_ += mismatches;
        return replacements;
    }

    void measure_begins() {}
    uint64_t mismatches() const { return mismatches_; }

private:
    user<Peer, Mark> user_of(size_t position)
    {
        return user<Peer, Mark>(*all_.lists[position / lists_entries], all_.wanted.size);
    }

    many_lists<Peer> &all_;
    std::vector<void *> entries_;
    dice dice_;
    uint64_t mismatches_ = 0;
};

template <class Peer> void run_lists(const parameters &wanted, outcome &out)
{
    if (wanted.threads != 1) {
        fail("this workload has one thread");
    }
    many_lists<Peer> lists(wanted);
    timed_then_verified(wanted, [&](auto mark, unsigned milliseconds, bool timed) {
        crew<Peer, lists_worker<Peer, decltype(mark)>, many_lists<Peer>> all(lists, 1);
        crew_outcome result = all.run(milliseconds);
        out.verified(result.all, result.mismatches);
        if (timed) {
            out.number("ns", result.each(1));
        }
    });
}

} // namespace bench
