/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Producer and consumer: one thread takes entries, the other gives them back. They meet in a ring;
 * `count` entries are handed over at a time. The first thread of the crew produces, the second
 * consumes and counts; the figure is ns on the clock for each entry that went through. */
#pragma once

#include "../clock.hpp"
#include "one_list.hpp"

#include <sched.h>

namespace bench {

/* A ring for one producer and one consumer. Each keeps a copy of the other's position and looks
 * at the original only when the copy says that there is nothing to do. */
class handover_ring {
public:
    static constexpr uint64_t slots = 1024;

    /* Producer: is there room for `count` more entries? */
    bool room(uint64_t count)
    {
        if (produced_ + count - seen_consumed_ > slots) {
            seen_consumed_ = consumed_.load(std::memory_order_acquire);
        }
        return produced_ + count - seen_consumed_ <= slots;
    }

    void put(uint64_t offset, void *entry) { entries_[(produced_ + offset) % slots] = entry; }

    void publish(uint64_t count)
    {
        produced_ += count;
        published_.store(produced_, std::memory_order_release);
    }

    /* Consumer: are there `count` entries? */
    bool ready(uint64_t count)
    {
        if (seen_published_ - taken_ < count) {
            seen_published_ = published_.load(std::memory_order_acquire);
        }
        return seen_published_ - taken_ >= count;
    }

    void *get(uint64_t offset) const { return entries_[(taken_ + offset) % slots]; }

    void release(uint64_t count)
    {
        taken_ += count;
        consumed_.store(taken_, std::memory_order_release);
    }

    uint64_t produced() const { return produced_; }
    uint64_t taken() const { return taken_; }

private:
    alignas(128) uint64_t produced_ = 0; /* the producer's */
    uint64_t seen_consumed_ = 0;
    alignas(128) uint64_t taken_ = 0; /* the consumer's */
    uint64_t seen_published_ = 0;
    alignas(128) std::atomic<uint64_t> published_{0};
    alignas(128) std::atomic<uint64_t> consumed_{0};
    alignas(128) void *entries_[slots] = {};
};

template <class Peer> struct handover_pair {
    explicit handover_pair(one_list<Peer> &all) : shared(all) {}
    one_list<Peer> &shared;
    handover_ring ring;
};

/* The mark of an entry is its place in the whole sequence. */
template <class Peer, class Mark> class handover_worker {
public:
    handover_worker(handover_pair<Peer> &both, unsigned index)
        : list_(both.shared.list_of(index)), size_(both.shared.wanted.size),
          count_(both.shared.wanted.count), ring_(both.ring), produces_(index == 0)
    {
    }

    size_t step()
    {
        constexpr size_t most = 128;
        user<Peer, Mark> own(list_, size_);
        size_t done = 0;
        while (done < most &&
               patient([&] { return produces_ ? ring_.room(count_) : ring_.ready(count_); })) {
            produces_ ? produce(own) : consume(own);
            done += count_;
        }
        mismatches_ += own.mismatches();
        return produces_ ? 0 : done;
    }

    /* What the consumer left in the ring. */
    uint64_t drain()
    {
        user<Peer, Mark> own(list_, size_);
        uint64_t left = ring_.produced() - ring_.taken();
        for (; ring_.ready(1); ring_.release(1)) {
            own.give_back(ring_.get(0), ring_.taken());
        }
        mismatches_ += own.mismatches();
        return left;
    }

    void measure_begins() {}
    uint64_t mismatches() const { return mismatches_; }

private:
    /* Waits a little; then yields and lets the crew see whether it should stop. */
    template <class Condition> static bool patient(Condition condition)
    {
        constexpr unsigned looks = 100;
        for (unsigned i = 0; i < looks; i++) {
            if (condition()) {
                return true;
            }
            pause();
        }
        sched_yield();
        return false;
    }

    void produce(user<Peer, Mark> &own)
    {
        for (size_t i = 0; i < count_; i++) {
            ring_.put(i, own.take(ring_.produced() + i));
        }
        ring_.publish(count_);
    }

    void consume(user<Peer, Mark> &own)
    {
        for (size_t i = 0; i < count_; i++) {
            own.give_back(ring_.get(i), ring_.taken() + i);
        }
        ring_.release(count_);
    }

    typename Peer::list &list_;
    size_t size_;
    size_t count_;
    handover_ring &ring_;
    bool produces_;
    uint64_t mismatches_ = 0;
};

template <class Peer> void run_handover(const parameters &wanted, outcome &out)
{
    if (wanted.threads != 2 || wanted.count > handover_ring::slots / 2) {
        fail("a hand-over needs --threads=2 and a --count of at most 512");
    }
    one_list<Peer> shared(wanted, handover_ring::slots);
    timed_then_verified(wanted, [&](auto mark, unsigned milliseconds, bool timed) {
        using worker = handover_worker<Peer, decltype(mark)>;
        auto both = std::make_unique<handover_pair<Peer>>(shared);
        crew<Peer, worker, handover_pair<Peer>> all(*both, wanted.threads);
        crew_outcome result = all.run(milliseconds);
        worker rest(*both, 1);
        uint64_t drained = rest.drain();
        out.verified(result.all + drained, result.mismatches + rest.mismatches());
        if (timed) {
            out.number("ns", result.each(1));
        }
    });
}

} // namespace bench
