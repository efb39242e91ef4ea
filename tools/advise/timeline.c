/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A process's file is read twice. image_read goes through it as it lies, checks every length in it,
 * and collects what the notes define; after that the file can be trusted. A timeline then merges
 * its streams by time with a heap of cursors, one for each stream. */
#include "timeline.h"

#include "../tool.h"

#include <stdlib.h>
#include <string.h>

#define MOST_THREADS (1u << 24) /* of one process; a damaged file may claim any number */
#define MOST_STREAMS 65536u

/* Reads events of one stream, across its chunks. */
struct cursor {
    const struct image *image;
    const size_t *chunks; /* offsets of the stream's chunks */
    size_t chunk_count, chunk;
    size_t offset, end; /* in the image; offset == end: take the next chunk */
    uint64_t time;
    uint32_t thread;
};

static const struct event *event_at(const struct image *image, size_t offset)
{
    return (const struct event *)(const void *)(image->bytes + offset);
}

/* Bytes that follow a note. */
static size_t note_size(const struct event *note)
{
    switch (note->first >> EVENT_SITE_SHIFT) {
    case NOTE_SITE:
        return RECORDING_FRAMES * sizeof(uint64_t);
    case NOTE_MODULE:
        return (size_t)note->second;
    default:
        return 0;
    }
}

/* Steps to the next event of the stream that is no note; false at its end. */
static bool cursor_next(struct cursor *cursor, struct happening *happening)
{
    for (;;) {
        if (cursor->offset >= cursor->end || event_at(cursor->image, cursor->offset)->first == 0) {
            if (cursor->chunk == cursor->chunk_count) {
                return false;
            }
            size_t start = cursor->chunks[cursor->chunk++];
            const struct chunk_header *header = (const void *)(cursor->image->bytes + start);
            cursor->offset = start + sizeof(*header);
            cursor->end = start + (size_t)header->size;
            cursor->time = header->time;
            continue;
        }
        const struct event *event = event_at(cursor->image, cursor->offset);
        unsigned type = (unsigned)(event->first & EVENT_TYPE_MASK);
        cursor->offset += sizeof(*event);
        if (type != EVENT_NOTE) {
            cursor->time += event->second & UINT32_MAX;
            *happening = (struct happening){type,
                                            (uint32_t)(event->second >> 32),
                                            (uint32_t)(event->first >> EVENT_SITE_SHIFT),
                                            cursor->thread,
                                            event->first & EVENT_ADDRESS_MASK,
                                            cursor->time};
            return true;
        }
        if (event->first >> EVENT_SITE_SHIFT == NOTE_TIME) {
            cursor->time = event->second;
        } else if (event->first >> EVENT_SITE_SHIFT == NOTE_THREAD) {
            cursor->thread = (uint32_t)event->second;
        }
        cursor->offset += note_size(event);
    }
}

/* ---- The first reading ------------------------------------------------------------------------- */

static void add_module(struct image *image, const struct module_record *record)
{
    image->modules = tool_grow(image->modules, image->module_count, &image->module_capacity,
                               sizeof(*image->modules));
    image->modules[image->module_count++] =
        (struct module_map){record->start, record->end, record->bias,
                            tool_format("%.*s", (int)record->path_length, record->path)};
}

static const char *read_note(struct image *image, const struct event *note, size_t room)
{
    size_t size = note_size(note);

    if (size > room || size % sizeof(*note) != 0) {
        return "a note is longer than its chunk";
    }
    switch (note->first >> EVENT_SITE_SHIFT) {
    case NOTE_TIME:
        return NULL;
    case NOTE_THREAD:
        if (note->second >= image->header->threads || note->second >= MOST_THREADS) {
            return "a thread's number is too large";
        }
        while (image->thread_count <= note->second) {
            image->threads = tool_grow(image->threads, image->thread_count, &image->thread_capacity,
                                       sizeof(*image->threads));
            image->threads[image->thread_count++] = (struct thread_span){0, 0};
        }
        return NULL;
    case NOTE_SITE:
        if (note->second >= RECORDING_SITES) {
            return "a call site's number is too large";
        }
        memcpy(image->sites[note->second].frames, note + 1, size);
        return NULL;
    case NOTE_MODULE: {
        const struct module_record *record = (const void *)(note + 1);
        if (size < sizeof(*record) || record->path_length > size - sizeof(*record)) {
            return "a module's path is longer than its note";
        }
        add_module(image, record);
        return NULL;
    }
    default:
        return "a note is of no known kind";
    }
}

/* Checks and collects the notes of one chunk. */
static const char *read_chunk(struct image *image, size_t start, size_t size)
{
    size_t end = start + size;
    size_t offset = start + sizeof(struct chunk_header);

    while (offset + sizeof(struct event) <= end) {
        const struct event *event = event_at(image, offset);
        if (event->first == 0) {
            return NULL;
        }
        offset += sizeof(*event);
        if ((event->first & EVENT_TYPE_MASK) == EVENT_NOTE) {
            const char *wrong = read_note(image, event, end - offset);
            if (wrong != NULL) {
                return wrong;
            }
            offset += note_size(event);
        } else {
            image->events++;
        }
    }
    return NULL;
}

static const char *read_header(struct image *image, const unsigned char *bytes, size_t size)
{
    if (size < RECORDING_HEADER_SIZE) {
        return "a process's part is cut off";
    }
    image->header = (const void *)bytes;
    if (image->header->magic != RECORDING_MAGIC) {
        return "a process's part does not begin as it should";
    }
    if (image->header->version != RECORDING_VERSION ||
        image->header->size != RECORDING_HEADER_SIZE) {
        return "it was written by another version of lookaside";
    }
    uint64_t tallies = image->header->tallies;
    if (tallies != 0) {
        if (tallies > size || size - tallies < RECORDING_SITES * sizeof(struct tally) ||
            tallies % 16 != 0) {
            return "the counts of a process's call sites are cut off";
        }
        image->tallies = (const void *)(bytes + tallies);
    }
    return NULL;
}

