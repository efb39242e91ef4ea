/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The object that is measured, and the loops over it for the peers of C++. Such a peer has a maker:
 *
 *     class maker {
 *     public:
 *         POINTER make(uint64_t mark);     // owns a bench::object
 *     };
 *
 * and says `using objects = bench::cpp_objects<maker>;`. rust/src/objects.rs has the same for
 * Rust. */
#pragma once

#include "../../dice.hpp"
#include "../../entry.hpp"
#include "../peer.hpp"

#include <vector>

namespace bench {

struct object {
    explicit object(uint64_t mark) : first(mark), between{}, last(~mark) {}

    bool intact(uint64_t mark) const { return first == mark && last == ~mark; }

    uint64_t first;
    uint64_t between[6];
    uint64_t last;
};

template <class Maker> class cpp_objects {
public:
    explicit cpp_objects(size_t count)
    {
        for (size_t i = 0; i < count; i++) {
            live_.push_back(make(i));
        }
    }

    size_t pairs()
    {
        uint64_t mismatches = 0;
        for (uint64_t mark = 0; mark < operations; mark++) {
            owner one = make(mark);
            mismatches += !one->intact(mark);
            one.reset();
            anything_may_happen();
        }
        mismatches_ += mismatches;
        return operations;
    }

    size_t replacements()
    {
        uint64_t mismatches = 0;
        dice rolled = dice_;
        for (size_t i = 0; i < operations; i++) {
            size_t mark = rolled.below(live_.size());
            owner &one = live_[mark];
            mismatches += !one->intact(mark);
            one.reset();
            anything_may_happen();
            one = make(mark);
        }
        dice_ = rolled;
        mismatches_ += mismatches;
        return operations;
    }

    uint64_t mismatches() const
    {
        uint64_t wrong = 0;
        for (size_t mark = 0; mark < live_.size(); mark++) {
            wrong += !live_[mark]->intact(mark);
        }
        return mismatches_ + wrong;
    }

private:
    using owner = decltype(std::declval<Maker &>().make(0));
    static constexpr size_t operations = 1024;

    owner make(uint64_t mark)
    {
        owner one = maker_.make(mark);
        if (__builtin_expect(one == nullptr, 0)) {
            fail("there is no memory for another object");
        }
        anything_may_happen_to(one.get());
        return one;
    }

    Maker maker_;
    std::vector<owner> live_;
    dice dice_{0};
    uint64_t mismatches_ = 0;
};

} // namespace bench
