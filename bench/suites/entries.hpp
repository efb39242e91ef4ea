/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */
#pragma once

#include "../workloads/batch.hpp"
#include "../workloads/churn.hpp"
#include "../workloads/handover.hpp"
#include "../workloads/larson.hpp"
#include "../workloads/latency.hpp"
#include "../workloads/lists.hpp"
#include "../workloads/live.hpp"
#include "../workloads/memory.hpp"
#include "suite.hpp"

namespace bench {

template <class Peer>
constexpr workload suite[] = {
    {"pair", run_pair<Peer>, need::nothing},
    {"batch", run_batch<Peer>, need::nothing},
    {"live", run_live<Peer>, need::nothing},
    {"handover", run_handover<Peer>, need::threads_to_cross},
    {"larson", run_larson<Peer>, need::threads_to_cross},
    {"churn", run_churn<Peer>, need::nothing},
    {"lists", run_lists<Peer>, need::many_lists},
    {"latency", run_latency<Peer>, need::nothing},
    {"burst", run_burst<Peer>, need::nothing},
    {"footprint", run_footprint<Peer>, need::nothing},
    {"idle", run_idle<Peer>, need::many_lists},
};

} // namespace bench
