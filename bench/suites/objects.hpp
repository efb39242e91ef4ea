/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */
#pragma once

#include "../workloads/objects.hpp"
#include "suite.hpp"

namespace bench {

template <class Peer>
constexpr workload suite[] = {
    {"object", run_object<Peer>, need::nothing},
    {"objects", run_objects<Peer>, need::nothing},
};

} // namespace bench
