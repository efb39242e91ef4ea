/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Memory: what a burst costs and leaves behind, what live entries cost, what idle lists and
 * threads cost. All by the resident memory of this process, which is why each peer's process
 * measures one thing and ends.
 *
 * burst      `count` entries out for the first time (cold), all back in the same order, then the
 *            mean of three warm rounds, then a trim where the peer has one.
 * footprint  `count` live entries: resident bytes beyond their own, in percent.
 * idle       `count` lists that nobody uses, then used once; 64 threads that used one list once. */
#pragma once

#include "one_list.hpp"

#include <condition_variable>
#include <mutex>

namespace bench {

/* Resident bytes since it was made. */
class growth {
public:
    double bytes() const
    {
        size_t now = resident_bytes();
        return now > start_ ? static_cast<double>(now - start_) : 0;
    }

private:
    size_t start_ = resident_bytes();
};

/* This thread's CPU time: there is one thread, and other programs shall not count. */
inline uint64_t cpu_nanoseconds()
{
    return nanoseconds(CLOCK_THREAD_CPUTIME_ID);
}

/* Entries out and back; ns for each. */
template <class Peer, class Mark> class burst_round {
public:
    burst_round(typename Peer::list &list, size_t size, std::vector<void *> &entries)
        : own_(list, size), entries_(entries)
    {
    }

    double out(uint64_t start)
    {
        for (size_t i = 0; i < entries_.size(); i++) {
            entries_[i] = own_.take(i);
        }
        return each(start);
    }

    double back()
    {
        uint64_t start = cpu_nanoseconds();
        for (size_t i = 0; i < entries_.size(); i++) {
            own_.give_back(entries_[i], i);
        }
        return each(start);
    }

    uint64_t mismatches() const { return own_.mismatches(); }

private:
    double each(uint64_t start) const
    {
        return static_cast<double>(cpu_nanoseconds() - start) /
               static_cast<double>(entries_.size());
    }

    user<Peer, Mark> own_;
    std::vector<void *> &entries_;
};

template <class Peer> void run_burst(const parameters &wanted, outcome &out)
{
    touch_and_give_back(4 * wanted.count * wanted.size);
    std::vector<void *> entries(wanted.count, &entries); /* touched before memory is measured */
    place(0, 1);
    growth since;
    uint64_t start = cpu_nanoseconds();
    typename Peer::list list(wanted.size, wanted.count);
    burst_round<Peer, mark_first_word> timed(list, wanted.size, entries);
    double out_cold = timed.out(start);
    double peak = since.bytes();
    double back_cold = timed.back();
    out.number("cold", out_cold + back_cold);
    out.number("out_cold", out_cold);
    out.number("back_cold", back_cold);
    out.number("peak_mb", peak / 1e6);
    out.number("kept_percent", 100 * since.bytes() / peak);
    constexpr size_t warm_rounds = 3;
    double out_warm = 0;
    double back_warm = 0;
    for (size_t i = 0; i < warm_rounds; i++) {
        out_warm += timed.out(cpu_nanoseconds()) / warm_rounds;
        back_warm += timed.back() / warm_rounds;
    }
    out.number("warm", out_warm + back_warm);
    out.number("out_warm", out_warm);
    out.number("back_warm", back_warm);
    if (list.trim()) {
        out.number("kept_trimmed_percent", 100 * since.bytes() / peak);
    }
    burst_round<Peer, mark_both_ends> checked(list, wanted.size, entries);
    checked.out(cpu_nanoseconds());
    checked.back();
    out.verified(5 * wanted.count, timed.mismatches() + checked.mismatches());
}

template <class Peer> void run_footprint(const parameters &wanted, outcome &out)
{
    std::vector<void *> entries(wanted.count, &entries);
    growth since;
    typename Peer::list list(wanted.size, wanted.count);
    burst_round<Peer, mark_both_ends> only(list, wanted.size, entries);
    only.out(cpu_nanoseconds());
    double packed = static_cast<double>(wanted.count * wanted.size);
    out.number("overhead_percent", 100 * (since.bytes() / packed - 1));
    only.back();
    out.verified(wanted.count, only.mismatches());
}

/* Threads that wait, then all do something, then wait again. */
template <class Peer> class waiting_threads {
public:
    waiting_threads(unsigned count, typename Peer::list &list, size_t size)
    {
        for (unsigned i = 0; i < count; i++) {
            threads_.emplace_back([this, &list, size] { live(list, size); });
        }
        reach(1);
    }

    ~waiting_threads()
    {
        tell(2);
        for (std::thread &thread : threads_) {
            thread.join();
        }
    }

    waiting_threads(const waiting_threads &) = delete;
    waiting_threads &operator=(const waiting_threads &) = delete;

    void use_the_list()
    {
        tell(1);
        reach(2);
    }

    uint64_t mismatches() const { return mismatches_; }

private:
    void live(typename Peer::list &list, size_t size)
    {
        touch_stack();
        arrive_and_wait(1);
        typename Peer::thread registration;
        user<Peer, mark_both_ends> own(list, size);
        own.give_back(own.take(1), 1);
        std::unique_lock<std::mutex> hold(lock_);
        mismatches_ += own.mismatches();
        hold.unlock();
        arrive_and_wait(2);
    }

    /* The stack that the peer's calls need is not the peer's memory. */
    __attribute__((noinline)) static void touch_stack()
    {
        volatile char stack[32768];
        for (size_t i = 0; i < sizeof(stack); i += 1024) {
            stack[i] = 0;
        }
    }

    void arrive_and_wait(unsigned stage)
    {
        std::unique_lock<std::mutex> hold(lock_);
        arrived_++;
        changed_.notify_all();
        changed_.wait(hold, [&] { return told_ >= stage; });
    }

    void reach(unsigned stage)
    {
        std::unique_lock<std::mutex> hold(lock_);
        changed_.wait(hold, [&] { return arrived_ == stage * threads_.size(); });
    }

    void tell(unsigned stage)
    {
        std::lock_guard<std::mutex> hold(lock_);
        told_ = stage;
        changed_.notify_all();
    }

    std::vector<std::thread> threads_;
    std::mutex lock_;
    std::condition_variable changed_;
    size_t arrived_ = 0;
    unsigned told_ = 0;
    uint64_t mismatches_ = 0;
};

template <class Peer> void run_idle(const parameters &wanted, outcome &out)
{
    std::vector<std::unique_ptr<typename Peer::list>> lists(wanted.count);
    double count = static_cast<double>(wanted.count);
    growth since;
    for (auto &list : lists) {
        list = std::make_unique<typename Peer::list>(wanted.size, 1);
    }
    out.number("list_bytes", since.bytes() / count);
    uint64_t mismatches = 0;
    for (auto &list : lists) {
        user<Peer, mark_both_ends> own(*list, wanted.size);
        own.give_back(own.take(1), 1);
        mismatches += own.mismatches();
    }
    out.number("used_list_bytes", since.bytes() / count);
    out.verified(wanted.count, mismatches);
    if (Peer::crosses_threads) {
        waiting_threads<Peer> threads(wanted.threads, *lists[0], wanted.size);
        growth with_threads;
        threads.use_the_list();
        out.number("thread_bytes", with_threads.bytes() / wanted.threads);
        out.verified(wanted.threads, threads.mismatches());
    }
}

} // namespace bench
