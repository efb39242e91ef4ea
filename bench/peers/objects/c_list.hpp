/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The C functions on a list of static storage: what the faces of the languages are built on. */
#pragma once

#include "cpp.hpp"

#include <lookaside/lookaside.h>

#include <memory>
#include <new>

struct peer : bench::peer_defaults {
    static inline lookaside_list list = LOOKASIDE_LIST_INIT;

    static void check(lookaside_status status)
    {
        if (status != LOOKASIDE_OK) {
            bench::fail(lookaside_status_message(status));
        }
    }

    struct give_back {
        void operator()(bench::object *one) const { lookaside_free(&list, one); }
    };

    class maker {
    public:
        maker() { check(lookaside_init(&list, sizeof(bench::object), LOOKASIDE_PAGED, nullptr)); }
        ~maker() { check(lookaside_destroy(&list)); }
        maker(const maker &) = delete;
        maker &operator=(const maker &) = delete;

        std::unique_ptr<bench::object, give_back> make(uint64_t mark)
        {
            void *entry = lookaside_alloc(&list);
            return std::unique_ptr<bench::object, give_back>(
                entry == nullptr ? nullptr : new (entry) bench::object(mark));
        }
    };

    using objects = bench::cpp_objects<maker>;
};
