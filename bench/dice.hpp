/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */
#pragma once

#include <cstddef>
#include <cstdint>

namespace bench {

/* Random positions, the same sequence for every peer; a multiplication and an addition each. */
class dice {
public:
    explicit dice(uint64_t seed) : state_(seed * 0x9E3779B97F4A7C15u + 1) {}

    size_t below(size_t limit)
    {
        state_ = state_ * 6364136223846793005u + 1442695040888963407u;
        return static_cast<size_t>(((state_ >> 32) * limit) >> 32);
    }

private:
    uint64_t state_;
};

} // namespace bench
