/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* One recorded process: its file read, checked, and told in order of time. */
#ifndef LOOKASIDE_ADVISE_TIMELINE_H
#define LOOKASIDE_ADVISE_TIMELINE_H

#include "recording.h"

#include <stdbool.h>
#include <stddef.h>

struct module_map {
    uint64_t start, end, bias;
    char *path;
};

struct site_frames {
    uint64_t frames[RECORDING_FRAMES]; /* 0 beyond the last one known */
};

struct thread_span {
    uint64_t first, last; /* ns; 0, 0: no event */
};

/* What a first reading of the file finds. The bytes belong to the caller and stay mapped. */
struct image {
    const unsigned char *bytes;
    size_t size;
    const struct process_header *header;
    size_t *chunks; /* offsets, in order of the file */
    size_t chunk_count, chunk_capacity;
    size_t streams; /* one more than the largest number of a stream */
    struct module_map *modules;
    size_t module_count, module_capacity;
    struct site_frames *sites; /* RECORDING_SITES */
    struct thread_span *threads;
    size_t thread_count, thread_capacity;
    uint64_t events;             /* notes not counted */
    const struct tally *tallies; /* NULL when all was recorded */
};

/* Reads bytes as a process's file. Returns NULL, or what is wrong with it. */
const char *image_read(struct image *image, const unsigned char *bytes, size_t size);

/* The module that holds the address, or NULL. */
const struct module_map *image_module(const struct image *image, uint64_t address);

/* One event, with everything that its place in the stream implies. */
struct happening {
    unsigned type;
    uint32_t size;
    uint32_t site;
    uint32_t thread;
    uint64_t address;
    uint64_t time;
};

struct timeline;

/* All events of an image, in order of time, those of one thread in their own order. */
struct timeline *timeline_begin(const struct image *image);
bool timeline_next(struct timeline *timeline, struct happening *happening);
void timeline_end(struct timeline *timeline);

#endif
