/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Reads each process once, in order of time, with a table of the live blocks beside it. Every
 * allocation and free moves the counters of its row; those that a list could serve are also written
 * down as steps, so that a replay needs nothing else.
 *
 * Steps name blocks by slots. A lane's slots are used again, last in first out, for each row, as
 * blocks come and go, which keeps a replay's own memory small and warm. A block that another lane
 * frees has a slot that no other block of the script uses: there the two lanes meet.
 *
 * Nothing waits for ever in a replay: all lanes' steps are in one order of time here, in which no
 * free comes before its allocation. */
#include "analysis.h"

#include "../tool.h"
#include "live_table.h"

#include <stdlib.h>
#include <string.h>

#define NO_SLOT UINT32_MAX
#define MOST_ROWS (1u << 28)

/* ---- Rows -------------------------------------------------------------------------------------- */

/* Finds rows by location and size class: open addressing over row numbers plus one. */
struct row_index {
    uint32_t *places;
    size_t capacity; /* a power of two */
};

static size_t row_home(const struct row_index *index, const struct location *location,
                       uint32_t class)
{
    uint64_t key = (uint64_t)location->id << 32 | class;

    return (size_t)(key * UINT64_C(0x9e3779b97f4a7c15) >> 24) & (index->capacity - 1);
}

static void index_row(struct row_index *index, const struct row *row, uint32_t number)
{
    size_t place = row_home(index, row->location, size_class(row->size));

    while (index->places[place] != 0) {
        place = (place + 1) & (index->capacity - 1);
    }
    index->places[place] = number + 1;
}

static void grow_index(struct row_index *index, const struct analysis *analysis)
{
    index->capacity = index->capacity == 0 ? 1024 : index->capacity * 2;
    free(index->places);
    index->places = tool_allocate(index->capacity, sizeof(*index->places));
    for (size_t i = 0; i < analysis->row_count; i++) {
        index_row(index, &analysis->rows[i], (uint32_t)i);
    }
}

static uint32_t row_for(struct analysis *analysis, struct row_index *index,
                        struct location *location, uint32_t size)
{
    if (analysis->row_count * 2 >= index->capacity) {
        grow_index(index, analysis);
    }
    uint32_t class = size_class(size);
    size_t place = row_home(index, location, class);
    while (index->places[place] != 0) {
        uint32_t number = index->places[place] - 1;
        struct row *row = &analysis->rows[number];
        if (row->location == location && size_class(row->size) == class) {
            row->size = size > row->size ? size : row->size;
            return number;
        }
        place = (place + 1) & (index->capacity - 1);
    }
    if (analysis->row_count == MOST_ROWS) {
        tool_fail("too many call sites");
    }
    analysis->rows = tool_grow(analysis->rows, analysis->row_count, &analysis->row_capacity,
                               sizeof(*analysis->rows));
    uint32_t number = (uint32_t)analysis->row_count++;
    analysis->rows[number] = (struct row){.location = location, .size = size};
    index->places[place] = number + 1;
    return number;
}

/* ---- Lanes and slots --------------------------------------------------------------------------- */

/* What is needed while one process is read. */
struct reading {
    struct analysis *analysis;
    struct row_index *index;
    const struct attribution *attribution;
    size_t image;
    uint32_t maximum_size;
    struct script *script;
    uint32_t *lane_of;     /* by thread */
    uint32_t **free_slots; /* by lane, by row: the slot freed last */
    size_t *free_rows;     /* by lane: how many rows free_slots has */
    uint32_t *next_free;   /* by slot */
    size_t next_capacity;
    struct live_table live;
    uint64_t allocations;
};

static int by_first(const void *left, const void *right, void *spans)
{
    const struct thread_span *a = &((const struct thread_span *)spans)[*(const uint32_t *)left];
    const struct thread_span *b = &((const struct thread_span *)spans)[*(const uint32_t *)right];

    return a->first < b->first ? -1 : a->first > b->first;
}

