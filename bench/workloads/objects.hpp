/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Objects made and destroyed as users of a language write it: memory, constructor, destructor,
 * memory.
 *
 * object   make one, destroy it.
 * objects  `count` live; one, chosen at random, is destroyed and another made in its place.
 *
 * An object has 64 bytes, all of which its constructor writes, and is checked at both ends before
 * it is destroyed. A peer of these workloads is
 *
 *     struct peer : bench::peer_defaults {
 *         class objects {
 *         public:
 *             explicit objects(size_t count);  // makes so many; they live as long as it does
 *             size_t pairs();                  // some operations of `object`; returns how many
 *             size_t replacements();           // some operations of `objects`
 *             uint64_t mismatches() const;
 *         };
 *     };
 *
 * For C++ peers/objects/cpp.hpp has the loops; other languages repeat them. */
#pragma once

#include "../crew.hpp"

namespace bench {

template <class Peer> class object_worker {
public:
    object_worker(const parameters &wanted, unsigned) : objects_(wanted.count) {}

    size_t step() { return objects_.pairs(); }
    void measure_begins() {}
    uint64_t mismatches() const { return objects_.mismatches(); }

private:
    typename Peer::objects objects_;
};

template <class Peer> class objects_worker {
public:
    objects_worker(const parameters &wanted, unsigned) : objects_(wanted.count) {}

    size_t step() { return objects_.replacements(); }
    void measure_begins() {}
    uint64_t mismatches() const { return objects_.mismatches(); }

private:
    typename Peer::objects objects_;
};

template <class Peer, class Worker> void run_one_thread(const parameters &wanted, outcome &out)
{
    if (wanted.threads != 1) {
        fail("this workload has one thread");
    }
    crew<Peer, Worker, const parameters> all(wanted, 1);
    crew_outcome result = all.run(wanted.milliseconds);
    out.number("ns", result.each(1));
    out.verified(result.all, result.mismatches);
}

template <class Peer> void run_object(const parameters &wanted, outcome &out)
{
    run_one_thread<Peer, object_worker<Peer>>(wanted, out);
}

template <class Peer> void run_objects(const parameters &wanted, outcome &out)
{
    run_one_thread<Peer, objects_worker<Peer>>(wanted, out);
}

} // namespace bench
