/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* `lookaside demo`: the story of a small driver, in user mode. It keeps a context of 8 bytes for
 * each of its clients on a lookaside list. Four clients come; they go in the order 1, 3, 4, 2; the
 * list's report then shows what WinDbg's !lookaside would. After that the same list works for two
 * threads for a second, and malloc does the same work for comparison. */
#include "tool.h"

#include <lookaside/lookaside.h>

#include <inttypes.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONTEXTS 4u
#define THREADS 2u
#define ROUNDS 5 /* of each side, in turn; together they take about a second of list traffic */
#define ROUND_NS 200000000u
#define BATCH 64u /* contexts a thread has at a time */

struct context {
    uint64_t client;
};

static lookaside_list contexts = LOOKASIDE_LIST_INIT;

static void write_text(void *to, const char *text, size_t length)
{
    fwrite(text, 1, length, to);
}

static void check(lookaside_status status, const char *what)
{
    if (status != LOOKASIDE_OK) {
        tool_fail("%s: %s", what, lookaside_status_message(status));
    }
}

/* ---- Four contexts --------------------------------------------------------------------------- */

static void create_and_remove(void)
{
    static const size_t order[CONTEXTS] = {1, 3, 4, 2};
    struct context *context[CONTEXTS];

    for (size_t i = 0; i < CONTEXTS; i++) {
        context[i] = lookaside_alloc(&contexts);
        if (context[i] == NULL) {
            tool_fail("context %zu could not be allocated", i + 1);
        }
        context[i]->client = i + 1;
    }
    for (size_t i = 0; i < CONTEXTS; i++) {
        if (context[order[i] - 1]->client != order[i]) {
            tool_fail("context %zu holds another client", order[i]);
        }
        lookaside_free(&contexts, context[order[i] - 1]);
    }
}

/* Whether the list counted what the kernel's would have; tells of each figure that differs. */
static bool counted_as_the_kernel(void)
{
    lookaside_statistics seen;
    check(lookaside_query(&contexts, &seen), "the list cannot be asked");
    const struct {
        const char *name;
        uint64_t seen, expected;
    } figures[] = {
        {"Tag", seen.tag, 0x61616262},
        {"Size", seen.size, 8},
        {"Max Depth", seen.depth, 4},
        {"TotalAllocates", seen.total_allocates, 4},
        {"AllocateMisses", seen.allocate_misses, 4},
        {"TotalFrees", seen.total_frees, 4},
        {"FreeMisses", seen.free_misses, 0},
        {"Current Depth", seen.current_depth, 4},
    };
    bool good = true;

    for (size_t i = 0; i < sizeof(figures) / sizeof(figures[0]); i++) {
        if (figures[i].seen != figures[i].expected) {
            fprintf(stderr, "lookaside: %s is %" PRIu64 " and should be %" PRIu64 "\n",
                    figures[i].name, figures[i].seen, figures[i].expected);
            good = false;
        }
    }
    return good;
}

/* ---- Two threads ----------------------------------------------------------------------------- */

struct traffic {
    bool with_list;
    uint64_t pairs; /* allocations and their frees, of all threads */
    double ns;      /* CPU time of a pair */
    bool damaged;
};

struct worker {
    pthread_t thread;
    bool with_list;
    uint64_t pairs;
    uint64_t cpu_ns;
    bool damaged;
};

static uint64_t cpu_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* Takes a batch of contexts, marks each, and gives them back; inline, so that each side is its own
 * loop. */
static inline bool do_batch(bool with_list)
{
    struct context *batch[BATCH];
    bool good = true;

    for (size_t i = 0; i < BATCH; i++) {
        batch[i] = with_list ? lookaside_alloc(&contexts) : malloc(sizeof(struct context));
        if (batch[i] == NULL) {
            tool_fail("out of memory");
        }
        batch[i]->client = i;
    }
    for (size_t i = 0; i < BATCH; i++) {
        good = good && batch[i]->client == i;
        if (with_list) {
            lookaside_free(&contexts, batch[i]);
        } else {
            free(batch[i]);
        }
    }
    return good;
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    uint64_t end = tool_clock() + ROUND_NS;
    uint64_t start = cpu_clock();

    while (tool_clock() < end) {
        for (int i = 0; i < 64; i++) {
            bool good = worker->with_list ? do_batch(true) : do_batch(false);
            worker->damaged = worker->damaged || !good;
        }
        worker->pairs += (uint64_t)64 * BATCH;
    }
    worker->cpu_ns = cpu_clock() - start;
    return NULL;
}

