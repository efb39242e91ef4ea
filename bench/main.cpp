/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One peer's program: runs one workload on the peer it was compiled for (PEER_HEADER, PEER_NAME).
 *
 * The build compiles this file once for each peer, and the workloads of its suite (SUITE_HEADER)
 * are templates over it, so every peer runs the same loops with its own operations inlined into
 * them. One process measures one workload once: run.py interleaves the peers and repeats. */
#include PEER_HEADER
#include SUITE_HEADER

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

const bench::workload &find(const char *name)
{
    for (const bench::workload &one : bench::suite<peer>) {
        if (strcmp(one.name, name) == 0) {
            return one;
        }
    }
    fprintf(stderr, "lookaside-bench: there is no workload '%s'; there are:", name);
    for (const bench::workload &one : bench::suite<peer>) {
        fprintf(stderr, " %s", one.name);
    }
    fprintf(stderr, "\n");
    exit(2);
}

} // namespace

int main(int argc, char **argv)
{
    bench::parameters wanted = bench::parse(argc, argv);
    const bench::workload &chosen = find(wanted.workload);
    if (chosen.needs == bench::need::threads_to_cross && !peer::crosses_threads) {
        bench::cannot(PEER_NAME, "not synchronised: entries may not cross threads");
    }
    if (chosen.needs == bench::need::many_lists && !peer::many_lists) {
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
