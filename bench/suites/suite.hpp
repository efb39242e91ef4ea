/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A suite: workloads that the same peers can run. A peer's program is main.cpp with the header of
 * one peer and the header of one suite, which defines
 *
 *     template <class Peer> constexpr workload suite[] = {{"pair", run_pair<Peer>, ...}, ...};
 *
 * entries      single entries, taken and given back; its peers are in peers/
 * containers   C++ containers whose nodes a peer allocates; in peers/containers/
 * objects      objects made and destroyed as users of a language write it; in peers/objects/ */
#pragma once

#include "../harness.hpp"

namespace bench {

/* What a workload asks of a peer, see peer_defaults. */
enum class need { nothing, threads_to_cross, many_lists };

struct workload {
    const char *name;
    void (*run)(const parameters &wanted, outcome &out);
    need needs;
};

} // namespace bench
