/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The file of `lookaside record`: figures of lists over time.
 *
 * It is CSV, one line for each list and sample, for spreadsheets and scripts as much as for
 * `lookaside plot`:
 *
 *     # lookaside-record/1
 *     time,pid,command,list,tag,address,moved,size,alignment, ... every figure of the one table
 *     1763877600.125,4711,server,Operation,QAL3,0x7f3a10000940,0,280,16, ...
 *
 * time is in seconds since 1970. Columns are known by their names: more may come. A recording can
 * be cut off anywhere: a sample is written in one piece, and a reader drops a last line without an
 * end. Further recordings may be appended; what stands between two of them is no time to draw
 * through. */
#ifndef LOOK_SERIES_H
#define LOOK_SERIES_H

#include "look.h"

#define SERIES_MARK "# lookaside-record/1\n"

/* ---- Writing ---- */

struct series_writer;

/* Opens or creates the file; what is in it must be a recording of the same columns. There is no
 * return without. NULL for a name means standard output. */
TOOL_NEVER_NULL struct series_writer *series_open(const char *path);
void series_close(struct series_writer *writer);

/* Adds all lists of a process to the sample; writes the sample. */
void series_add(struct series_writer *writer, double time, const struct inspect_target *target,
                const struct inspect_snapshot *snapshot);
void series_write(struct series_writer *writer);

/* ---- Reading ---- */

struct series_row {
    double time;
    long pid;
    char command[64];
    char list[LOOKASIDE_NAME_SIZE * 2];
    char tag[8];
    uint64_t address;
    struct inspect_list figures; /* those of the one table that the recording has */
};

struct series {
    struct series_row *rows;
    size_t count;
    size_t capacity;
    size_t dropped; /* lines that could not be read */
};

/* There is no return without at least one row. */
void series_read(struct series *series, const char *path);
void series_free(struct series *series);

#endif
