/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */
#pragma once

#include "../workloads/containers.hpp"
#include "suite.hpp"

namespace bench {

template <class Peer>
constexpr workload suite[] = {
    {"queue", run_queue<Peer>, need::nothing},
    {"map", run_map<Peer>, need::nothing},
    {"hash", run_hash<Peer>, need::nothing},
};

} // namespace bench
