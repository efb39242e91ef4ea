/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* C++ containers in their steady state: `count` elements, and each operation adds one and removes
 * one. Every element lies in a node of its own, so an operation is one allocation and one free,
 * with the container's own work around them.
 *
 * queue  std::list: push at the back, pop at the front.
 * map    std::map: erase a key chosen at random, insert a new one.
 * hash   std::unordered_map, likewise.
 *
 * Each thread has a container of its own; the source of memory is one for all, as a program has
 * it. A peer of these workloads is
 *
 *     struct peer : bench::peer_defaults {
 *         class source {
 *         public:
 *             template <class T> ALLOCATOR<T> allocator();   // for the nodes of a container
 *         };
 *     };
 *
 * Contents are checked as elements leave, and of those that are left at the end: a node that
 * somebody else wrote to is found. */
#pragma once

#include "../crew.hpp"
#include "../dice.hpp"

#include <functional>
#include <list>
#include <map>
#include <unordered_map>
#include <utility>

namespace bench {

template <class Peer> struct container_users {
    explicit container_users(const parameters &from) : wanted(from) {}

    template <class T> auto allocator() { return source.template allocator<T>(); }

    const parameters &wanted;
    typename Peer::source source;
};

/* The types of containers whose memory the peer allocates. */
template <class Peer> struct containers {
    template <class T>
    using allocator = decltype(std::declval<typename Peer::source &>().template allocator<T>());
    using pair = std::pair<const uint64_t, uint64_t>;

    using queue = std::list<uint64_t, allocator<uint64_t>>;
    using map = std::map<uint64_t, uint64_t, std::less<uint64_t>, allocator<pair>>;
    using hash = std::unordered_map<uint64_t, uint64_t, std::hash<uint64_t>,
                                    std::equal_to<uint64_t>, allocator<pair>>;
};

constexpr size_t container_operations = 256; /* of a step */

/* The elements are numbers in sequence. */
template <class Peer> class queue_worker {
public:
    queue_worker(container_users<Peer> &all, unsigned)
        : count_(all.wanted.count), queue_(all.template allocator<uint64_t>())
    {
        while (next_ < count_) {
            queue_.push_back(next_++);
        }
    }

    size_t step()
    {
        for (size_t i = 0; i < container_operations; i++) {
            queue_.push_back(next_++);
            mismatches_ += queue_.front() != next_ - 1 - count_;
            queue_.pop_front();
            anything_may_happen();
        }
        return container_operations;
    }

    void measure_begins() {}

    uint64_t mismatches() const
    {
        uint64_t expected = next_ - count_;
        uint64_t wrong = queue_.size() != count_;
        for (uint64_t element : queue_) {
            wrong += element != expected++;
        }
        return mismatches_ + wrong;
    }

private:
    size_t count_;
    uint64_t next_ = 0;
    uint64_t mismatches_ = 0;
    typename containers<Peer>::queue queue_;
};

/* Keys without an order that a tree could profit from, none twice: a one-to-one mixture of the bits
 * of the numbers in sequence. */
class key_sequence {
public:
    uint64_t next()
    {
        uint64_t key = ++last_;
        key = (key ^ (key >> 30)) * 0xBF58476D1CE4E5B9u;
        key = (key ^ (key >> 27)) * 0x94D049BB133111EBu;
        return key ^ (key >> 31);
    }

private:
    uint64_t last_ = 0;
};

/* The value of each key is its complement. */
template <class Map> class replacing_worker {
public:
    template <class Peer>
    replacing_worker(container_users<Peer> &all, unsigned index)
        : map_(all.template allocator<typename Map::value_type>()), keys_(all.wanted.count),
          dice_(index)
    {
        for (uint64_t &key : keys_) {
            key = sequence_.next();
            map_.emplace(key, ~key);
        }
    }

    size_t step()
    {
        for (size_t i = 0; i < container_operations; i++) {
            uint64_t &key = keys_[dice_.below(keys_.size())];
            auto found = map_.find(key);
            if (found == map_.end() || found->second != ~key) {
                mismatches_++;
            } else {
                map_.erase(found);
            }
            key = sequence_.next();
            map_.emplace(key, ~key);
            anything_may_happen();
        }
        return container_operations;
    }

    void measure_begins() {}

    uint64_t mismatches() const
    {
        uint64_t wrong = map_.size() != keys_.size();
        for (uint64_t key : keys_) {
            auto found = map_.find(key);
            wrong += found == map_.end() || found->second != ~key;
        }
        return mismatches_ + wrong;
    }

private:
    Map map_;
    std::vector<uint64_t> keys_;
    key_sequence sequence_;
    dice dice_;
    uint64_t mismatches_ = 0;
};

template <class Peer, class Worker> void run_containers(const parameters &wanted, outcome &out)
{
    container_users<Peer> users(wanted);
    crew<Peer, Worker, container_users<Peer>> all(users, wanted.threads);
    crew_outcome result = all.run(wanted.milliseconds);
    out.number("ns", result.each(lanes(wanted.threads)));
    out.verified(result.all, result.mismatches);
}

template <class Peer> void run_queue(const parameters &wanted, outcome &out)
{
    run_containers<Peer, queue_worker<Peer>>(wanted, out);
}

template <class Peer> void run_map(const parameters &wanted, outcome &out)
{
    run_containers<Peer, replacing_worker<typename containers<Peer>::map>>(wanted, out);
}

template <class Peer> void run_hash(const parameters &wanted, outcome &out)
{
    run_containers<Peer, replacing_worker<typename containers<Peer>::hash>>(wanted, out);
}

} // namespace bench
