/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One peer's program: runs one workload on the peer it was compiled for (PEER_HEADER, PEER_NAME).
 *
 * The build compiles this file once for each peer, and the workloads are templates over it, so
 * every peer runs the same loops with its own operations inlined into them. One process measures
 * one workload once: run.py interleaves the peers and repeats. */
#include PEER_HEADER

#include "workloads/batch.hpp"
#include "workloads/churn.hpp"
#include "workloads/handover.hpp"
#include "workloads/larson.hpp"
#include "workloads/latency.hpp"
#include "workloads/lists.hpp"
#include "workloads/live.hpp"
#include "workloads/memory.hpp"

#include <cstdio>
#include <cstring>

namespace {

/* What a workload asks of a peer. */
enum needs { nothing, threads_to_cross, many_lists };

struct workload {
    const char *name;
    void (*run)(const bench::parameters &wanted, bench::outcome &out);
    needs need;
};

constexpr workload workloads[] = {
    {"pair", bench::run_pair<peer>, nothing},
    {"batch", bench::run_batch<peer>, nothing},
    {"live", bench::run_live<peer>, nothing},
    {"handover", bench::run_handover<peer>, threads_to_cross},
    {"larson", bench::run_larson<peer>, threads_to_cross},
    {"churn", bench::run_churn<peer>, nothing},
    {"lists", bench::run_lists<peer>, many_lists},
    {"latency", bench::run_latency<peer>, nothing},
    {"burst", bench::run_burst<peer>, nothing},
    {"footprint", bench::run_footprint<peer>, nothing},
    {"idle", bench::run_idle<peer>, many_lists},
};

const workload &find(const char *name)
{
    for (const workload &one : workloads) {
        if (strcmp(one.name, name) == 0) {
            return one;
        }
    }
    fprintf(stderr, "lookaside-bench: there is no workload '%s'; there are:", name);
    for (const workload &one : workloads) {
        fprintf(stderr, " %s", one.name);
    }
    fprintf(stderr, "\n");
    exit(2);
}

} // namespace

int main(int argc, char **argv)
{
    bench::parameters wanted = bench::parse(argc, argv);
    const workload &chosen = find(wanted.workload);
    if (chosen.need == threads_to_cross && !peer::crosses_threads) {
        bench::cannot(PEER_NAME, "not synchronised: entries may not cross threads");
    }
    if (chosen.need == many_lists && !peer::many_lists) {
        bench::cannot(PEER_NAME, "a reference with one list");
    }
    bench::outcome out;
    peer::start(wanted);
    if (wanted.threads > 1) {
        out.number("line_ns", bench::line_latency());
    }
    chosen.run(wanted, out);
    out.print(PEER_NAME);
    return 0;
}
