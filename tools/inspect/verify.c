/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Every list of a target, walked and judged by the laws. A list that did not hold still is not
 * judged, and one whose threads went on hitting is judged without their magazines; both are told as
 * having moved. A list whose accounts lead in a circle never seems to hold still; that is a fault.
 * In a core all lists are of one moment: then no slab may lie in that of another list. */
#include "basics.h"
#include "laws.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#define MOST_TOLD 20u /* of one list; the rest is counted */

/* A run of memory, and whose it is. */
struct run {
    struct slab slab;
    const struct inspect_list *list;
};

struct verification {
    struct judge judge; /* first: one is cast into the other */
    struct inspect_target *target;
    const struct inspect_list *list;
    inspect_tell *tell;
    void *context;
    struct inspect_verdict *verdict;
    uint64_t faults; /* of this list */
    struct run *runs;
    size_t run_count, run_capacity;
};

static void note_fault(struct judge *judge, const char *sentence)
{
    struct verification *verification = (struct verification *)(void *)judge;

    verification->verdict->faults++;
    verification->faults++;
    if (verification->faults <= MOST_TOLD) {
        verification->tell(verification->context, verification->list, true, sentence);
    }
}

static void note_moved(struct verification *verification, const char *sentence)
{
    verification->verdict->moved++;
    verification->tell(verification->context, verification->list, false, sentence);
}

static void count(struct verification *verification, const struct inspect_list *list,
                  const struct walk *walk)
{
    struct inspect_verdict *verdict = verification->verdict;
    const lookaside_statistics *statistics = &list->statistics;
    bool makes_sense = statistics->total_allocates >= statistics->total_frees;

    verdict->lists++;
    verdict->live += makes_sense ? statistics->live_entries : 0;
    verdict->cached += statistics->current_depth;
    verdict->free += list->slab_free;
    for (size_t i = 0; i < walk->slab_count && walk->still; i++) {
        verification->runs = must_grow(verification->runs, verification->run_count,
                                       &verification->run_capacity, sizeof(*verification->runs));
        verification->runs[verification->run_count++] = (struct run){walk->slabs[i], list};
    }
}

static void judge_list(struct verification *verification, struct walk *walk)
{
    char sentence[160];

    verification->judge.moved = false;
    verification->faults = 0;
    if (walk->gone) {
        note_moved(verification, "it was destroyed meanwhile");
        return;
    }
    if (walk->reading.endless) {
        note_fault(&verification->judge, "the chain of its accounts leads in a circle");
        return;
    }
    if (!walk->still) {
        note_moved(verification, "it was used all the time; its figures may not fit each other");
        return;
    }
    laws_judge(&verification->judge, walk);
    if (verification->faults > MOST_TOLD) {
        snprintf(sentence, sizeof(sentence), "... and %" PRIu64 " faults more",
                 verification->faults - MOST_TOLD);
        verification->tell(verification->context, verification->list, true, sentence);
    }
    if (verification->judge.moved) {
        note_moved(verification, "it is being initialised");
    } else if (walk->hit_count > 0) {
        snprintf(
            sentence, sizeof(sentence),
            "%zu of its %zu threads went on; all but the entries in their magazines was checked",
            walk->hit_count, walk->reading.count);
        note_moved(verification, sentence);
    }
}

static bool verify_list(struct verification *verification, const struct inspect_list *list,
                        struct inspect_error *error)
{
    struct inspect_target *target = verification->target;
    const struct copy *copy = &target->copies.items[list->copy];
    struct walk walk;

    verification->list = list;
    if (!walk_list(&walk, target, copy, list->state, error)) {
        if (target->source->kind == INSPECT_PROCESS && error->result == INSPECT_UNREADABLE) {
            note_moved(verification, "it was destroyed meanwhile");
            return true;
        }
        return false;
    }
    judge_list(verification, &walk);
    count(verification, list, &walk);
    walk_free(&walk);
    return true;
}

static int compare_runs(const void *left, const void *right)
{
    const struct run *a = left;
    const struct run *b = right;

    return a->slab.base < b->slab.base ? -1 : a->slab.base > b->slab.base;
}

/* Runs of one list are compared by its laws. */
static void judge_runs(struct verification *verification)
{
    if (verification->run_count > 1) {
        qsort(verification->runs, verification->run_count, sizeof(*verification->runs),
              compare_runs);
    }
    verification->faults = 0;
    for (size_t i = 1; i < verification->run_count; i++) {
        const struct run *a = &verification->runs[i - 1];
        const struct run *b = &verification->runs[i];
        if (a->list != b->list && laws_overlap(&a->slab, &b->slab)) {
            verification->list = b->list;
            note_fault(&verification->judge, "a slab of it shares memory with another list's");
        }
    }
}

enum inspect_result inspect_verify(struct inspect_target *target, inspect_tell *tell, void *context,
                                   struct inspect_verdict *verdict, struct inspect_error *error)
{
    struct verification verification = {
        .judge = {.tell = note_fault},
        .target = target,
        .tell = tell,
        .context = context,
        .verdict = verdict,
    };
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, error);
    bool verified = snapshot != NULL;

    *verdict = (struct inspect_verdict){0};
    for (size_t i = 0; verified && i < snapshot->list_count; i++) {
        verified = verify_list(&verification, &snapshot->lists[i], error);
    }
    if (verified && target->source->kind == INSPECT_CORE) {
        judge_runs(&verification);
    }
    if (verified && snapshot->moved) {
        verification.list = NULL;
        tell(context, NULL, false, "lists came and went meanwhile; some may be missing");
    }
    inspect_free_snapshot(snapshot);
    free(verification.runs);
    return verified ? INSPECT_OK : error->result;
}
