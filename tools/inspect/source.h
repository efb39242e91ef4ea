/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Where a target's bytes come from. A source knows the system or the file format, and nothing of
 * lists. There are three: process.c, core.c, and given memory (given.c). */
#ifndef INSPECT_SOURCE_H
#define INSPECT_SOURCE_H

#include "inspect.h"

/* A part of a file that the target has mapped. */
struct mapping {
    uint64_t start;
    uint64_t end;
    uint64_t offset; /* in the file */
    bool writable;
    char *path; /* "" when not known */
};

/* The mappings of files, sorted by address. */
struct mappings {
    struct mapping *items;
    size_t count, capacity;
};

void mappings_add(struct mappings *mappings, const struct mapping *mapping); /* copies the path */
bool mappings_are_equal(const struct mappings *a, const struct mappings *b);
void mappings_free(struct mappings *mappings);

struct source_thread {
    pid_t tid;
    uint64_t identity; /* pthread_self; 0 when the source cannot tell */
};

struct source {
    enum inspect_kind kind;
    pid_t pid;        /* 0: not known */
    char name[256];   /* for sentences: "process 4711 (server)", "core.4711" */
    char command[64]; /* "" when not known */
    char signal[16];  /* of a core; "" if none */
    uint64_t size;    /* bytes of memory that there may be: bounds the work */
    struct mappings mappings;
    struct inspect_memory memory;

    /* Looks at the mappings anew; NULL: they never change. Returns false, and *error tells why,
     * when the target is gone. */
    bool (*refresh)(struct source *source, bool *changed, struct inspect_error *error);

    /* The threads of the target, freed by the caller; and what a thread is called, "" if nobody
     * knows. NULL: the source knows nothing of threads, or of their names. */
    struct source_thread *(*threads)(struct source *source, size_t *count);
    void (*name_thread)(struct source *source, pid_t tid, char *name, size_t size);

    /* Says why `size` bytes at the address could not be read. */
    void (*explain)(struct source *source, uint64_t address, size_t size,
                    struct inspect_error *error);

    /* Whether there should be more of it, and *error tells what; NULL: it is always whole. */
    bool (*is_incomplete)(struct source *source, struct inspect_error *error);

    void (*close)(struct source *source); /* frees it, too */
};

/* NULL on failure, and *error tells why. */
struct source *process_open(pid_t pid, struct inspect_error *error);
struct source *core_open(const char *path, struct inspect_error *error);
struct source *given_open(const struct inspect_memory *memory, const struct inspect_module *modules,
                          size_t count);

#endif
