/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Looks at the lookaside lists of somebody else: a live process, a core dump, whatever a debugger
 * can read.
 *
 *     struct inspect_error error;
 *     struct inspect_target *target = inspect_open_core("core.4711", &error);
 *     struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);
 *     ... snapshot->lists[i].statistics ...
 *     inspect_free_snapshot(snapshot);
 *     inspect_close(target);
 *
 * Reading only: nothing in the target is written, stopped or called. What is read may be garbage,
 * or change while it is read; the answer is then an error or a row that says that it moved, never a
 * crash, an endless loop or a silently wrong figure.
 *
 * Threads: any; one target is used by one thread at a time. Memory that runs out ends the program,
 * with a sentence. Whoever gets a pointer to a snapshot owns it; a target owns everything else. */
#ifndef INSPECT_INSPECT_H
#define INSPECT_INSPECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include <lookaside/lookaside.h>

/* How reading can end. The values are the exit statuses of the subcommands; 1 is verify's for a
 * corrupted list. */
enum inspect_result {
    INSPECT_OK = 0,
    INSPECT_UNREADABLE = 2, /* what was found makes no sense */
    INSPECT_NOT_FOUND = 3,  /* no such process, no such file, no such list */
    INSPECT_NO_PERMISSION = 4,
    INSPECT_NO_LISTS = 5,       /* nothing in it uses lookaside */
    INSPECT_TRUNCATED = 6,      /* the core ends too early, or lacks the memory that is needed */
    INSPECT_UNKNOWN_FORMAT = 7, /* of a library newer than this tool can read */
    INSPECT_NOT_A_CORE = 8
};

struct inspect_error {
    enum inspect_result result;
    char sentence[512]; /* what is wrong and what to do about it; no newline */
};

/* ---- What is looked at ---- */

/* A place in the target's memory, and where its bytes go. */
struct inspect_piece {
    uint64_t address;
    void *buffer;
    size_t size;
};

/* Memory of a target, for those who have their own way to read it. */
struct inspect_memory {
    /* Reads the pieces one after the other, in this order; returns false unless all of it could be
     * read. */
    bool (*read)(void *context, const struct inspect_piece *pieces, size_t count);
    void *context;
};

/* Something that was mapped from a file: a program or a library. */
struct inspect_module {
    uint64_t start; /* its first mapping, where its ELF header should be */
    uint64_t end;   /* behind its last one */
    const char *path;
};

enum inspect_kind { INSPECT_PROCESS, INSPECT_CORE, INSPECT_MEMORY };

struct inspect_target;

/* Opens a process, a core file, or memory with its modules (which need to live until this returns).
 * *memory is kept, and used until inspect_close. NULL on failure, and *error tells why. A target
 * that has no lookaside in it is INSPECT_NO_LISTS. */
struct inspect_target *inspect_open_process(pid_t pid, struct inspect_error *error);
struct inspect_target *inspect_open_core(const char *path, struct inspect_error *error);
struct inspect_target *inspect_open_memory(const struct inspect_memory *memory,
                                           const struct inspect_module *modules, size_t count,
                                           struct inspect_error *error);

/* The same for what a user has typed: a number is a process, unless a file has that name. */
struct inspect_target *inspect_open(const char *process_or_core, struct inspect_error *error);

void inspect_close(struct inspect_target *target); /* NULL is ignored */

enum inspect_kind inspect_kind_of(const struct inspect_target *target);
pid_t inspect_pid(const struct inspect_target *target);               /* 0: not known */
const char *inspect_command(const struct inspect_target *target);     /* "" when not known */
const char *inspect_core_signal(const struct inspect_target *target); /* "SIGABRT"; "" if none */

/* Describes where an address of code or data is, for instance "libserver.so+0x4e120
 * (session_begin+0x31)": by the modules and, where files are there and have them, by symbols. ""
 * when it is in no module. */
void inspect_describe_address(struct inspect_target *target, uint64_t address, char *text,
                              size_t size);

/* ---- A snapshot of all lists ---- */

/* One thread's magazine. */
struct inspect_magazine {
    uint64_t address;
    uint64_t thread;      /* pthread_self of its owner; 0 when not known */
    pid_t tid;            /* 0 when not known */
    char thread_name[16]; /* "" when not known */
    uint64_t entries;     /* in it */
    uint64_t capacity;    /* how many it may hold now; 0 while it has yet to obey a flush */
    uint64_t allocations; /* by this thread, hits and misses */
    uint64_t frees;
};

/* What the tuner did last. */
struct inspect_tuning {
    uint32_t depth_before; /* 0: it has not changed the depth yet */
    uint32_t depth_after;
    uint64_t allocations; /* that it saw in the scan that led to it */
    uint64_t misses;
    uint64_t at; /* milliseconds of the target's steady clock */
};

/* Something a newer library tells and this tool does not know. */
struct inspect_unknown {
    char name[32];
    char unit[16]; /* "entries", "bytes", "ms", "", or "unit 9" */
    uint64_t value;
};

