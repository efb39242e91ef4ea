/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A core file, opened and not yet understood; for core.c and core_notes.c alone. */
#ifndef INSPECT_CORE_H
#define INSPECT_CORE_H

#include "source.h"

#include <elf.h>

/* A range of memory, and where in the file its bytes are. */
struct segment {
    uint64_t start;
    uint64_t size;   /* bytes of memory */
    uint64_t dumped; /* of those, in the file */
    uint64_t offset;
    bool writable;
};

struct core {
    struct source source; /* first: one is cast into the other */
    int file;
    uint64_t file_size;
    uint64_t missing;         /* bytes that should follow the end of the file */
    unsigned machine;         /* EM_X86_64, for instance */
    struct segment *segments; /* sorted by address */
    size_t segment_count;
    struct source_thread *threads;
    size_t thread_count, thread_capacity;
};

/* Reads `size` bytes at the offset; false when the file does not have them. */
bool core_read_file(const struct core *core, uint64_t offset, void *buffer, size_t size);

/* Takes what the notes of a PT_NOTE segment tell: threads, mappings, the command, the signal. What
 * makes no sense is left out. */
void core_take_notes(struct core *core, uint64_t offset, uint64_t size);

#endif