/* Threads that did not run at the same time share a lane. */
static void assign_lanes(struct reading *reading, const struct image *image)
{
    uint32_t *order = tool_allocate(image->thread_count, sizeof(*order));
    uint64_t *busy_until = tool_allocate(image->thread_count, sizeof(*busy_until));
    size_t lanes = 0;

    for (uint32_t i = 0; i < image->thread_count; i++) {
        order[i] = i;
    }
    qsort_r(order, image->thread_count, sizeof(*order), by_first, image->threads);
    reading->lane_of = tool_allocate(image->thread_count, sizeof(*reading->lane_of));
    for (size_t i = 0; i < image->thread_count; i++) {
        const struct thread_span *span = &image->threads[order[i]];
        size_t lane = 0;
        while (lane < lanes && busy_until[lane] >= span->first) {
            lane++;
        }
        lanes = lane == lanes ? lanes + 1 : lanes;
        busy_until[lane] = span->last;
        reading->lane_of[order[i]] = (uint32_t)lane;
    }
    reading->script->lanes = tool_allocate(lanes, sizeof(*reading->script->lanes));
    reading->script->lane_count = lanes;
    reading->free_slots = tool_allocate(lanes, sizeof(*reading->free_slots));
    reading->free_rows = tool_allocate(lanes, sizeof(*reading->free_rows));
    free(order);
    free(busy_until);
}

static uint32_t *free_slot_of(struct reading *reading, uint32_t lane, uint32_t row)
{
    size_t rows = reading->free_rows[lane];

    if (row >= rows) {
        size_t larger = reading->analysis->row_count * 2;
        reading->free_slots[lane] =
            reallocarray(reading->free_slots[lane], larger, sizeof(uint32_t));
        if (reading->free_slots[lane] == NULL) {
            tool_fail("out of memory");
        }
        memset(reading->free_slots[lane] + rows, 0xff, (larger - rows) * sizeof(uint32_t));
        reading->free_rows[lane] = larger;
    }
    return &reading->free_slots[lane][row];
}

/* A slot that no step has yet. */
static uint32_t new_slot(struct reading *reading)
{
    if (reading->script->slots == NO_SLOT) {
        tool_fail("too many blocks are alive at the same time");
    }
    reading->next_free = tool_grow(reading->next_free, reading->script->slots,
                                   &reading->next_capacity, sizeof(*reading->next_free));
    return reading->script->slots++;
}

static uint32_t take_slot(struct reading *reading, uint32_t lane, uint32_t row)
{
    uint32_t *first = free_slot_of(reading, lane, row);
    uint32_t slot = *first;

    if (slot != NO_SLOT) {
        *first = reading->next_free[slot];
        return slot;
    }
    return new_slot(reading);
}

static void give_slot(struct reading *reading, uint32_t lane, uint32_t row, uint32_t slot)
{
    uint32_t *first = free_slot_of(reading, lane, row);

    reading->next_free[slot] = *first;
    *first = slot;
}

static void add_step(struct reading *reading, uint32_t lane, struct step step)
{
    struct lane *to = &reading->script->lanes[lane];

    to->steps = tool_grow(to->steps, to->count, &to->capacity, sizeof(*to->steps));
    to->steps[to->count++] = step;
}

/* ---- Events ------------------------------------------------------------------------------------ */

static void release(struct reading *reading, const struct live_block *block, uint64_t time,
                    uint32_t lane, unsigned type)
{
    struct row *row = &reading->analysis->rows[block->row];

    row->freed++;
    row->live--;
    row->resized += type == EVENT_FREE_RESIZED;
    row->handed_over += lane != block->lane;
    histogram_add(&row->life_ns, time > block->time ? time - block->time : 0);
    histogram_add(&row->life_allocations, reading->allocations - block->number);
    if (!block->replayed) {
        return;
    }
    struct step step = {.slot = block->slot, .row = block->row & (MOST_ROWS - 1), .is_free = 1};
    give_slot(reading, block->lane, block->row, block->slot);
    if (lane != block->lane) {
        struct step *allocation = &reading->script->lanes[block->lane].steps[block->step];
        step.shared = allocation->shared = 1;
        step.slot = allocation->slot = new_slot(reading);
    }
    add_step(reading, lane, step);
}

