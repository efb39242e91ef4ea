/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A crew: threads that all do the steps of one workload, warmed up and then timed together.
 *
 * A Worker is made in its thread, where it fills its part of the live set; step() does some
 * hundreds of operations and says how many; measure_begins() is told when the warm-up is over.
 * The main thread sleeps while the crew works and reads the clock and the sum of the operations
 * at the same two moments: what a crew reports is throughput, not a chosen best. The clock of a
 * crew of one is its thread's CPU time, so that other programs on the machine do not count;
 * several threads wait for each other, which only the wall clock sees. */
#pragma once

#include "entry.hpp"

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <thread>
#include <vector>

namespace bench {

enum class phase : int { gather, warm, measure, stop };

struct crew_outcome {
    double nanoseconds = 0;  /* between begin and end of the measured phase */
    uint64_t operations = 0; /* in the measured phase */
    uint64_t all = 0;        /* with the warm-up */
    uint64_t mismatches = 0;

    /* Nanoseconds of one CPU for one operation; infinite when the time was too short for one. */
    double each(unsigned lanes) const
    {
        return nanoseconds * lanes / static_cast<double>(operations);
    }
};

/* How many threads of a crew run at the same time. */
inline unsigned lanes(unsigned threads)
{
    return threads < cpus() ? threads : cpus();
}

template <class Peer, class Worker, class Shared> class crew {
public:
    crew(Shared &shared, unsigned threads) : shared_(shared), seats_(threads) {}

    crew_outcome run(unsigned milliseconds)
    {
        std::vector<std::thread> threads;
        for (unsigned i = 0; i < seats_.size(); i++) {
            threads.emplace_back([this, i] { work(i); });
        }
        while (gathered_.load() < seats_.size()) {
            std::this_thread::sleep_for(std::chrono::microseconds(100));
        }
        crew_outcome outcome;
        pass(phase::warm, 1 + milliseconds / 4);
        clockid_t clock = threads.size() == 1 ? cpu_clock(threads[0]) : CLOCK_MONOTONIC;
        uint64_t before = operations();
        uint64_t start = nanoseconds(clock);
        pass(phase::measure, milliseconds);
        outcome.operations = operations() - before;
        outcome.nanoseconds = static_cast<double>(nanoseconds(clock) - start);
        phase_.store(phase::stop);
        for (std::thread &thread : threads) {
            thread.join();
        }
        outcome.all = operations();
        outcome.mismatches = mismatches_.load();
        return outcome;
    }

private:
    /* Written by its worker alone, a cache line away from the others. */
    struct alignas(128) seat {
        std::atomic<uint64_t> operations{0};
    };

    static clockid_t cpu_clock(std::thread &thread)
    {
        clockid_t clock;
        return pthread_getcpuclockid(thread.native_handle(), &clock) == 0 ? clock : CLOCK_MONOTONIC;
    }

    void pass(phase next, unsigned milliseconds)
    {
        phase_.store(next);
        std::this_thread::sleep_for(std::chrono::milliseconds(milliseconds));
    }

    uint64_t operations() const
    {
        uint64_t sum = 0;
        for (const seat &one : seats_) {
            sum += one.operations.load(std::memory_order_relaxed);
        }
        return sum;
    }

    void work(unsigned index)
    {
        place(index, static_cast<unsigned>(seats_.size()));
        typename Peer::thread registration;
        Worker worker(shared_, index);
        gathered_.fetch_add(1);
        while (phase_.load() == phase::gather) {
            std::this_thread::yield();
        }
        do_steps(worker, seats_[index], phase::warm);
        worker.measure_begins();
        do_steps(worker, seats_[index], phase::measure);
        mismatches_.fetch_add(worker.mismatches());
    }

    void do_steps(Worker &worker, seat &own, phase during)
    {
        while (phase_.load(std::memory_order_relaxed) == during) {
            size_t done = worker.step();
            own.operations.store(own.operations.load(std::memory_order_relaxed) + done,
                                 std::memory_order_relaxed);
        }
    }

    Shared &shared_;
    std::vector<seat> seats_;
    alignas(128) std::atomic<phase> phase_{phase::gather};
    std::atomic<size_t> gathered_{0};
    std::atomic<uint64_t> mismatches_{0};
};

/* Times a workload, then repeats it briefly with the contents checked at both ends. Measure is
 * called as measure(mark, milliseconds, timed) with a mark from entry.hpp. */
template <class Measure> void timed_then_verified(const parameters &wanted, Measure measure)
{
    constexpr unsigned verify_milliseconds = 2;
    measure(mark_first_word(), wanted.milliseconds, true);
    measure(mark_both_ends(), verify_milliseconds, false);
}

} // namespace bench
