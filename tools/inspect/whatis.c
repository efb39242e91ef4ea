/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* From an address to the entry that it is in, and where that entry is now: a walk through every
 * list until one has it. A slab tells its entries by arithmetic; an entry that has left its slab is
 * live unless it is found among the cached ones. */
#include "walk.h"

#include <stdlib.h>

static void find_in_cache(const struct walk *walk, uint64_t size, struct inspect_place *place)
{
    static const enum inspect_place_kind kinds[] = {
        [IN_MAGAZINE] = INSPECT_IN_MAGAZINE,
        [IN_DEPOT] = INSPECT_IN_DEPOT,
        [IN_RESERVE] = INSPECT_IN_RESERVE,
    };

    for (size_t i = 0; i < walk->cached_count; i++) {
        const struct cached *cached = &walk->cached[i];
        if (place->address - cached->entry >= size) {
            continue;
        }
        place->kind = kinds[cached->shelf];
        place->entry = cached->entry;
        place->offset = place->address - cached->entry;
        for (size_t m = 0; cached->shelf == IN_MAGAZINE && m < place->list->magazine_count; m++) {
            if (place->list->magazines[m].address ==
                walk->reading.members[cached->member].after.address) {
                place->magazine = &place->list->magazines[m];
            }
        }
        return;
    }
}

static void find_in_slab(const struct walk *walk, const struct slab *slab,
                         struct inspect_place *place)
{
    uint64_t offset = place->address - slab->start;
    uint64_t index;

    place->slab = slab->base;
    place->kind = INSPECT_BETWEEN;
    place->offset = place->address - slab->base;
    if (place->address < slab->start || !grid_makes_sense(&walk->grid) ||
        !grid_index(&walk->grid, offset, &index) || index >= slab->capacity) {
        return;
    }
    place->entry = slab->start + grid_offset(&walk->grid, index);
    place->offset = place->address - place->entry;
    if (index >= slab->fresh) {
        place->kind = index < slab->highest ? INSPECT_IN_SLAB : INSPECT_NEVER_USED;
    } else if (walk_is_free(slab, index)) {
        place->kind = INSPECT_IN_SLAB;
    } else {
        place->kind = INSPECT_LIVE;
        find_in_cache(walk, walk->grid.stride, place);
    }
}

static bool find_in_list(struct inspect_target *target, const struct inspect_list *list,
                         struct inspect_place *place, struct inspect_error *error)
{
    struct walk walk;

    if (list->copy >= target->copies.count || !target->copies.items[list->copy].readable) {
        place->moved = true; /* it has been unloaded since */
        return true;
    }
    const struct copy *copy = &target->copies.items[list->copy];
    if (!walk_list(&walk, target, copy, list->state, error)) {
        place->moved = true;
        return error->result == INSPECT_UNREADABLE; /* a list that is gone is no failure */
    }
    place->list = list;
    const struct slab *slab = walk_slab_at(&walk, place->address);
    if (slab != NULL) {
        find_in_slab(&walk, slab, place);
    } else {
        find_in_cache(&walk, list->statistics.size, place);
    }
    place->moved = !walk.still || walk.hit_count > 0;
    if (walk.gone) {
        *place = (struct inspect_place){.kind = INSPECT_NOWHERE, .address = place->address};
    }
    if (place->kind == INSPECT_NOWHERE) {
        place->list = NULL;
    }
    walk_free(&walk);
    return true;
}

enum inspect_result inspect_whatis(struct inspect_target *target,
                                   const struct inspect_snapshot *snapshot, uint64_t address,
                                   struct inspect_place *place, struct inspect_error *error)
{
    bool moved = false;

    *place = (struct inspect_place){.kind = INSPECT_NOWHERE, .address = address};
    for (size_t i = 0; i < snapshot->list_count; i++) {
        const struct inspect_list *list = &snapshot->lists[i];
        if (address - list->handle < sizeof(lookaside_list)) {
            place->kind = INSPECT_A_LIST;
            place->list = list;
            place->offset = address - list->handle;
            return INSPECT_OK;
        }
    }
    memory_begin(target->memory);
    for (size_t i = 0; i < snapshot->list_count && place->kind == INSPECT_NOWHERE; i++) {
        if (!find_in_list(target, &snapshot->lists[i], place, error)) {
            return error->result;
        }
        moved = moved || place->moved;
    }
    if (place->kind == INSPECT_NOWHERE) {
        place->moved = moved;
    }
    return INSPECT_OK;
}