struct inspect_list {
    uint64_t handle; /* address of the lookaside_list */
    uint64_t state;  /* and of the library's record of it */
    unsigned copy;   /* which copy of the library in the target it belongs to */
    lookaside_statistics statistics;
    uint64_t initialized_by; /* the caller of lookaside_init; 0 when not known */
    uint64_t stride;         /* bytes from one entry to the next in a slab */
    uint64_t slabs;          /* how many it has */
    uint64_t slab_free;      /* entries that are free in them */
    bool has_callbacks;      /* entries come from, go to, or are prepared by the user's callbacks */
    struct inspect_tuning tuning;
    struct inspect_magazine *magazines; /* statistics.threads of them, the fullest first */
    size_t magazine_count;
    struct inspect_unknown *unknown;
    size_t unknown_count;
    /* It would not hold still, or a thread was in the middle of changing it (a core): the figures
     * may not fit each other. */
    bool moved;
};

/* One copy of the library in the target. */
struct inspect_copy {
    char version[16]; /* of the library, for instance "0.1.0" */
    char module[256]; /* path of the file it is in, "" when not known */
    uint64_t address; /* of what it says about itself */
    uint64_t lists;
    /* What this tool does not know of its format, in words; "" when it knows all of it. */
    char unknown[256];
};

struct inspect_snapshot {
    struct inspect_list *lists; /* in the order of their initialisation */
    size_t list_count;
    struct inspect_copy *copies;
    size_t copy_count;
    uint64_t now;   /* milliseconds of the target's steady clock; 0 for a core */
    uint64_t clock; /* nanoseconds of this system's steady clock when it was taken */
    bool moved;     /* lists came and went all the time: some may be missing */
};

/* Reads all lists. A list that moves is read again, up to 8 times. NULL on failure. */
struct inspect_snapshot *inspect_take_snapshot(struct inspect_target *target,
                                               struct inspect_error *error);
void inspect_free_snapshot(struct inspect_snapshot *snapshot); /* NULL is ignored */

/* Whether what a user has typed means this list: its name, its tag, or its handle's address. */
bool inspect_list_is(const struct inspect_list *list, const char *name_tag_or_address);

/* The first list behind `after` (NULL: of all) that it means; NULL when there is none. */
const struct inspect_list *inspect_find_list(const struct inspect_snapshot *snapshot,
                                             const char *name_tag_or_address,
                                             const struct inspect_list *after);

/* ---- What is at an address? ---- */

enum inspect_place_kind {
    INSPECT_NOWHERE,     /* in no list */
    INSPECT_LIVE,        /* in an entry that is out */
    INSPECT_IN_MAGAZINE, /* in an entry that is free, in a thread's magazine */
    INSPECT_IN_DEPOT,
    INSPECT_IN_RESERVE,
    INSPECT_IN_SLAB,    /* in an entry that is free in its slab */
    INSPECT_NEVER_USED, /* in an entry that was never handed out */
    INSPECT_BETWEEN,    /* in a slab, but in no entry */
    INSPECT_A_LIST      /* in a lookaside_list itself */
};

struct inspect_place {
    enum inspect_place_kind kind;
    uint64_t address;
    const struct inspect_list *list;         /* of the snapshot; NULL when nowhere */
    uint64_t entry;                          /* where the entry begins */
    uint64_t offset;                         /* of the address in it, or in what else it is in */
    uint64_t slab;                           /* where the slab begins; 0: an entry of a callback */
    const struct inspect_magazine *magazine; /* of the list; NULL unless IN_MAGAZINE */
    bool moved;                              /* the list did not hold still meanwhile */
};

/* Finds the list, the entry and its state. Entries of an allocate callback are found only while
 * they are cached. */
enum inspect_result inspect_whatis(struct inspect_target *target,
                                   const struct inspect_snapshot *snapshot, uint64_t address,
                                   struct inspect_place *place, struct inspect_error *error);

/* ---- Is everything as it should be? ---- */

struct inspect_verdict {
    uint64_t lists; /* walked */
    uint64_t live;  /* entries of each kind, in all of them */
    uint64_t cached;
    uint64_t free;
    uint64_t moved;  /* lists that did not hold still: walked, but not judged by what moved */
    uint64_t faults; /* 0: clean */
};

/* Told of each fault, and of each list that moved, in one sentence. list is NULL for what concerns
 * the whole registry. */
typedef void inspect_tell(void *context, const struct inspect_list *list, bool fault,
                          const char *sentence);

/* Walks every magazine, depot and slab and proves the laws: every cached entry is one of the
 * list's, is out of its slab, and is cached once; slabs add up; counters add up; links lead where
 * they should. Returns INSPECT_OK when everything could be read, whatever was found. */
enum inspect_result inspect_verify(struct inspect_target *target, inspect_tell *tell, void *context,
                                   struct inspect_verdict *verdict, struct inspect_error *error);

/* ---- Who has lists? ---- */

/* Told of each process that has lists; the target is closed when it returns. */
typedef void inspect_found(void *context, struct inspect_target *target);

/* Looks through all processes. Returns how many could not be looked at for want of permission. */
size_t inspect_each_process(inspect_found *found, void *context);

#endif