static struct traffic run_traffic(bool with_list)
{
    struct worker workers[THREADS] = {{0}};
    struct traffic traffic = {.with_list = with_list};
    uint64_t cpu_ns = 0;

    for (size_t i = 0; i < THREADS; i++) {
        workers[i].with_list = with_list;
        if (pthread_create(&workers[i].thread, NULL, work, &workers[i]) != 0) {
            tool_fail("cannot make a thread");
        }
    }
    for (size_t i = 0; i < THREADS; i++) {
        pthread_join(workers[i].thread, NULL);
        traffic.pairs += workers[i].pairs;
        traffic.damaged = traffic.damaged || workers[i].damaged;
        cpu_ns += workers[i].cpu_ns;
    }
    traffic.ns = (double)cpu_ns / (double)traffic.pairs;
    return traffic;
}

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return a < b ? -1 : a > b;
}

/* Rounds with the list and with malloc in turn; medians in ns[0] and ns[1]. */
static bool compare(double *ns, uint64_t *pairs)
{
    double rounds[2][ROUNDS];
    bool good = true;

    *pairs = 0;
    for (size_t i = 0; i < ROUNDS; i++) {
        for (size_t side = 0; side < 2; side++) {
            struct traffic traffic = run_traffic(side == 0);
            rounds[side][i] = traffic.ns;
            *pairs += side == 0 ? traffic.pairs : 0;
            good = good && !traffic.damaged;
        }
    }
    for (size_t side = 0; side < 2; side++) {
        qsort(rounds[side], ROUNDS, sizeof(double), by_value);
        ns[side] = rounds[side][ROUNDS / 2];
    }
    return good;
}

/* ---- The story ------------------------------------------------------------------------------- */

static bool tell_driver_story(void)
{
    printf("A driver keeps a context of 8 bytes for each client on a lookaside list with the tag\n"
           "'aabb'. Clients 1 2 3 4 come, and go in the order 1 3 4 2. WinDbg's !lookaside would "
           "say:\n");
    create_and_remove();
    check(lookaside_report(&contexts, write_text, stdout), "no report");
    printf("\nThe four allocations found the list empty (misses, from the backing); the four frees "
           "all\n"
           "found room (hits), so 4 entries wait in the list: the current depth. (WinDbg on x64 "
           "prints\n"
           "0 there; that is a fault of the debugger.)\n");
    return counted_as_the_kernel();
}

static bool tell_traffic_story(void)
{
    double ns[2];
    uint64_t pairs;

    printf("\nNow %u threads use the same list for a second, each taking %u contexts at a time:\n",
           THREADS, BATCH);
    fflush(stdout);
    bool good = compare(ns, &pairs);
    check(lookaside_report(&contexts, write_text, stdout), "no report");
    printf("\nOne allocation and its free, median of %d rounds in turn:\n\n"
           "    lookaside list  %6.2f ns\n    malloc          %6.2f ns    %.1f times as long\n\n",
           ROUNDS, ns[0], ns[1], ns[1] / ns[0]);
    lookaside_statistics seen;
    check(lookaside_query(&contexts, &seen), "the list cannot be asked");
    if (!good) {
        fprintf(stderr, "lookaside: a context changed while it was in use\n");
    }
    if (seen.total_allocates != pairs + CONTEXTS || seen.total_frees != pairs + CONTEXTS) {
        fprintf(stderr,
                "lookaside: the list counted %" PRIu64 " allocations and %" PRIu64
                " frees of %" PRIu64 "\n",
                seen.total_allocates, seen.total_frees, pairs + CONTEXTS);
        good = false;
    }
    if (good) {
        printf("Every one of the %" PRIu64 " allocations is counted, and so is every free.\n",
               pairs + CONTEXTS);
    }
    return good;
}

int demo_command(int argc, char **argv)
{
    tool_no_options(
        argc, argv,
        "Show a lookaside list at work: the story of a small driver, then a second of traffic\n"
        "next to malloc. The exit status is 1 when the list does not count as it should.");
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.tag = LOOKASIDE_TAG('b', 'b', 'a', 'a'); /* what a compiler makes of 'aabb' */
    options.name = "contexts";
    check(lookaside_init(&contexts, sizeof(struct context), LOOKASIDE_PAGED, &options),
          "the list cannot be initialised");
    bool good = tell_driver_story();
    good = tell_traffic_story() && good;
    check(lookaside_destroy(&contexts), "the list cannot be destroyed");
    return good ? 0 : 1;
}
