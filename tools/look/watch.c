/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Lists followed over time. A list is known again by its process and the address of its record and
 * handle; one that was destroyed and made anew in the same place has fewer allocations than before,
 * and begins anew, too. Processes are opened for each sample: they may have loaded another copy of
 * the library meanwhile, or have ended.
 *
 * Growth: whatever comes and goes falls sometimes. Live entries that did not fall in 10 samples in
 * a row, and rose in at least 3 of them, look like a leak. */
#include "watch.h"

#include <stdlib.h>
#include <string.h>

struct sampling {
    struct watch *watch;
    struct inspect_error *error;
    bool good;
};

static struct watched *find(struct watch *watch, pid_t pid, const struct inspect_list *list)
{
    for (size_t i = 0; i < watch->count; i++) {
        struct watched *known = &watch->lists[i];
        if (known->pid == pid && known->list.handle == list->handle &&
            known->list.state == list->state) {
            return known;
        }
    }
    return NULL;
}

static double rate(uint64_t before, uint64_t now, double seconds)
{
    return now > before ? (double)(now - before) / seconds : 0;
}

static void compare(struct watched *known, const lookaside_statistics *before,
                    const lookaside_statistics *now, double seconds)
{
    bool fell = now->live_entries < before->live_entries;
    bool rose = now->live_entries > before->live_entries;

    known->has_rates = true;
    known->allocates = rate(before->total_allocates, now->total_allocates, seconds);
    known->frees = rate(before->total_frees, now->total_frees, seconds);
    known->misses = rate(before->allocate_misses, now->allocate_misses, seconds);
    known->hit_percent = -1;
    if (known->allocates > 0) {
        double hits = known->allocates - known->misses;
        known->hit_percent = hits > 0 ? hits * 100 / known->allocates : 0;
    }
    known->live_change = (double)now->live_entries - (double)before->live_entries;
    known->unfallen = fell ? 0 : known->unfallen + (known->unfallen < WATCH_STEPS);
    known->rises = (known->rises << 1 | rose) & ((1u << WATCH_STEPS) - 1);
}

bool watched_grows(const struct watched *list)
{
    return list->unfallen >= WATCH_STEPS && __builtin_popcount(list->rises) >= WATCH_RISES;
}

static struct watched *begin(struct watch *watch, struct inspect_target *target)
{
    watch->lists = tool_grow(watch->lists, watch->count, &watch->capacity, sizeof(*watch->lists));
    struct watched *fresh = &watch->lists[watch->count++];

    memset(fresh, 0, sizeof(*fresh));
    fresh->pid = inspect_pid(target);
    snprintf(fresh->command, sizeof(fresh->command), "%s", inspect_command(target));
    return fresh;
}

static void note(struct watch *watch, struct inspect_target *target,
                 const struct inspect_list *list, uint64_t clock)
{
    struct watched *known = find(watch, inspect_pid(target), list);

    if (known != NULL &&
        list->statistics.total_allocates < known->list.statistics.total_allocates) {
        memset(known, 0, offsetof(struct watched, seen)); /* another list in its place */
        known->pid = inspect_pid(target);
        snprintf(known->command, sizeof(known->command), "%s", inspect_command(target));
    } else if (known != NULL && clock > known->clock) {
        compare(known, &known->list.statistics, &list->statistics,
                (double)(clock - known->clock) / 1e9);
    } else if (known == NULL) {
        known = begin(watch, target);
    }
    known->list = *list;
    known->list.magazines = NULL;
    known->list.unknown = NULL;
    known->clock = clock;
    known->seen = true;
}

static void found(void *context, struct inspect_target *target)
{
    struct sampling *sampling = context;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, sampling->error);

    sampling->good = snapshot != NULL;
    if (snapshot == NULL) {
        return;
    }
    for (size_t i = 0; i < snapshot->list_count; i++) {
        note(sampling->watch, target, &snapshot->lists[i], snapshot->clock);
    }
    sampling->watch->processes++;
    inspect_free_snapshot(snapshot);
}

static void forget_unseen(struct watch *watch)
{
    size_t kept = 0;

    for (size_t i = 0; i < watch->count; i++) {
        if (watch->lists[i].seen) {
            watch->lists[kept] = watch->lists[i];
            watch->lists[kept++].seen = false;
        }
    }
    watch->count = kept;
}

bool watch_sample(struct watch *watch, struct inspect_error *error)
{
    struct sampling sampling = {watch, error, true};

    watch->processes = 0;
    if (watch->pid == 0) {
        watch->hidden = inspect_each_process(found, &sampling);
        sampling.good = true;
        error->result = INSPECT_OK; /* one that has ended meanwhile is no failure */
    } else {
        struct inspect_target *target = inspect_open_process(watch->pid, error);
        if (target == NULL) {
            return false;
        }
        found(&sampling, target);
        inspect_close(target);
    }
    if (sampling.good) {
        forget_unseen(watch);
    }
    return sampling.good;
}

void watch_end(struct watch *watch)
{
    free(watch->lists);
}
