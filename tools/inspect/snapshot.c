/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* All lists of a target, and what they say about themselves.
 *
 * The registry's chain is found through the kept blocks; each list is then read as reading.c tells.
 * The registry's lock word before and after says whether lists came or went meanwhile: if so, all
 * is read again, and after some attempts said. A list that went while it was read is left out: its
 * handle does not lead back to it. */
#include "basics.h"
#include "figures.h"
#include "lists.h"
#include "owners.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define ATTEMPTS 8u

/* A snapshot as it grows. */
struct builder {
    struct inspect_target *target;
    struct inspect_snapshot *snapshot;
    struct owners owners;
    size_t capacity;
};

/* ---- one list ---- */

static int compare_magazines(const void *left, const void *right)
{
    const struct inspect_magazine *a = left;
    const struct inspect_magazine *b = right;

    if (a->entries != b->entries) {
        return a->entries > b->entries ? -1 : 1;
    }
    return a->address < b->address ? -1 : a->address > b->address;
}

static void take_magazines(struct builder *builder, struct inspect_list *list,
                           const struct reading *reading)
{
    uint64_t place = number_in(&reading->list, LIST_PLACE);

    list->magazines = must_allocate(reading->count, sizeof(*list->magazines));
    list->magazine_count = reading->count;
    for (size_t i = 0; i < reading->count; i++) {
        const struct member *member = &reading->members[i];
        struct inspect_magazine *magazine = &list->magazines[i];
        const struct owner *owner = owners_with(&builder->owners, member->after.address - place);
        magazine->address = member->after.address;
        magazine->entries = number_in(&member->after, MAGAZINE_DEPTH);
        magazine->capacity = number_in(&member->after, MAGAZINE_CAPACITY);
        magazine->allocations = figures_allocations(member);
        magazine->frees = figures_frees(member);
        if (owner != NULL) {
            magazine->thread = owner->identity;
            magazine->tid = owner->tid;
            memcpy(magazine->thread_name, owner->name, sizeof(magazine->thread_name));
        }
    }
    qsort(list->magazines, list->magazine_count, sizeof(*list->magazines), compare_magazines);
}

static void take_newcomers(struct inspect_list *list, const struct reading *reading)
{
    const struct schema *schema = &reading->copy->schema;

    list->unknown = must_allocate(schema->newcomer_count, sizeof(*list->unknown));
    list->unknown_count = schema->newcomer_count;
    for (size_t i = 0; i < schema->newcomer_count; i++) {
        const struct newcomer *newcomer = &schema->newcomers[i];
        struct inspect_unknown *unknown = &list->unknown[i];
        memcpy(unknown->name, newcomer->name, sizeof(unknown->name));
        memcpy(unknown->unit, newcomer->unit, sizeof(unknown->unit));
        unknown->value = number_at_place(&reading->list, &newcomer->place);
    }
}

static void take_list(struct builder *builder, const struct reading *reading)
{
    struct inspect_snapshot *snapshot = builder->snapshot;
    const struct record *record = &reading->list;

    snapshot->lists = must_grow(snapshot->lists, snapshot->list_count, &builder->capacity,
                                sizeof(*snapshot->lists));
    struct inspect_list *list = &snapshot->lists[snapshot->list_count++];
    *list = (struct inspect_list){
        .handle = number_in(record, LIST_HANDLE),
        .state = record->address,
        .copy = (unsigned)snapshot->copy_count,
        .initialized_by = number_in(record, LIST_INITIALIZED_BY),
        .stride = number_in(record, LIST_STRIDE),
        .slabs = number_in(record, LIST_SLAB_COUNT),
        .slab_free = number_in(record, LIST_SLABS_FREE),
        .has_callbacks = lists_has_callbacks(record),
        .tuning =
            {
                .depth_before = (uint32_t)number_in(record, LIST_TUNED_FROM),
                .depth_after = (uint32_t)number_in(record, LIST_TUNED_TO),
                .allocations = number_in(record, LIST_TUNED_ALLOCATIONS),
                .misses = number_in(record, LIST_TUNED_MISSES),
                .at = number_in(record, LIST_TUNED_AT),
            },
        .moved = !reading->still,
    };
    figures_statistics(reading, &list->statistics);
    if (list->moved && list->statistics.total_frees > list->statistics.total_allocates) {
        list->statistics.live_entries = 0;
    }
    take_magazines(builder, list, reading);
    take_newcomers(list, reading);
}

/* ---- one copy, and all ---- */

static void turn_round(struct inspect_list *lists, size_t count)
{
    for (size_t i = 0, j = count; i + 1 < j; i++) {
        struct inspect_list list = lists[i];
        lists[i] = lists[--j];
        lists[j] = list;
    }
}

