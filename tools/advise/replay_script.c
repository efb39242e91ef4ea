/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Picks the steps of the chosen rows out of a process's script, and numbers rows and slots anew
 * from 0, so that a replay of few rows has little memory of its own. */
#include "replay_script.h"

#include "../tool.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX
#define SMALLEST 100u /* allocations of a process that are worth a child */

/* What is needed while picking. */
struct picking {
    uint32_t *new_row;  /* by row */
    uint32_t *new_slot; /* by slot */
    uint32_t *owner;    /* by new slot: the lane that allocated what is in it, or NONE */
};

static void add(struct lane *lane, struct step step)
{
    lane->steps = tool_grow(lane->steps, lane->count, &lane->capacity, sizeof(*lane->steps));
    lane->steps[lane->count++] = step;
}

/* Copies a lane's steps and notes which of its blocks it does not free itself. */
static void pick_lane(struct replay_script *script, struct picking *picking,
                      const struct lane *from)
{
    struct lane *to = &script->lanes[script->lane_count];

    for (size_t i = 0; i < from->count; i++) {
        struct step step = from->steps[i];
        if (picking->new_row[step.row] == NONE) {
            continue;
        }
        step.row = picking->new_row[step.row] & 0xfffffffu;
        if (picking->new_slot[step.slot] == NONE) {
            picking->new_slot[step.slot] = script->slots++;
        }
        step.slot = picking->new_slot[step.slot];
        script->allocations += !step.is_free;
        if (!step.shared) {
            picking->owner[step.slot] = step.is_free ? NONE : (uint32_t)script->lane_count;
        }
        add(to, step);
    }
    /* Backwards, the last allocation of a slot is met first: is it still there? */
    for (size_t i = to->count; i > 0; i--) {
        struct step step = to->steps[i - 1];
        if (!step.is_free && !step.shared &&
            picking->owner[step.slot] == (uint32_t)script->lane_count) {
            picking->owner[step.slot] = NONE;
            step.is_free = 1;
            add(&script->leftovers[script->lane_count], step);
        }
    }
    script->step_count += to->count;
    script->lane_count += to->count > 0;
}

void replay_script_begin(struct replay_script *script, const struct analysis *analysis,
                         size_t process, const uint32_t *rows, size_t row_count)
{
    const struct script *from = &analysis->scripts[process];
    size_t slots = (size_t)from->slots + 1;
    struct picking picking = {tool_allocate(analysis->row_count, sizeof(uint32_t)),
                              tool_allocate(slots, sizeof(uint32_t)),
                              tool_allocate(slots, sizeof(uint32_t))};

    *script = (struct replay_script){.row_count = row_count};
    script->lanes = tool_allocate(from->lane_count, sizeof(*script->lanes));
    script->leftovers = tool_allocate(from->lane_count, sizeof(*script->leftovers));
    script->sizes = tool_allocate(row_count, sizeof(*script->sizes));
    memset(picking.new_row, 0xff, analysis->row_count * sizeof(uint32_t));
    memset(picking.new_slot, 0xff, slots * sizeof(uint32_t));
    memset(picking.owner, 0xff, slots * sizeof(uint32_t));
    for (size_t i = 0; i < row_count; i++) {
        uint32_t size = analysis->rows[rows[i]].size;
        script->sizes[i] = size > 0 ? size : 1;
        picking.new_row[rows[i]] = (uint32_t)i;
    }
    for (size_t lane = 0; lane < from->lane_count; lane++) {
        pick_lane(script, &picking, &from->lanes[lane]);
    }
    if (script->allocations < SMALLEST) {
        script->allocations = 0;
    }
    free(picking.new_row);
    free(picking.new_slot);
    free(picking.owner);
}

void replay_script_end(struct replay_script *script)
{
    for (size_t lane = 0; lane < script->lane_count; lane++) {
        free(script->lanes[lane].steps);
        free(script->leftovers[lane].steps);
    }
    free(script->lanes);
    free(script->leftovers);
    free(script->sizes);
}
