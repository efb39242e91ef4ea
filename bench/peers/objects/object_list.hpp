/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside::object_list, inline or, with LOOKASIDE_NO_INLINE, through calls into the shared
 * library. */
#pragma once

#include "cpp.hpp"

#include <lookaside/object_list.hpp>

struct peer : bench::peer_defaults {
    class maker {
    public:
        auto make(uint64_t mark) { return list_.make(mark); }

    private:
        lookaside::object_list<bench::object> list_{lookaside::options{}};
    };

    using objects = bench::cpp_objects<maker>;
};
