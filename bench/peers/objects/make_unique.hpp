/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* new and delete, as std::make_unique calls them. */
#pragma once

#include "cpp.hpp"

#include <memory>

struct peer : bench::peer_defaults {
    class maker {
    public:
        std::unique_ptr<bench::object> make(uint64_t mark)
        {
            return std::make_unique<bench::object>(mark);
        }
    };

    using objects = bench::cpp_objects<maker>;
};