static void allocate(struct reading *reading, const struct happening *event, uint32_t lane)
{
    struct totals *totals = &reading->analysis->totals;
    struct live_block earlier;

    if (live_table_take(&reading->live, event->address, &earlier)) {
        totals->unseen_frees++;
        release(reading, &earlier, event->time, earlier.lane, EVENT_FREE);
    }
    struct location *location = attribution_of(reading->attribution, reading->image, event->site);
    uint32_t number = row_for(reading->analysis, reading->index, location, event->size);
    struct row *row = &reading->analysis->rows[number];
    struct live_block block = {.address = event->address,
                               .time = event->time,
                               .number = reading->allocations++,
                               .row = number,
                               .lane = lane};

    row->count++;
    row->live++;
    row->peak = row->live > row->peak ? row->live : row->peak;
    row->zeroed += event->type == EVENT_ALLOCATE_ZEROED;
    row->aligned += event->type == EVENT_ALLOCATE_ALIGNED;
    row->resized += event->type == EVENT_ALLOCATE_RESIZED;
    totals->allocations++;
    totals->resizes += event->type == EVENT_ALLOCATE_RESIZED;
    totals->bytes += event->size;
    if (event->size <= reading->maximum_size &&
        (event->type == EVENT_ALLOCATE || event->type == EVENT_ALLOCATE_ZEROED)) {
        block.replayed = true;
        block.slot = take_slot(reading, lane, number);
        block.step = reading->script->lanes[lane].count;
        struct step step = {.slot = block.slot,
                            .row = number & (MOST_ROWS - 1),
                            .zeroed = event->type == EVENT_ALLOCATE_ZEROED};
        add_step(reading, lane, step);
    }
    live_table_add(&reading->live, &block);
}

static void read_events(struct reading *reading, const struct image *image)
{
    struct totals *totals = &reading->analysis->totals;
    struct timeline *timeline = timeline_begin(image);
    struct happening event;

    while (timeline_next(timeline, &event)) {
        uint32_t lane = reading->lane_of[event.thread];
        struct live_block block;
        if (event.type < EVENT_FREE) {
            if (event.address != 0) {
                allocate(reading, &event, lane);
            }
        } else if (live_table_take(&reading->live, event.address, &block)) {
            totals->frees++;
            release(reading, &block, event.time, lane, event.type);
        } else {
            totals->unknown_frees++;
        }
    }
    timeline_end(timeline);
}

/* ---- A process --------------------------------------------------------------------------------- */

/* What reading the clock costs: a sample of the recorder's cost contains one reading too many. */
static double clock_ns(void)
{
    enum { READINGS = 1000 };
    uint64_t start = tool_clock();

    for (int i = 0; i < READINGS; i++) {
        tool_clock();
    }
    return (double)(tool_clock() - start) / READINGS;
}

static void add_totals(struct totals *totals, const struct image *image)
{
    const struct process_header *header = image->header;

    totals->processes++;
    totals->threads += header->threads;
    totals->lost_threads += header->lost_threads;
    totals->recorder_ns += (double)header->slow_ns;
    if (header->samples > 0) {
        double event_ns = (double)header->samples_ns / (double)header->samples - clock_ns();
        totals->recorder_ns += event_ns > 0 ? event_ns * (double)image->events : 0;
    }
    for (size_t site = 0; image->tallies != NULL && site < RECORDING_SITES; site++) {
        totals->only_counted += image->tallies[site].count;
    }
}

static void read_process(struct reading *reading, const struct image *image)
{
    live_table_begin(&reading->live);
    assign_lanes(reading, image);
    read_events(reading, image);
    reading->analysis->totals.never_freed += reading->live.count;
    for (size_t i = 0; i < reading->analysis->row_count; i++) {
        reading->analysis->rows[i].live = 0;
    }
    live_table_end(&reading->live);
    for (size_t lane = 0; lane < reading->script->lane_count; lane++) {
        free(reading->free_slots[lane]);
    }
    free(reading->free_slots);
    free(reading->free_rows);
    free(reading->next_free);
    free(reading->lane_of);
    add_totals(&reading->analysis->totals, image);
}

static void count_sites(struct analysis *analysis, size_t locations)
{
    uint64_t *counts = tool_allocate(locations, sizeof(*counts));

    for (size_t i = 0; i < analysis->row_count; i++) {
        counts[analysis->rows[i].location->id] += analysis->rows[i].count;
    }
    for (size_t i = 0; i < analysis->row_count; i++) {
        analysis->rows[i].site_count = counts[analysis->rows[i].location->id];
    }
    free(counts);
}

void analyse(struct analysis *analysis, const struct recording *recording,
             const struct attribution *attribution, uint32_t maximum_size)
{
    struct row_index index = {NULL, 0};

    *analysis = (struct analysis){0};
    analysis->script_count = recording->image_count;
    analysis->scripts = tool_allocate(recording->image_count, sizeof(*analysis->scripts));
    for (size_t i = 0; i < recording->image_count; i++) {
        struct reading reading = {.analysis = analysis,
                                  .index = &index,
                                  .attribution = attribution,
                                  .image = i,
                                  .maximum_size = maximum_size,
                                  .script = &analysis->scripts[i]};
        read_process(&reading, &recording->images[i]);
    }
    count_sites(analysis, symbols_count(recording->symbols));
    free(index.places);
}
