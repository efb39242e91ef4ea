/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The memory of a target, read in blocks that are kept for a while. */
#ifndef INSPECT_MEMORY_H
#define INSPECT_MEMORY_H

#include "source.h"

struct memory;

struct memory *memory_new(struct source *source);
void memory_free(struct memory *memory);

/* Forgets what was read, and sets anew how much may be read. */
void memory_begin(struct memory *memory);

/* Forgets what was read. */
void memory_forget(struct memory *memory);

/* Reads through the kept blocks: cheap for records that lie near each other, but not of one moment.
 * Returns false when it is not there, or when so much has been read since memory_begin that the
 * target must be leading in circles. */
bool memory_read(struct memory *memory, uint64_t address, void *buffer, size_t size);

/* Reads past the kept blocks, one piece after the other. */
bool memory_read_now(struct memory *memory, const struct inspect_piece *pieces, size_t count);

/* Says why the last reading failed. */
void memory_explain(struct memory *memory, struct inspect_error *error);

#endif