/* When each thread was heard of first and last. */
static void find_spans(struct image *image)
{
    struct timeline *timeline = timeline_begin(image);
    struct happening happening;

    while (timeline_next(timeline, &happening)) {
        struct thread_span *span = &image->threads[happening.thread];
        if (span->last == 0) {
            span->first = happening.time;
        }
        span->last = happening.time;
    }
    timeline_end(timeline);
}

const char *image_read(struct image *image, const unsigned char *bytes, size_t size)
{
    *image = (struct image){.bytes = bytes, .size = size};
    const char *wrong = read_header(image, bytes, size);

    if (wrong != NULL) {
        return wrong;
    }
    image->sites = tool_allocate(RECORDING_SITES, sizeof(*image->sites));
    image->threads = tool_grow(NULL, 0, &image->thread_capacity, sizeof(*image->threads));
    image->thread_count = 1;
    size_t limit = image->tallies != NULL ? (size_t)image->header->tallies : size;
    size_t offset = RECORDING_HEADER_SIZE;
    while (offset + sizeof(struct chunk_header) <= limit) {
        const struct chunk_header *chunk = (const void *)(bytes + offset);
        if (chunk->size == 0) {
            break;
        }
        if (chunk->size % RECORDING_SMALLEST_CHUNK != 0 || chunk->size > limit - offset) {
            return "a chunk is cut off";
        }
        if (chunk->stream >= MOST_STREAMS) {
            return "a stream's number is too large";
        }
        image->streams = chunk->stream >= image->streams ? chunk->stream + 1 : image->streams;
        image->chunks = tool_grow(image->chunks, image->chunk_count, &image->chunk_capacity,
                                  sizeof(*image->chunks));
        image->chunks[image->chunk_count++] = offset;
        wrong = read_chunk(image, offset, (size_t)chunk->size);
        if (wrong != NULL) {
            return wrong;
        }
        offset += (size_t)chunk->size;
    }
    find_spans(image);
    return NULL;
}

const struct module_map *image_module(const struct image *image, uint64_t address)
{
    for (size_t i = image->module_count; i > 0; i--) { /* the latest, should one lie in another */
        const struct module_map *module = &image->modules[i - 1];
        if (address >= module->start && address < module->end) {
            return module;
        }
    }
    return NULL;
}

/* ---- The merge --------------------------------------------------------------------------------- */

struct head {
    struct happening happening;
    struct cursor cursor;
};

struct timeline {
    size_t *chunks;     /* offsets, sorted by stream */
    struct head **heap; /* the earliest first */
    struct head *heads;
    size_t count;
};

static void sift_down(struct timeline *timeline, size_t i)
{
    for (;;) {
        size_t least = i;
        for (size_t child = 2 * i + 1; child <= 2 * i + 2 && child < timeline->count; child++) {
            if (timeline->heap[child]->happening.time < timeline->heap[least]->happening.time) {
                least = child;
            }
        }
        if (least == i) {
            return;
        }
        struct head *moved = timeline->heap[i];
        timeline->heap[i] = timeline->heap[least];
        timeline->heap[least] = moved;
        i = least;
    }
}

/* Sorts the chunks by stream, keeping the file's order within one, and begins a cursor for each. */
static void begin_cursors(struct timeline *timeline, const struct image *image)
{
    size_t *starts = tool_allocate(image->streams + 1, sizeof(*starts));

    for (size_t i = 0; i < image->chunk_count; i++) {
        const struct chunk_header *chunk = (const void *)(image->bytes + image->chunks[i]);
        starts[chunk->stream + 1]++;
    }
    for (size_t i = 0; i < image->streams; i++) {
        timeline->heads[i].cursor = (struct cursor){
            .image = image, .chunks = timeline->chunks + starts[i], .chunk_count = starts[i + 1]};
        starts[i + 1] += starts[i];
    }
    for (size_t i = 0; i < image->chunk_count; i++) {
        const struct chunk_header *chunk = (const void *)(image->bytes + image->chunks[i]);
        timeline->chunks[starts[chunk->stream]++] = image->chunks[i];
    }
    free(starts);
}

struct timeline *timeline_begin(const struct image *image)
{
    struct timeline *timeline = tool_allocate(1, sizeof(*timeline));

    timeline->chunks = tool_allocate(image->chunk_count, sizeof(*timeline->chunks));
    timeline->heads = tool_allocate(image->streams, sizeof(*timeline->heads));
    timeline->heap = tool_allocate(image->streams, sizeof(*timeline->heap));
    begin_cursors(timeline, image);
    for (size_t i = 0; i < image->streams; i++) {
        struct head *head = &timeline->heads[i];
        if (cursor_next(&head->cursor, &head->happening)) {
            timeline->heap[timeline->count++] = head;
        }
    }
    for (size_t i = timeline->count; i > 0; i--) {
        sift_down(timeline, i - 1);
    }
    return timeline;
}

bool timeline_next(struct timeline *timeline, struct happening *happening)
{
    if (timeline->count == 0) {
        return false;
    }
    struct head *head = timeline->heap[0];
    *happening = head->happening;
    if (!cursor_next(&head->cursor, &head->happening)) {
        timeline->heap[0] = timeline->heap[--timeline->count];
    }
    sift_down(timeline, 0);
    return true;
}

void timeline_end(struct timeline *timeline)
{
    free(timeline->chunks);
    free(timeline->heads);
    free(timeline->heap);
    free(timeline);
}