static bool take_lists(struct builder *builder, const struct copy *copy,
                       struct inspect_error *error)
{
    struct inspect_target *target = builder->target;
    struct inspect_snapshot *snapshot = builder->snapshot;
    unsigned attempts = target->source->kind == INSPECT_CORE ? 1 : ATTEMPTS;
    size_t first = snapshot->list_count;
    struct lists lists;
    struct reading reading;

    bool read = lists_find(&lists, target, copy, error);
    for (size_t i = 0; read && i < lists.count; i++) {
        read = reading_take(&reading, target, copy, lists.addresses[i], attempts, error);
        if (read && (reading.still || lists_leads_back(target, copy, &reading.list))) {
            take_list(builder, &reading);
        }
        reading_free(&reading);
    }
    bool still = lists_stood_still(&lists, target, copy);
    lists_free(&lists);
    snapshot->moved = snapshot->moved || !still;
    if (snapshot->list_count > first) {
        turn_round(snapshot->lists + first, snapshot->list_count - first);
    }
    return read;
}

static void take_copy(struct builder *builder, const struct copy *copy, uint64_t list_count)
{
    struct inspect_copy *taken = &builder->snapshot->copies[builder->snapshot->copy_count++];

    memcpy(taken->version, copy->inspection.version, sizeof(taken->version));
    memcpy(taken->module, copy->module, sizeof(taken->module));
    taken->address = copy->address;
    taken->lists = list_count;
    const char *unknown = copy->readable ? copy->schema.unknown : copy->refusal.sentence;
    snprintf(taken->unknown, sizeof(taken->unknown), "%.255s", unknown);
}

static bool take_all(struct builder *builder, struct inspect_error *error)
{
    struct inspect_target *target = builder->target;
    struct inspect_snapshot *snapshot = builder->snapshot;
    bool taken = true;

    snapshot->copies = must_allocate(target->copies.count, sizeof(*snapshot->copies));
    owners_find(&builder->owners, target);
    for (size_t i = 0; taken && i < target->copies.count; i++) {
        const struct copy *copy = &target->copies.items[i];
        size_t before = snapshot->list_count;
        taken = !copy->readable || take_lists(builder, copy, error);
        take_copy(builder, copy, snapshot->list_count - before);
    }
    owners_free(&builder->owners);
    return taken;
}

static uint64_t clock_now(clockid_t clock, uint64_t unit)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return ((uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec) / unit;
}

struct inspect_snapshot *inspect_take_snapshot(struct inspect_target *target,
                                               struct inspect_error *error)
{
    struct inspect_snapshot *snapshot = NULL;
    bool taken = false;

    if (!target_refresh(target, error)) {
        return NULL;
    }
    for (unsigned i = 0; i < ATTEMPTS && (snapshot == NULL || snapshot->moved); i++) {
        inspect_free_snapshot(snapshot);
        snapshot = must_allocate(1, sizeof(*snapshot));
        struct builder builder = {.target = target, .snapshot = snapshot};
        memory_begin(target->memory);
        taken = take_all(&builder, error);
        snapshot->clock = clock_now(CLOCK_MONOTONIC, 1);
        if (target->source->kind == INSPECT_PROCESS) {
            snapshot->now = clock_now(CLOCK_MONOTONIC_COARSE, 1000000);
        }
        if (target->source->kind == INSPECT_CORE) {
            break;
        }
    }
    if (!taken) {
        inspect_free_snapshot(snapshot);
        snapshot = NULL;
    }
    return snapshot;
}

void inspect_free_snapshot(struct inspect_snapshot *snapshot)
{
    if (snapshot == NULL) {
        return;
    }
    for (size_t i = 0; i < snapshot->list_count; i++) {
        free(snapshot->lists[i].magazines);
        free(snapshot->lists[i].unknown);
    }
    free(snapshot->lists);
    free(snapshot->copies);
    free(snapshot);
}

bool inspect_list_is(const struct inspect_list *list, const char *name_tag_or_address)
{
    char tag[5] = "";
    char *end;

    memcpy(tag, &list->statistics.tag, 4);
    if (strcmp(name_tag_or_address, list->statistics.name) == 0 ||
        strcmp(name_tag_or_address, tag) == 0) {
        return true;
    }
    bool is_hexadecimal = strncmp(name_tag_or_address, "0x", 2) == 0;
    uint64_t address = is_hexadecimal ? strtoull(name_tag_or_address, &end, 16) : 0;
    return is_hexadecimal && *end == '\0' && address == list->handle;
}

const struct inspect_list *inspect_find_list(const struct inspect_snapshot *snapshot,
                                             const char *name_tag_or_address,
                                             const struct inspect_list *after)
{
    size_t first = after == NULL ? 0 : (size_t)(after - snapshot->lists) + 1;

    for (size_t i = first; i < snapshot->list_count; i++) {
        if (inspect_list_is(&snapshot->lists[i], name_tag_or_address)) {
            return &snapshot->lists[i];
        }
    }
    return NULL;
}
