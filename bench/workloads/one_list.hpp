/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What most workloads share: one list that all threads of a crew use. Peers whose entries may not
 * cross threads get a list for each thread instead. */
#pragma once

#include "../crew.hpp"

namespace bench {

template <class Peer> class one_list {
public:
    /* live: how many entries each thread has out at most */
    one_list(const parameters &from, size_t live) : wanted(from)
    {
        if (Peer::crosses_threads) {
            lists_.push_back(std::make_unique<apart>(from.size, live * from.threads));
        } else {
            for (unsigned i = 0; i < from.threads; i++) {
                lists_.push_back(std::make_unique<apart>(from.size, live));
            }
        }
    }

    typename Peer::list &list_of(unsigned index)
    {
        return lists_[Peer::crosses_threads ? 0 : index]->list;
    }

    const parameters &wanted;

private:
    /* Lists of different threads do not share a cache line. */
    struct alignas(128) apart {
        apart(size_t size, size_t capacity) : list(size, capacity) {}
        typename Peer::list list;
    };

    std::vector<std::unique_ptr<apart>> lists_;
};

/* Runs a crew of one kind of worker on one list and reports one CPU's ns for take and give back. */
template <class Peer, template <class, class> class Worker>
void run_on_one_list(const parameters &wanted, size_t live, outcome &out)
{
    one_list<Peer> shared(wanted, live);
    timed_then_verified(wanted, [&](auto mark, unsigned milliseconds, bool timed) {
        crew<Peer, Worker<Peer, decltype(mark)>, one_list<Peer>> all(shared, wanted.threads);
        crew_outcome result = all.run(milliseconds);
        out.verified(result.all, result.mismatches);
        if (timed) {
            out.number("ns", result.each(lanes(wanted.threads)));
        }
    });
}

} // namespace bench
