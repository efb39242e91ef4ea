/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Thread churn: `count` threads, one after the other, each of which takes 64 entries, gives them
 * back and ends. The figure is µs for each thread, creation and end included; bare_us is what a
 * thread costs that does nothing. */
#pragma once

#include "one_list.hpp"

namespace bench {

constexpr size_t churn_entries = 64;

template <class Work> double microseconds_each(size_t count, Work work)
{
    uint64_t start = nanoseconds();
    for (size_t i = 0; i < count; i++) {
        std::thread(work).join();
    }
    return static_cast<double>(nanoseconds() - start) / 1e3 / static_cast<double>(count);
}

template <class Peer> void run_churn(const parameters &wanted, outcome &out)
{
    one_list<Peer> shared(wanted, churn_entries);
    uint64_t mismatches = 0;
    auto work = [&] {
        typename Peer::thread registration;
        void *entries[churn_entries];
        user<Peer, mark_both_ends> own(shared.list_of(0), wanted.size);
        for (size_t i = 0; i < churn_entries; i++) {
            entries[i] = own.take(i);
        }
        for (size_t i = 0; i < churn_entries; i++) {
            own.give_back(entries[i], i);
        }
        mismatches += own.mismatches();
    };
    place(0, 1);
    microseconds_each(1 + wanted.count / 10, work);
    out.number("us", microseconds_each(wanted.count, work));
    out.number("bare_us", microseconds_each(wanted.count, [] {}));
    out.verified(wanted.count * churn_entries, mismatches);
}

} // namespace bench
