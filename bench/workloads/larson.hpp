/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Larson's server: every thread replaces entries of a live set at random and now and then takes
 * over the set of another thread, so that entries are given back by threads that did not take
 * them.
 *
 * There is one set more than threads. A thread works on a set for some time, then leaves it in the
 * mailbox and takes the set that lay there. */
#pragma once

#include "../dice.hpp"
#include "one_list.hpp"

namespace bench {

constexpr size_t larson_entries = 1024;     /* of a set */
constexpr size_t larson_replacements = 512; /* of a step */
constexpr size_t larson_steps = 8;          /* before a thread changes its set */

struct larson_set {
    uint64_t mark = 0; /* of the set's first entry */
    void *entries[larson_entries] = {};
};

template <class Peer> class larson_sets {
public:
    explicit larson_sets(one_list<Peer> &all) : shared(all), sets(all.wanted.threads + 1)
    {
        for (size_t i = 0; i < sets.size(); i++) {
            sets[i].mark = i << 32;
        }
    }

    one_list<Peer> &shared;
    std::vector<larson_set> sets; /* one for each thread, and the mailbox's first */
    std::atomic<larson_set *> mailbox{nullptr};
};

template <class Peer, class Mark> class larson_worker {
public:
    larson_worker(larson_sets<Peer> &all, unsigned index)
        : list_(all.shared.list_of(index)), size_(all.shared.wanted.size), mailbox_(all.mailbox),
          set_(&all.sets[index]), dice_(index)
    {
        fill(*set_);
        if (index == 0) {
            fill(all.sets.back());
            mailbox_.store(&all.sets.back());
        }
    }

    size_t step()
    {
        user<Peer, Mark> own(list_, size_);
        dice rolled = dice_;
        larson_set &set = *set_;
        for (size_t i = 0; i < larson_replacements; i++) {
            size_t position = rolled.below(larson_entries);
            own.give_back(set.entries[position], set.mark + position);
            set.entries[position] = own.take(set.mark + position);
        }
        dice_ = rolled;
        mismatches_ += own.mismatches();
        if (++steps_ % larson_steps == 0) {
            set_ = mailbox_.exchange(set_, std::memory_order_acq_rel);
        }
        return larson_replacements;
    }

    void empty(larson_set &set)
    {
        user<Peer, Mark> own(list_, size_);
        for (size_t i = 0; i < larson_entries; i++) {
            own.give_back(set.entries[i], set.mark + i);
        }
        mismatches_ += own.mismatches();
    }

    void measure_begins() {}
    uint64_t mismatches() const { return mismatches_; }

    /* For the main thread, which empties the sets when the crew has gone home. */
    explicit larson_worker(larson_sets<Peer> &all)
        : list_(all.shared.list_of(0)), size_(all.shared.wanted.size), mailbox_(all.mailbox),
          set_(nullptr), dice_(0)
    {
    }

private:
    void fill(larson_set &set)
    {
        user<Peer, Mark> own(list_, size_);
        for (size_t i = 0; i < larson_entries; i++) {
            set.entries[i] = own.take(set.mark + i);
        }
    }

    typename Peer::list &list_;
    size_t size_;
    std::atomic<larson_set *> &mailbox_;
    larson_set *set_;
    dice dice_;
    size_t steps_ = 0;
    uint64_t mismatches_ = 0;
};

template <class Peer> void run_larson(const parameters &wanted, outcome &out)
{
    one_list<Peer> shared(wanted, 2 * larson_entries);
    timed_then_verified(wanted, [&](auto mark, unsigned milliseconds, bool timed) {
        using worker = larson_worker<Peer, decltype(mark)>;
        larson_sets<Peer> sets(shared);
        crew<Peer, worker, larson_sets<Peer>> all(sets, wanted.threads);
        crew_outcome result = all.run(milliseconds);
        worker last(sets);
        for (larson_set &set : sets.sets) {
            last.empty(set);
        }
        out.verified(result.all, result.mismatches + last.mismatches());
        if (timed) {
            out.number("ns", result.each(lanes(wanted.threads)));
        }
    });
}

} // namespace bench
