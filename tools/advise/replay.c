/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A replay runs in a forked child, so that it finds a fresh heap, a broken promise there does not
 * take the tool with it, and a program that had one thread is replayed with one (malloc is faster
 * then).
 *
 * The child does the steps of the chosen rows round after round, with malloc and with lists in
 * turn. Each lane is a thread; the first is the child's own. A free of a block that another lane
 * allocates waits until the block is there: its slot holds NULL before, is filled with release and
 * read with acquire. Rounds begin and end together, with all blocks given back outside the measured
 * time.
 *
 * Each allocation writes the block's first word, as nearly every program does, and each free checks
 * it. Zeroed blocks come from calloc, and from a list with a memset. What is measured is the CPU
 * time of each lane, added up. A third side does the same steps with blocks that are simply there:
 * its time, of the quickest round, is the replay's own and is taken off the medians of the other
 * two. */
#include "replay.h"

#include "../tool.h"
#include "replay_script.h"

#include <lookaside/lookaside.h>

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 5
#define STEPS_OF_A_ROUND 200000u /* a shorter script is repeated */
#define MOST_REPEATS 200u
#define PRETENDED 64u        /* blocks of a lane that are simply there; a power of two */
#define LONGEST_SECONDS 300u /* a child that takes longer is given up */

enum side { WITH_NOTHING, WITH_MALLOC, WITH_LISTS, SIDES };

/* What a child tells its parent, in shared memory. */
struct outcome {
    uint64_t damaged; /* blocks whose first word had changed */
    uint64_t failed;  /* allocations that got nothing */
    uint64_t hits;
    double ns[SIDES][ROUNDS]; /* of one repeat */
};

struct pretended {
    uint64_t words[PRETENDED][2];
};

struct replay {
    const struct replay_script *script;
    struct pretended *pretended; /* of each lane */
    lookaside_list *lists;
    void **slots;
    struct outcome *outcome;
    pthread_barrier_t barrier;
    enum side side;
    uint32_t repeats;
    uint64_t clock_cost; /* ns */
    _Atomic uint64_t ns; /* of all lanes in this round */
    bool last;
};

struct worker {
    struct replay *replay;
    size_t lane;
};

