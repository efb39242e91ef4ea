/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The recorder, the part of `advise` that is loaded into the recorded program.
 *
 *     record_hooks.c    malloc and its family: do what was asked, then tell the stream
 *     record_sites.c    who called: the return addresses above malloc, as one small number
 *     record_stream.c   the calling thread's stream of events into the process's file
 *
 * Rules for all three: never allocate, never print, never touch errno, and when anything fails,
 * stop recording and leave the program in peace. All state lies in one mapping that fork's child
 * finds zeroed (MADV_WIPEONFORK), so that a child, however it was forked, begins a recording of its
 * own and never writes into its parent's. */
#ifndef LOOKASIDE_ADVISE_RECORD_H
#define LOOKASIDE_ADVISE_RECORD_H

#include "recording.h"

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>

#define RECORD_STREAMS 4096u
#define RECORD_MODULES 1024u
#define RECORD_RULES 65536u       /* power of two */
#define RECORD_SITE_SLOTS 131072u /* power of two, twice the sites */

/* One thread's way into the file. Only the owning thread touches it; between owners, the lock. */
struct stream {
    struct event *cursor;
    struct event *end; /* one event before the chunk's end: a note always fits */
    uint64_t time;     /* of the last event */
    void *chunk;
    size_t chunk_size;
    bool busy; /* inside the recorder's slow paths: allocations are not recorded */
    bool owned;
};

/* How to step from a return address to the one above it; constant for nearly all functions. */
struct frame_rule {
    _Atomic uint64_t address;
    _Atomic int32_t slot;  /* from the frame's stack pointer to the next return address, 0: stop */
    _Atomic int32_t frame; /* from the frame's stack pointer to the next frame's */
    _Atomic uint32_t confirmations; /* how often a full unwind has agreed */
};

struct site_slot {
    _Atomic uint64_t hash; /* of the return addresses; 0: empty */
    uint32_t site;
};

struct module {
    uint64_t start;
    uint64_t bias;
};

struct recorder {
    _Atomic int state; /* enum recorder_state */
    atomic_flag lock;  /* guards everything but the streams, rules and sites below */
    struct process_header *header;
    struct recording_budget *budget;
    _Atomic(struct tally *) tallies; /* not NULL once the budget is spent */
    uint64_t file_end;
    uint64_t streams_used;
    uint32_t sites_used;
    uint32_t modules_used;
    char path[RECORDING_PATH_SIZE];
    struct module modules[RECORD_MODULES];
    struct stream streams[RECORD_STREAMS];
    struct frame_rule rules[RECORD_RULES];     /* read without the lock */
    struct site_slot sites[RECORD_SITE_SLOTS]; /* read without the lock */
};

enum recorder_state { RECORDER_NEW = 0, RECORDER_RUNS, RECORDER_OFF };

/* Where a hook was called from: its return address, and the stack pointer there. */
struct caller {
    uintptr_t address;
    uintptr_t stack;
};

/* For use in the hooks themselves only. */
#define RECORD_CALLER()                                                                            \
    ((struct caller){(uintptr_t)__builtin_extract_return_addr(__builtin_return_address(0)),        \
                     (uintptr_t)__builtin_dwarf_cfa()})

#define RECORD_HIDDEN __attribute__((visibility("hidden")))
#define RECORD_THREAD_LOCAL static __thread __attribute__((tls_model("initial-exec")))

extern RECORD_HIDDEN struct recorder *recorder;

/* Tell the calling thread's stream what happened. */
RECORD_HIDDEN void record_allocation(unsigned type, const void *block, size_t size,
                                     struct caller caller);
RECORD_HIDDEN void record_free(unsigned type, const void *block);

/* Run once when the recorder is loaded, or at the first event if that is earlier. */
RECORD_HIDDEN void record_begin(void);

/* The number of the caller's call site; 0 when it is not known. May write notes to the stream. */
RECORD_HIDDEN uint32_t record_site(struct stream *stream, struct caller caller);

/* Room for count events in the stream, or NULL when there is none left. Slow. */
RECORD_HIDDEN struct event *record_room(struct stream *stream, size_t count);

/* Nanoseconds, of a steady clock and of the calling thread's CPU time. */
RECORD_HIDDEN uint64_t record_clock(void);
RECORD_HIDDEN uint64_t record_cpu_clock(void);

RECORD_HIDDEN void record_lock(void);
RECORD_HIDDEN void record_unlock(void);

#endif
