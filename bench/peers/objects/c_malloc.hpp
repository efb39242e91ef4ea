/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* malloc and free of the C library. */
#pragma once

#include "cpp.hpp"

#include <cstdlib>
#include <memory>
#include <new>

struct peer : bench::peer_defaults {
    struct give_back {
        void operator()(bench::object *one) const { free(one); }
    };

    class maker {
    public:
        std::unique_ptr<bench::object, give_back> make(uint64_t mark)
        {
            void *memory = malloc(sizeof(bench::object));
            return std::unique_ptr<bench::object, give_back>(
                memory == nullptr ? nullptr : new (memory) bench::object(mark));
        }
    };

    using objects = bench::cpp_objects<maker>;
};
