/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A peer that builds every second object where the one before it lives. The smoke test runs it to
 * see that the workloads notice. */
#pragma once

#include "cpp.hpp"

#include <memory>

struct peer : bench::peer_defaults {
    class maker {
    public:
        std::shared_ptr<bench::object> make(uint64_t mark)
        {
            std::shared_ptr<bench::object> again = std::move(last_);
            if (again == nullptr) {
                last_ = std::make_shared<bench::object>(mark);
                return last_;
            }
            *again = bench::object(mark);
            return again;
        }

    private:
        std::shared_ptr<bench::object> last_;
    };

    using objects = bench::cpp_objects<maker>;
};