static uint64_t cpu_clock(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* What two readings of the clock show when nothing happens between them: the least of many. */
static uint64_t clock_cost(void)
{
    uint64_t least = UINT64_MAX;

    for (int i = 0; i < 100; i++) {
        uint64_t start = cpu_clock();
        uint64_t cost = cpu_clock() - start;
        least = cost < least ? cost : least;
    }
    return least;
}

/* ---- One lane ---------------------------------------------------------------------------------- */

static inline void *take(struct replay *replay, struct step step, size_t lane, enum side side)
{
    size_t size = replay->script->sizes[step.row];

    if (side == WITH_NOTHING) {
        return replay->pretended[lane].words[step.slot % PRETENDED];
    }
    if (side == WITH_MALLOC) {
        return step.zeroed ? calloc(1, size) : malloc(size);
    }
    void *block = lookaside_alloc(&replay->lists[step.row]);
    return block != NULL && step.zeroed ? memset(block, 0, size) : block;
}

static inline void give(struct replay *replay, struct step step, void *block, enum side side)
{
    if (side == WITH_MALLOC) {
        free(block);
    } else if (side == WITH_LISTS) {
        lookaside_free(&replay->lists[step.row], block);
    }
}

/* Waits until the other lane has allocated the block. */
static void *await(void **slot)
{
    void *block;

    while ((block = __atomic_load_n(slot, __ATOMIC_ACQUIRE)) == NULL) {
        sched_yield();
    }
    return block;
}

static inline void allocate_step(struct replay *replay, struct step step, size_t lane,
                                 enum side side)
{
    void **slot = &replay->slots[step.slot];
    uint64_t *block = take(replay, step, lane, side);

    if (__builtin_expect(block == NULL, 0)) {
        __atomic_fetch_add(&replay->outcome->failed, 1, __ATOMIC_RELAXED);
        tool_fail("an allocation failed in the replay");
    }
    *block = step.slot;
    if (step.shared) {
        __atomic_store_n(slot, block, __ATOMIC_RELEASE);
    } else {
        *slot = block;
    }
}

static inline void free_step(struct replay *replay, struct step step, enum side side)
{
    void **slot = &replay->slots[step.slot];
    uint64_t *block = step.shared ? await(slot) : *slot;

    if (__builtin_expect(*block != step.slot, 0) && side != WITH_NOTHING) {
        __atomic_fetch_add(&replay->outcome->damaged, 1, __ATOMIC_RELAXED);
    }
    if (step.shared) {
        *slot = NULL; /* for the next repeat, which begins at a barrier */
    }
    give(replay, step, block, side);
}

/* One function for each side, so that the compiler can drop the other side's code. */
static inline __attribute__((always_inline)) void run_steps(struct replay *replay, size_t lane,
                                                            enum side side)
{
    const struct lane *steps = &replay->script->lanes[lane];

    for (size_t i = 0; i < steps->count; i++) {
        struct step step = steps->steps[i];
        if (step.is_free) {
            free_step(replay, step, side);
        } else {
            allocate_step(replay, step, lane, side);
        }
    }
}

static __attribute__((noinline)) void run_with_nothing(struct replay *replay, size_t lane)
{
    run_steps(replay, lane, WITH_NOTHING);
}

static __attribute__((noinline)) void run_with_malloc(struct replay *replay, size_t lane)
{
    run_steps(replay, lane, WITH_MALLOC);
}

static __attribute__((noinline)) void run_with_lists(struct replay *replay, size_t lane)
{
    run_steps(replay, lane, WITH_LISTS);
}

/* Frees what the recorded program never freed. */
static void free_leftovers(struct replay *replay, size_t lane)
{
    const struct lane *leftovers = &replay->script->leftovers[lane];

    for (size_t i = 0; i < leftovers->count; i++) {
        free_step(replay, leftovers->steps[i], replay->side);
    }
}

static void run_lane(struct replay *replay, size_t lane)
{
    static void (*const run[SIDES])(struct replay *, size_t) = {run_with_nothing, run_with_malloc,
                                                                run_with_lists};
    uint64_t ns = 0;

    for (uint32_t i = 0; i < replay->repeats; i++) {
        pthread_barrier_wait(&replay->barrier);
        uint64_t start = cpu_clock();
        run[replay->side](replay, lane);
        uint64_t took = cpu_clock() - start;
        ns += took > replay->clock_cost ? took - replay->clock_cost : 0;
        pthread_barrier_wait(&replay->barrier);
        free_leftovers(replay, lane);
    }
    atomic_fetch_add(&replay->ns, ns);
}

static void *work(void *argument)
{
    struct worker *worker = argument;
    struct replay *replay = worker->replay;

    for (;;) {
        pthread_barrier_wait(&replay->barrier);
        if (replay->last) {
            return NULL;
        }
        run_lane(replay, worker->lane);
        pthread_barrier_wait(&replay->barrier);
    }
}

/* ---- The child --------------------------------------------------------------------------------- */

/* One round of all lanes; returns the CPU time of one repeat. */
static double run_round(struct replay *replay, enum side side, uint32_t repeats)
{
    replay->side = side;
    replay->repeats = repeats;
    atomic_store(&replay->ns, 0);
    pthread_barrier_wait(&replay->barrier);
    run_lane(replay, 0);
    pthread_barrier_wait(&replay->barrier);
    return (double)atomic_load(&replay->ns) / repeats;
}

static uint64_t count_hits(const struct replay *replay)
{
    uint64_t hits = 0;

    for (size_t i = 0; i < replay->script->row_count; i++) {
        lookaside_statistics statistics;
        lookaside_status status = lookaside_query(&replay->lists[i], &statistics);
        if (status != LOOKASIDE_OK) {
            tool_fail("a list cannot be asked: %s", lookaside_status_message(status));
        }
        /* A list may take more from its backing at once than was asked for. */
        if (statistics.total_allocates > statistics.allocate_misses) {
            hits += statistics.total_allocates - statistics.allocate_misses;
        }
    }
    return hits;
}

/* The first round of each side is cold: it fills the heap and the lists, and tells the hit rate. */
static void measure(struct replay *replay)
{
    uint64_t steps = replay->script->step_count;
    uint64_t repeats = steps < STEPS_OF_A_ROUND ? STEPS_OF_A_ROUND / (steps + 1) + 1 : 1;

    if (repeats > MOST_REPEATS) {
        repeats = MOST_REPEATS;
    }
    for (enum side side = 0; side < SIDES; side++) {
        run_round(replay, side, 1);
    }
    replay->outcome->hits = count_hits(replay);
    for (size_t i = 0; i < ROUNDS; i++) {
        for (enum side side = 0; side < SIDES; side++) {
            replay->outcome->ns[side][i] = run_round(replay, side, (uint32_t)repeats);
        }
    }
}

static void begin_lists(struct replay *replay)
{
    replay->lists = tool_allocate(replay->script->row_count, sizeof(*replay->lists));
    for (size_t i = 0; i < replay->script->row_count; i++) {
        lookaside_status status =
            lookaside_init(&replay->lists[i], replay->script->sizes[i], LOOKASIDE_PAGED, NULL);
        if (status != LOOKASIDE_OK) {
            tool_fail("a list of %u bytes cannot be made: %s", replay->script->sizes[i],
                      lookaside_status_message(status));
        }
    }
}

/* Does not return. */
static void child(const struct replay_script *script, struct outcome *outcome)
{
    struct replay replay = {.script = script, .outcome = outcome};
    size_t lanes = script->lane_count;
    pthread_t *threads = tool_allocate(lanes, sizeof(*threads));
    struct worker *workers = tool_allocate(lanes, sizeof(*workers));

    alarm(LONGEST_SECONDS);
    replay.clock_cost = clock_cost();
    replay.slots = tool_allocate(script->slots, sizeof(*replay.slots));
    replay.pretended = tool_allocate(lanes, sizeof(*replay.pretended));
    begin_lists(&replay);
    pthread_barrier_init(&replay.barrier, NULL, (unsigned)lanes);
    for (size_t lane = 1; lane < lanes; lane++) {
        workers[lane] = (struct worker){&replay, lane};
        if (pthread_create(&threads[lane], NULL, work, &workers[lane]) != 0) {
            tool_fail("cannot make %zu threads for the replay", lanes);
        }
    }
    measure(&replay);
    replay.last = true;
    pthread_barrier_wait(&replay.barrier);
    for (size_t lane = 1; lane < lanes; lane++) {
        pthread_join(threads[lane], NULL);
    }
    for (size_t i = 0; i < script->row_count; i++) {
        lookaside_status status = lookaside_destroy(&replay.lists[i]);
        if (status != LOOKASIDE_OK) {
            tool_fail("a list cannot be destroyed: %s", lookaside_status_message(status));
        }
    }
    _exit(outcome->damaged == 0 ? 0 : 1);
}

/* ---- The parent -------------------------------------------------------------------------------- */

static int by_value(const void *left, const void *right)
{
    double a = *(const double *)left;
    double b = *(const double *)right;

    return a < b ? -1 : a > b;
}

static double median(double *values)
{
    qsort(values, ROUNDS, sizeof(*values), by_value);
    return values[ROUNDS / 2];
}

static double least(const double *values)
{
    double least_value = values[0];

    for (size_t i = 1; i < ROUNDS; i++) {
        least_value = values[i] < least_value ? values[i] : least_value;
    }
    return least_value;
}

static double above(double whole, double own)
{
    return whole > own ? whole - own : 0;
}

/* Replays one process in a child. */
static const char *replay_process(const struct replay_script *script, struct outcome *outcome)
{
    int status;

    *outcome = (struct outcome){0};
    fflush(NULL);
    pid_t process = fork();
    if (process < 0) {
        return "cannot start a process for it";
    }
    if (process == 0) {
        child(script, outcome);
    }
    while (waitpid(process, &status, 0) < 0) {
    }
    if (outcome->damaged > 0) {
        return "a block's content changed while it was allocated";
    }
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? NULL : "the replaying process failed";
}

const char *replay(const struct analysis *analysis, const uint32_t *rows, size_t row_count,
                   struct measurement *measurement)
{
    const char *wrong = NULL;
    uint64_t hits = 0;
    struct outcome *outcome =
        mmap(NULL, sizeof(*outcome), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    *measurement = (struct measurement){0};
    if (outcome == MAP_FAILED) {
        return "out of memory";
    }
    for (size_t i = 0; i < analysis->script_count && wrong == NULL; i++) {
        struct replay_script script;
        replay_script_begin(&script, analysis, i, rows, row_count);
        if (script.allocations > 0) {
            wrong = replay_process(&script, outcome);
            measurement->allocations += script.allocations;
            double own = least(outcome->ns[WITH_NOTHING]);
            measurement->malloc_ns += above(median(outcome->ns[WITH_MALLOC]), own);
            measurement->list_ns += above(median(outcome->ns[WITH_LISTS]), own);
            hits += outcome->hits;
        }
        replay_script_end(&script);
    }
    if (wrong == NULL && measurement->allocations > 0) {
        double allocations = (double)measurement->allocations;
        measurement->malloc_ns /= allocations;
        measurement->list_ns /= allocations;
        measurement->hit_rate = (double)hits / allocations;
    }
    munmap(outcome, sizeof(*outcome));
    return wrong;
}
