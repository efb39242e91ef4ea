/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What every measurement needs of the machine, and no peer: time, CPUs, memory, and a way to tell
 * what was measured. Compiled once and linked into each peer's program. */
#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>

namespace bench {

/* What to measure; each is an option of the program. */
struct parameters {
    const char *workload = nullptr;
    size_t size = 64;           /* bytes of an entry */
    size_t count = 256;         /* entries of a batch, live entries, threads to start, lists ... */
    const char *order = "lifo"; /* in which a batch is freed: lifo, fifo or random */
    unsigned threads = 1;
    unsigned milliseconds = 20; /* how long the timed part runs */
};

/* Reads the command line; explains and exits when it makes no sense. */
parameters parse(int argc, char **argv);

/* What was measured: one line of JSON on standard output, written by print(). */
class outcome {
public:
    void number(const char *name, double value);
    /* Adds the mismatches and operations of a pass with checked contents. */
    void verified(uint64_t operations, uint64_t mismatches);
    void print(const char *peer) const;

private:
    struct field {
        const char *name;
        double value;
    };
    field fields_[16] = {};
    size_t used_ = 0;
    uint64_t verified_ = 0;
    uint64_t mismatches_ = 0;
};

/* Writes the sentence to standard error and ends the program: it cannot go on. */
[[noreturn]] void fail(const char *sentence);

/* Says, in JSON, that this peer cannot run this workload and why, and ends the program. */
[[noreturn]] void cannot(const char *peer, const char *why);

uint64_t nanoseconds(clockid_t clock = CLOCK_MONOTONIC);

/* CPUs this program may run on. */
unsigned cpus();

/* Ties the calling thread to one CPU while there is a CPU for each thread, else to none. */
void place(unsigned index, unsigned threads);

/* Nanoseconds a cache line takes from one CPU to another; 0 with one CPU. Takes a few ms. */
double line_latency();

/* Lets a virtual machine's host back so much memory before it is measured: the first touch of
 * memory that the host has taken back costs several times a page fault, whoever comes first. */
void touch_and_give_back(size_t bytes);

/* Bytes of this program that are in memory now, exactly. */
size_t resident_bytes();

} // namespace bench
