/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Latency: every single operation is timed, in a random mix of both. Phases in which three of four
 * operations take an entry alternate with phases in which three of four give one back, so the list
 * refills and overflows as it does in life. The percentiles contain the cost of reading the clock,
 * which is told beside them (timer). */
#pragma once

#include "../clock.hpp"
#include "../dice.hpp"
#include "one_list.hpp"

#include <mutex>

namespace bench {

constexpr size_t latency_phase = 1024; /* operations */
constexpr size_t latency_most = 16384; /* entries out, of each thread */

/* Counts of durations in ticks; exact below 64, then 64 steps for each power of two. */
class histogram {
public:
    void add(uint64_t ticks) { counts_[bucket(ticks)]++; }
    void clear() { counts_.assign(counts_.size(), 0); }

    void add(const histogram &other)
    {
        for (size_t i = 0; i < counts_.size(); i++) {
            counts_[i] += other.counts_[i];
        }
    }

    /* Ticks that the given share of all durations does not exceed. */
    double percentile(double share) const
    {
        uint64_t all = 0;
        for (uint64_t count : counts_) {
            all += count;
        }
        double below = 0;
        for (size_t i = 0; i < counts_.size(); i++) {
            below += static_cast<double>(counts_[i]);
            if (below >= share * static_cast<double>(all)) {
                return middle(i);
            }
        }
        return 0;
    }

private:
    static constexpr unsigned bits = 6;

    static size_t bucket(uint64_t ticks)
    {
        if (ticks < (1u << bits)) {
            return ticks;
        }
        unsigned shift = 63u - static_cast<unsigned>(__builtin_clzll(ticks)) - bits;
        return (static_cast<size_t>(shift) << bits) + (ticks >> shift);
    }

    static double middle(size_t index)
    {
        if (index < (1u << bits)) {
            return static_cast<double>(index);
        }
        size_t shift = (index >> bits) - 1;
        size_t steps = index - (shift << bits);
        return static_cast<double>(steps << shift) + static_cast<double>(size_t(1) << shift) / 2;
    }

    std::vector<uint64_t> counts_ = std::vector<uint64_t>((64 - bits + 1) << bits);
};

template <class Peer> struct timed_list {
    explicit timed_list(one_list<Peer> &all) : shared(all) {}
    one_list<Peer> &shared;
    std::mutex lock;
    histogram durations;
};

template <class Peer, class Mark> class latency_worker {
public:
    latency_worker(timed_list<Peer> &all, unsigned index)
        : all_(all), list_(all.shared.list_of(index)), size_(all.shared.wanted.size), dice_(index),
          entries_(latency_most)
    {
    }

    ~latency_worker()
    {
        while (live_ > 0) {
            list_.free(entries_[--live_]);
        }
        std::lock_guard<std::mutex> hold(all_.lock);
        all_.durations.add(durations_);
    }

    latency_worker(const latency_worker &) = delete;
    latency_worker &operator=(const latency_worker &) = delete;

    size_t step()
    {
        size_t shares = grows_ ? 3 : 1; /* of 4, that take an entry */
        grows_ = !grows_;
        for (size_t i = 0; i < latency_phase; i++) {
            if (live_ == 0 || (live_ < latency_most && dice_.below(4) < shares)) {
                take();
            } else {
                give_back();
            }
        }
        return latency_phase;
    }

    void measure_begins() { durations_.clear(); }
    uint64_t mismatches() const { return mismatches_; }

private:
    /* The mark of an entry is its address: entries move in the array. */
    static uint64_t mark_of(void *entry) { return reinterpret_cast<uintptr_t>(entry); }

    void take()
    {
        uint64_t start = ticks();
        void *entry = list_.alloc();
        uint64_t end = ticks();
        if (entry == nullptr) {
            fail("the peer has no entry left");
        }
        durations_.add(end - start);
        Mark::write(entry, size_, mark_of(entry));
        entries_[live_++] = entry;
    }

    void give_back()
    {
        size_t position = dice_.below(live_);
        void *entry = entries_[position];
        entries_[position] = entries_[--live_];
        mismatches_ += Mark::differs(entry, size_, mark_of(entry)) != 0;
        uint64_t cleared = 0;
        memcpy(entry, &cleared, sizeof(cleared)); /* handed out twice, it loses its mark here */
        uint64_t start = ticks();
        list_.free(entry);
        durations_.add(ticks() - start);
    }

    timed_list<Peer> &all_;
    typename Peer::list &list_;
    size_t size_;
    dice dice_;
    std::vector<void *> entries_;
    size_t live_ = 0;
    bool grows_ = true;
    histogram durations_;
    uint64_t mismatches_ = 0;
};

inline double ticks_per_nanosecond()
{
    constexpr uint64_t duration = 5000000;
    uint64_t start = nanoseconds();
    uint64_t first = ticks();
    uint64_t now = start;
    while (now - start < duration) {
        now = nanoseconds();
    }
    return static_cast<double>(ticks() - first) / static_cast<double>(now - start);
}

/* Median of what two readings of the clock cost with nothing between them, in ticks. */
inline double timer_ticks()
{
    histogram empty;
    for (size_t i = 0; i < 100000; i++) {
        uint64_t start = ticks();
        empty.add(ticks() - start);
    }
    return empty.percentile(0.5);
}

template <class Peer> void run_latency(const parameters &wanted, outcome &out)
{
    one_list<Peer> shared(wanted, latency_most);
    double scale = ticks_per_nanosecond();
    timed_then_verified(wanted, [&](auto mark, unsigned milliseconds, bool timed) {
        timed_list<Peer> all(shared);
        crew<Peer, latency_worker<Peer, decltype(mark)>, timed_list<Peer>> both(all,
                                                                                wanted.threads);
        crew_outcome result = both.run(milliseconds);
        out.verified(result.all, result.mismatches);
        if (timed) {
            out.number("p50", all.durations.percentile(0.5) / scale);
            out.number("p99", all.durations.percentile(0.99) / scale);
            out.number("p99.9", all.durations.percentile(0.999) / scale);
            out.number("p99.99", all.durations.percentile(0.9999) / scale);
            out.number("timer", timer_ticks() / scale);
        }
    });
}

} // namespace bench
