/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The machine's side of a measurement, see harness.hpp. The options are read by argp; nothing here
 * is inside a timed part, and nothing here allocates while memory is being measured. */
#include "harness.hpp"

#include <argp.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <cinttypes>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>

namespace bench {

namespace {

constexpr argp_option options[] = {
    {"size", 's', "BYTES", 0, "Bytes of an entry, at least 16 (64)", 0},
    {"count", 'c', "N", 0, "Entries of a batch, live entries, lists or threads (256)", 0},
    {"order", 'o', "ORDER", 0, "Free a batch in lifo, fifo or random order (lifo)", 0},
    {"threads", 't', "N", 0, "Threads (1)", 0},
    {"milliseconds", 'm', "N", 0, "How long the timed part runs (20)", 0},
    {nullptr, 0, nullptr, 0, nullptr, 0},
};

unsigned long number_argument(const char *text, unsigned long least, argp_state *state)
{
    char *end = nullptr;
    unsigned long value = strtoul(text, &end, 10);
    if (end == text || *end != '\0' || value < least) {
        argp_error(state, "'%s' is not a number of at least %lu", text, least);
    }
    return value;
}

error_t parse_one(int key, char *text, argp_state *state)
{
    auto *wanted = static_cast<parameters *>(state->input);
    switch (key) {
    case 's':
        wanted->size = number_argument(text, 16, state);
        return 0;
    case 'c':
        wanted->count = number_argument(text, 1, state);
        return 0;
    case 'o':
        wanted->order = text;
        return 0;
    case 't':
        wanted->threads = static_cast<unsigned>(number_argument(text, 1, state));
        return 0;
    case 'm':
        wanted->milliseconds = static_cast<unsigned>(number_argument(text, 1, state));
        return 0;
    case ARGP_KEY_ARG:
        if (wanted->workload != nullptr) {
            argp_error(state, "one workload at a time");
        }
        wanted->workload = text;
        return 0;
    case ARGP_KEY_NO_ARGS:
        argp_usage(state);
        return EINVAL;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

/* The CPUs the program was started on, before anything was tied to one of them. */
const cpu_set_t &start_cpus()
{
    static const cpu_set_t set = [] {
        cpu_set_t now;
        CPU_ZERO(&now);
        if (sched_getaffinity(0, sizeof(now), &now) != 0) {
            fail("the kernel does not say on which CPUs this program may run");
        }
        return now;
    }();
    return set;
}

int nth_cpu(unsigned index)
{
    for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (CPU_ISSET(cpu, &start_cpus()) && index-- == 0) {
            return cpu;
        }
    }
    fail("there are fewer CPUs than threads to place");
}

} // namespace

parameters parse(int argc, char **argv)
{
    parameters wanted;
    start_cpus();
    argp parser = {
        options,    parse_one,
        "WORKLOAD", "Run one workload on one peer and print what was measured as a line of JSON.",
        nullptr,    nullptr,
        nullptr};
    argp_parse(&parser, argc, argv, 0, nullptr, &wanted);
    return wanted;
}

void outcome::number(const char *name, double value)
{
    if (used_ == sizeof(fields_) / sizeof(fields_[0])) {
        fail("a workload has more figures than an outcome can hold");
    }
    fields_[used_++] = {name, value};
}

void outcome::verified(uint64_t operations, uint64_t mismatches)
{
    verified_ += operations;
    mismatches_ += mismatches;
}

void outcome::print(const char *peer) const
{
    printf("{\"peer\": \"%s\", \"verified\": %" PRIu64 ", \"mismatches\": %" PRIu64
           ", \"figures\": {",
           peer, verified_, mismatches_);
    for (size_t i = 0; i < used_; i++) {
        printf("%s\"%s\": ", i == 0 ? "" : ", ", fields_[i].name);
        /* JSON knows no infinity, and 0/0 no number. */
        std::isfinite(fields_[i].value) ? printf("%.6g", fields_[i].value) : printf("null");
    }
    printf("}}\n");
}

void fail(const char *sentence)
{
    fprintf(stderr, "lookaside-bench: %s\n", sentence);
    exit(1);
}

void cannot(const char *peer, const char *why)
{
    printf("{\"peer\": \"%s\", \"cannot\": \"%s\"}\n", peer, why);
    fflush(stdout);
    _exit(0);
}

uint64_t nanoseconds(clockid_t clock)
{
    timespec now;
    clock_gettime(clock, &now);
    return static_cast<uint64_t>(now.tv_sec) * 1000000000u + static_cast<uint64_t>(now.tv_nsec);
}

unsigned cpus()
{
    return static_cast<unsigned>(CPU_COUNT(&start_cpus()));
}

void place(unsigned index, unsigned threads)
{
    cpu_set_t set = start_cpus();
    if (threads <= cpus()) {
        CPU_ZERO(&set);
        CPU_SET(nth_cpu(index), &set);
    }
    pthread_setaffinity_np(pthread_self(), sizeof(set), &set);
}

double line_latency()
{
    constexpr unsigned turns = 20000;
    if (cpus() < 2) {
        return 0;
    }
    alignas(128) static std::atomic<unsigned> turn;
    turn.store(0);
    auto play = [](unsigned index) {
        place(index, 2);
        for (unsigned mine = index; mine < turns; mine += 2) {
            while (turn.load(std::memory_order_acquire) != mine) {
            }
            turn.store(mine + 1, std::memory_order_release);
        }
    };
    uint64_t start = 0;
    uint64_t end = 0;
    std::thread other(play, 1u);
    std::thread self([&] {
        /* The first turns wait for the other thread to start. */
        constexpr unsigned warm = turns / 4;
        place(0, 2);
        for (unsigned mine = 0; mine < turns; mine += 2) {
            if (mine == warm) {
                start = nanoseconds();
            }
            while (turn.load(std::memory_order_acquire) != mine) {
            }
            turn.store(mine + 1, std::memory_order_release);
        }
        end = nanoseconds();
    });
    self.join();
    other.join();
    return static_cast<double>(end - start) / (turns - turns / 4);
}

void touch_and_give_back(size_t bytes)
{
    size_t huge = size_t(2) << 20;
    bytes = (bytes + huge - 1) & ~(huge - 1);
    void *memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory != MAP_FAILED) {
        (void)madvise(memory, bytes, MADV_HUGEPAGE);
        memset(memory, 1, bytes);
        munmap(memory, bytes);
    }
}

/* The figure of a line of smaps_rollup; 0 when there is none. */
static size_t kilobytes(const char *text, const char *label)
{
    const char *line = strstr(text, label);
    return line == nullptr ? 0 : strtoul(line + strlen(label), nullptr, 10);
}

/* Memory of this process's own: the code of programs and libraries, which is paged in as it is
 * first used, does not count. */
size_t resident_bytes()
{
    static char text[4096];
    int file = open("/proc/self/smaps_rollup", O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        fail("/proc/self/smaps_rollup cannot be read; memory is measured with it (Linux 4.14)");
    }
    ssize_t length = read(file, text, sizeof(text) - 1);
    close(file);
    text[length < 0 ? 0 : length] = '\0';
    return kilobytes(text, "Pss_Anon:") * 1024 + kilobytes(text, "Pss_Shmem:") * 1024;
}

} // namespace bench
