/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The format of a recording: what the recorder writes inside the program and `advise` reads after
 * it.
 *
 * A recording is a folder. The file "budget" is shared by all recorded processes; each process
 * image (a program between exec and exit, or a forked child) writes one more file:
 *
 *     +--------+---------+---------+-- ... --+---------+
 *     | header | chunk   | chunk   |         | chunk   |
 *     +--------+---------+---------+-- ... --+---------+
 *
 * A chunk belongs to one stream, and one thread at a time writes a stream. A chunk is a header and
 * events of 16 bytes; an event whose first word is 0 ends it. Files are zero until written and each
 * event's first word is written last, so that a recording is whole up to the instant at which its
 * process was killed.
 *
 *     first   63            48 47                       3 2    0
 *             +---------------+--------------------------+------+
 *             | site or kind  | address >> 3             | type |
 *             +---------------+--------------------------+------+
 *     second  | size of the block      | ns since the event before |
 *             +------------------------+---------------------------+  */
#ifndef LOOKASIDE_ADVISE_RECORDING_H
#define LOOKASIDE_ADVISE_RECORDING_H

#include <stdint.h>

#define RECORDING_MAGIC UINT64_C(0x314345524453414c) /* "LASDREC1" */
#define RECORDING_VERSION 1u

/* Environment of the recorded program, and the file all its processes share. */
#define RECORDING_FOLDER_VARIABLE "LOOKASIDE_RECORD_DIR"
#define RECORDING_BUDGET_FILE "budget"

#define RECORDING_FRAMES 6u    /* return addresses kept of each call site, innermost first */
#define RECORDING_SITES 65536u /* call sites of one process; site 0 is "not known" */
#define RECORDING_PATH_SIZE 512u

enum event_type {
    EVENT_END = 0,
    EVENT_ALLOCATE,
    EVENT_ALLOCATE_ZEROED,  /* calloc */
    EVENT_ALLOCATE_ALIGNED, /* aligned to more than a list gives by default */
    EVENT_ALLOCATE_RESIZED, /* what realloc returned */
    EVENT_FREE,
    EVENT_FREE_RESIZED, /* what realloc was given */
    EVENT_NOTE          /* the site's bits tell the kind, the address is 0 */
};

/* Notes may be followed by words that are no events; the second word of the note tells of them. */
enum note_kind {
    NOTE_TIME = 1, /* second word: the time in ns, instead of a difference */
    NOTE_THREAD,   /* second word: from here on, the number of the thread that writes */
    NOTE_SITE,     /* second word: the site; RECORDING_FRAMES return addresses follow */
    NOTE_MODULE    /* second word: bytes of the module record that follows, a multiple of 16 */
};

struct event {
    uint64_t first;
    uint64_t second;
};

/* A file mapped into the process that holds code; its path follows in NOTE_MODULE. */
struct module_record {
    uint64_t start;
    uint64_t end;
    uint64_t bias; /* what to subtract from an address to find it in the file */
    uint64_t path_length;
    char path[];
};

struct chunk_header {
    uint64_t size; /* bytes, header included; 0: no further chunk */
    uint64_t stream;
    uint64_t time; /* ns, the base of the first event */
    uint64_t unused;
};

/* The second part of the counters is written once the budget is spent. */
struct process_header {
    uint64_t magic;
    uint32_t version;
    uint32_t size;    /* of this header, where the first chunk begins */
    uint64_t process; /* its id */
    uint64_t parent;
    uint64_t start;      /* ns */
    uint64_t samples;    /* events whose own cost was measured */
    uint64_t samples_ns; /* what they cost */
    uint64_t slow_ns;    /* what getting chunks and learning call sites cost, all of it */
    uint64_t threads;
    uint64_t lost_threads; /* threads that could not be recorded */
    uint64_t tallies;      /* offset of struct tally[RECORDING_SITES]; 0 while all is recorded */
    char program[RECORDING_PATH_SIZE];
};

/* What a call site did after the budget was spent. */
struct tally {
    uint64_t count;
    uint64_t bytes;
};

struct recording_budget {
    uint64_t magic;
    uint32_t version;
    uint32_t unused;
    uint64_t limit; /* bytes that all processes together may write */
    uint64_t used;
    uint64_t lost_processes; /* processes that could not be recorded */
};

#define RECORDING_HEADER_SIZE 4096u
#define RECORDING_SMALLEST_CHUNK 4096u
#define RECORDING_LARGEST_CHUNK (1u << 20)

#define EVENT_TYPE_MASK UINT64_C(7)
#define EVENT_ADDRESS_MASK (((UINT64_C(1) << 48) - 1) & ~EVENT_TYPE_MASK)
#define EVENT_SITE_SHIFT 48

static inline uint64_t event_first(unsigned type, uint64_t address, uint64_t site_or_kind)
{
    return type | (address & EVENT_ADDRESS_MASK) | site_or_kind << EVENT_SITE_SHIFT;
}

#endif
