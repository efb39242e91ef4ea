/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* lookaside: lists of fixed-size entries, as in the Windows kernel.
 *
 *     static lookaside_list contexts = LOOKASIDE_LIST_INIT;
 *
 *     lookaside_init(&contexts, sizeof(struct context), LOOKASIDE_PAGED, NULL);
 *     struct context *context = lookaside_alloc(&contexts);
 *     lookaside_free(&contexts, context);
 *     lookaside_destroy(&contexts);
 *
 * Threads: unless a call says otherwise, any number of threads may call it on one list at the same
 * time. The caller sees to it that nobody uses a list while it is initialised, destroyed or
 * abandoned. No call may be made from a signal handler. Callbacks run on the calling thread, with
 * no lock held, and may use any list. They return normally; only an allocate callback and the raise
 * handler may leave by longjmp or an exception.
 *
 * fork: may be called at any time. Handlers of pthread_atfork that use lists must be registered
 * after the first lookaside_init of the process.
 *
 * Ownership: the caller owns the storage of a list, which may not move while the list is
 * initialised; the list owns its cached entries; an entry that is out belongs to whom it was given.
 *
 * Drivers: with LOOKASIDE_KERNEL (or MSVC's _KERNEL_MODE) defined, the same calls work on the
 * Windows kernel's own lists. "In a driver" tells where they differ, "IRQL" where they may be
 * called; "paged <= APC_LEVEL" is about lists of LOOKASIDE_PAGED. A list's storage is nonpaged
 * memory, even for paged entries. Entries that are cached carry the kernel's link in their first 8
 * bytes.
 *
 * C++: <lookaside/lookaside.hpp> has lists with destructors, objects and containers over this. */
#ifndef LOOKASIDE_LOOKASIDE_H
#define LOOKASIDE_LOOKASIDE_H

#include <lookaside/platform.h>
#include <lookaside/status.h>

LOOKASIDE_BEGIN_DECLARATIONS

#define LOOKASIDE_VERSION_MAJOR 0
#define LOOKASIDE_VERSION_MINOR 1
#define LOOKASIDE_VERSION_PATCH 0

#define LOOKASIDE_MINIMUM_SIZE 8u /* smaller entries become 8 bytes, as in the kernel */
#define LOOKASIDE_MAXIMUM_SIZE ((size_t)16 << 20) /* bytes of an entry */
#define LOOKASIDE_DEFAULT_ALIGNMENT 16u           /* bytes */
#define LOOKASIDE_MINIMUM_DEPTH 4u                /* entries; a list starts with it */
#define LOOKASIDE_DEFAULT_MAXIMUM_DEPTH 256u      /* entries */
#define LOOKASIDE_LARGEST_MAXIMUM_DEPTH 1023u     /* entries */
#define LOOKASIDE_NAME_SIZE 64u /* bytes kept of a list's name, with the final 0 */

/* A tag as the kernel stores it: LOOKASIDE_TAG('s', 'r', 'L', 'L') is the four bytes "srLL". */
#define LOOKASIDE_TAG(a, b, c, d)                                                                  \
    ((uint32_t)(unsigned char)(a) | (uint32_t)(unsigned char)(b) << 8 |                            \
     (uint32_t)(unsigned char)(c) << 16 | (uint32_t)(unsigned char)(d) << 24)
#define LOOKASIDE_DEFAULT_TAG LOOKASIDE_TAG('s', 'r', 'L', 'L')

/* Where entries live; the values are those of NT's POOL_TYPE. */
typedef enum lookaside_pool_type {
    LOOKASIDE_NONPAGED = 0,     /* resident: locked when mapped, so that use never faults; not in
                                   a forked child, which inherits no locks */
    LOOKASIDE_PAGED = 1,        /* ordinary memory */
    LOOKASIDE_NONPAGED_NX = 512 /* as LOOKASIDE_NONPAGED; in the kernel, not executable */
} lookaside_pool_type;

/* The first two values are those of EX_LOOKASIDE_LIST_EX_FLAGS_*. */
#define LOOKASIDE_RAISE_ON_FAIL 0x1u /* a failed allocation is raised instead of returning NULL */
#define LOOKASIDE_FAIL_NO_RAISE 0x2u /* the allocate callback is told not to raise */
/* In a driver, count the entries that are out, with one interlocked instruction a call; without it,
 * lookaside_destroy cannot tell IN_USE. In user mode they are always counted, for nothing. */
#define LOOKASIDE_COUNT_OUTSTANDING 0x10000u

/* Bits that the flags add to the pool type an allocate callback sees, as in the kernel. */
#define LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE 0x8u
#define LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE 0x10u

/* Who keeps free entries. */
typedef enum lookaside_cache {
    LOOKASIDE_CACHE_THREAD = 0, /* each thread a magazine, and the list a depot; in a driver the
                                   kernel's list, whose depth the kernel tunes */
    /* 1 is kept for a magazine per CPU. */
    LOOKASIDE_CACHE_NONE = 2 /* nobody: every call goes to the backing */
} lookaside_cache;

/* A lookaside list. Its members, told at the end of this file, are for the inline calls and the
 * library alone. LOOKASIDE_LIST_INIT is one that is valid and not yet initialised; all-zero memory
 * is one, too. */
typedef struct lookaside_list lookaside_list;

/* Gives one entry of the backing, at least size bytes, or NULL. With the default free callback, the
 * entry must come from lookaside_backing_allocate. pool_type carries the bits that the list's flags
 * add. Several threads may be in it at the same time. It may call lookaside_backing_allocate. In a
 * driver: it runs at the caller's IRQL; with the default free callback the entry must be a block of
 * the pool; one that is not aligned to 16 bytes, or as the list asks, is given back, and the
 * allocation fails with LOOKASIDE_BAD_ALIGNMENT. */
typedef void *lookaside_allocate_callback(unsigned pool_type, size_t size, uint32_t tag,
                                          lookaside_list *list, void *context);

/* Takes one entry back into the backing. Several threads may be in it at the same time. */
typedef void lookaside_free_callback(void *entry, lookaside_list *list, void *context);

/* Prepares an entry that came from the backing; 0 when it is ready, anything else to refuse it. In
 * a driver: the first 8 bytes do not last; they are the kernel's while the entry is cached. */
typedef int lookaside_construct_callback(void *entry, lookaside_list *list, void *context);

/* Undoes construct on an entry that is about to go to the backing. */
typedef void lookaside_destruct_callback(void *entry, lookaside_list *list, void *context);

/* How a list differs from the default. Zero or NULL in a member chooses its default. */
typedef struct lookaside_options {
    size_t options_size;    /* sizeof(lookaside_options), see LOOKASIDE_OPTIONS_INIT */
    uint32_t tag;           /* owner; default LOOKASIDE_DEFAULT_TAG */
    uint32_t flags;         /* LOOKASIDE_RAISE_ON_FAIL or _FAIL_NO_RAISE, _COUNT_OUTSTANDING */
    uint32_t maximum_depth; /* entries a magazine may keep, 4 to 1023; default 256 */
    lookaside_cache cache;  /* default LOOKASIDE_CACHE_THREAD */
    size_t alignment;       /* bytes, a power of two up to the OS page; default 16, in a driver
                               also the most unless an allocate callback gives more */
    const char *name;       /* copied, cut to LOOKASIDE_NAME_SIZE; default "" */
    lookaside_allocate_callback *allocate;   /* default: the list's slabs; a driver's: the pool */
    lookaside_free_callback *free;           /* default: the list's slabs; a driver's: the pool */
    lookaside_construct_callback *construct; /* default: none */
    lookaside_destruct_callback *destruct;   /* default: none */
    void *context;                           /* passed to every callback */
} lookaside_options;

/* clang-format off */
#define LOOKASIDE_OPTIONS_INIT                                                                     \
    {sizeof(lookaside_options), 0, 0, 0, LOOKASIDE_CACHE_THREAD, 0, NULL, NULL, NULL, NULL, NULL, NULL}
/* clang-format on */

/* What a list can say about itself. Counters count entries, since the list was initialised.
 *
 * While no thread is inside a call on the list, these hold exactly:
 *     current_depth  = (total_frees - free_misses) - (total_allocates - allocate_misses) - flushed
 *     live_entries   = total_allocates - total_frees
 *     mapped_bytes   = live_bytes + magazine_bytes + depot_bytes + slab_free_bytes + metadata_bytes
 *     allocate_misses = misses_cold + misses_burst + misses_trimmed + misses_handed_over
 * and under traffic, total_allocates >= total_frees and the last two still hold. flushed is 0 until
 * lookaside_flush or lookaside_trim is called (in a driver, also a lookaside_reserve that fails): as
 * in the kernel, they move none of the four counters before it.
 *
 * In a driver the four counters are the kernel's: 32 bits that wrap, and plain increments, of which
 * one can get lost when two CPUs make it at once. Numbers that follow from them are then off by as
 * much, but never below 0; live_entries is exact on a list with LOOKASIDE_COUNT_OUTSTANDING, and
 * current_depth always. Entries that are cached count as depot_bytes; magazine_bytes,
 * slab_free_bytes, metadata_bytes, threads and reserved_entries are 0: there are no magazines, what
 * is free in the pool is the pool's, and a list's records lie in the caller's storage. So are
 * highest_entries and the four reasons for misses, which nobody counts there. */
typedef struct lookaside_statistics {
    char name[LOOKASIDE_NAME_SIZE]; /* as given, cut */
    uint32_t tag;
    uint32_t type;    /* pool type with the bits that the flags add */
    size_t size;      /* bytes of an entry as asked, at least LOOKASIDE_MINIMUM_SIZE */
    size_t alignment; /* bytes */
    lookaside_cache cache;
    lookaside_status last_failure; /* of the last allocation that failed, or LOOKASIDE_OK */
    uint32_t depth;                /* entries one magazine may keep now */
    uint32_t maximum_depth;        /* its ceiling */
    uint64_t total_allocates;      /* entries handed out */
    uint64_t allocate_misses;      /* entries that came from the backing */
    uint64_t total_frees;          /* entries taken back */
    uint64_t free_misses;          /* entries that went to the backing */
    uint64_t flushed;              /* cached entries that flush and trim gave to the backing */
    uint64_t allocate_failures;    /* allocations that got nothing; in no other counter */
    uint64_t current_depth;        /* entries in magazines and depot */
    uint64_t live_entries;         /* entries that are out */
    uint64_t reserved_entries;     /* entries that lookaside_reserve still holds back */
    uint64_t threads;              /* threads that own a magazine of the list */
    uint64_t mapped_bytes;         /* everything below */
    uint64_t live_bytes;           /* in entries that are out */
    uint64_t magazine_bytes;       /* in entries in magazines */
    uint64_t depot_bytes;          /* in entries in the depot */
    uint64_t slab_free_bytes;      /* in slabs, in no entry above */
    uint64_t metadata_bytes;       /* the library's own records of this list */
    uint64_t highest_entries;      /* the most entries that were ever out of the backing at once,
                                      with the user or cached */
    uint64_t misses_cold;          /* of the allocate_misses: those that raised highest_entries */
    uint64_t misses_burst;         /* entries that the cache had once, and no room for */
    uint64_t misses_trimmed;       /* entries that flush or trim had given back */
    uint64_t misses_handed_over;   /* of threads whose entries others free */
} lookaside_statistics;

/* lookaside_alloc and lookaside_free are inline and exported, too: with LOOKASIDE_NO_INLINE
 * defined, every call is a call into the library. */
#ifdef LOOKASIDE_NO_INLINE
#define LOOKASIDE_HIT_PATH LOOKASIDE_API
#else
#define LOOKASIDE_HIT_PATH static inline
#endif

/* ---- Life of a list ---------------------------------------------------------------------------- */

/* Initialise a list.
 *
 * list:      storage for it, LOOKASIDE_LIST_INIT or zero, or a destroyed list
 * size:      bytes of an entry, 1 to LOOKASIDE_MAXIMUM_SIZE; less than 8 becomes 8
 * pool_type: LOOKASIDE_PAGED, LOOKASIDE_NONPAGED or LOOKASIDE_NONPAGED_NX
 * options:   NULL for all defaults; not kept
 *
 * Returns LOOKASIDE_OK, or what is wrong; then nothing has changed: LOOKASIDE_NULL_ARGUMENT (list),
 * ALREADY_INITIALIZED, BAD_OPTIONS, SIZE_ZERO, SIZE_TOO_LARGE, BAD_MAXIMUM_DEPTH, FLAGS_EXCLUSIVE,
 * FLAGS_UNKNOWN, BAD_POOL_TYPE, BAD_ALIGNMENT, BAD_CACHE_POLICY, NO_MEMORY. Checked in this order.
 * Maps no memory for entries. Any thread, but one at a time for one list.
 *
 * In a driver also MISALIGNED_LIST, after NULL_ARGUMENT; NOT_SUPPORTED for an alignment above 16
 * without an allocate callback, and WRONG_IRQL, in this order at the end; never NO_MEMORY.
 * IRQL: PASSIVE_LEVEL for a driver's first list, which looks up the kernel's routines;
 * <= DISPATCH_LEVEL for all others. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API lookaside_status lookaside_init(lookaside_list *list, size_t size,
                                              lookaside_pool_type pool_type,
                                              const lookaside_options *options);

/* Destroy a list: every cached entry goes back to the backing and all slabs to the system. The
 * library's records of the list, about 1 KiB, are kept for the next list.
 *
 * Returns LOOKASIDE_OK; the list may then be initialised again. LOOKASIDE_IN_USE while entries are
 * out: nothing has changed. LOOKASIDE_NOT_INITIALIZED, harmless, for a list that is not initialised
 * or already destroyed; LOOKASIDE_NULL_ARGUMENT. Any thread, once nobody else uses the list.
 *
 * In a driver, entries go back to the pool, and IN_USE is only known to a list with
 * LOOKASIDE_COUNT_OUTSTANDING: without it, the list is destroyed, and an entry that is out can only
 * be given to the backing. IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API lookaside_status lookaside_destroy(lookaside_list *list);

/* Destroy a list together with the entries that are still out, which become invalid. destruct is
 * called for cached entries, not for those that are out.
 *
 * Returns LOOKASIDE_OK; LOOKASIDE_NOT_SUPPORTED for a list with an allocate or a free callback, and
 * for every list in a driver, where nobody knows the entries that are out; otherwise as
 * lookaside_destroy. IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API lookaside_status lookaside_abandon(lookaside_list *list);

/* ---- Entries ----------------------------------------------------------------------------------- */

/* Take one entry from the list.
 *
 * Returns the entry, aligned as asked; its content is what its last user, or construct, left. NULL
 * when the backing has nothing (lookaside_query tells why in last_failure); with
 * LOOKASIDE_RAISE_ON_FAIL the failure is raised first, see lookaside_set_raise_handler.
 * Bugchecks: NOT_INITIALIZED, USED_AFTER_DESTROY, CORRUPTED_LIST. Any thread.
 * IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_HIT_PATH void *lookaside_alloc(lookaside_list *list);

/* Give one entry back to the list; NULL is ignored.
 *
 * Bugchecks: NOT_INITIALIZED, USED_AFTER_DESTROY, CORRUPTED_LIST at the call; DOUBLE_FREE,
 * FREE_NOT_AN_ENTRY, WRONG_LIST, INTERIOR_POINTER and NEVER_ALLOCATED once the entry reaches the
 * slabs, which may be later. Any thread.
 *
 * In a driver: INTERIOR_POINTER, at the call, for what is not aligned to 16 bytes; DOUBLE_FREE when
 * more is freed than was out, with LOOKASIDE_COUNT_OUTSTANDING; Driver Verifier finds the others.
 * IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_HIT_PATH void lookaside_free(lookaside_list *list, void *entry);

/* Take up to count entries at once into entries[0..].
 *
 * Returns how many were taken: count, or fewer when the backing has no more; never raises by itself.
 * Otherwise as lookaside_alloc. Any thread. IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API size_t lookaside_alloc_bulk(lookaside_list *list, void **entries, size_t count);

/* Give count entries back at once; NULLs among them are ignored. Otherwise as lookaside_free.
 * IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API void lookaside_free_bulk(lookaside_list *list, void *const *entries, size_t count);

/* The list's own backing: one entry of its slabs, past every cache, counter and construct. In a
 * driver: a block of the list's pool type, size and tag.
 *
 * For allocate callbacks that wrap it. Returns NULL when there is no memory; never raises. Any
 * thread. IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API void *lookaside_backing_allocate(lookaside_list *list);

/* Return an entry that came from lookaside_backing_allocate to the slabs, for free callbacks.
 * Bugchecks as lookaside_free's of the slabs. Any thread. IRQL <= DISPATCH_LEVEL, paged
 * <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API void lookaside_backing_free(lookaside_list *list, void *entry);

/* ---- Memory ------------------------------------------------------------------------------------ */

/* Give every cached entry back to the backing, most recently freed first. As in the kernel, the
 * counters of allocations, frees and misses do not move; the list stays usable.
 *
 * The depot and the calling thread's magazine are empty on return, and so are those of threads that
 * have ended. A magazine of another running thread can only be emptied by that thread: it does so
 * at its next free that comes here, and keeps at most `depth` entries until then. In a driver,
 * nothing is left behind, because there are no magazines.
 *
 * Returns LOOKASIDE_OK, LOOKASIDE_NOT_INITIALIZED or LOOKASIDE_NULL_ARGUMENT. Any thread.
 * IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API lookaside_status lookaside_flush(lookaside_list *list);

/* Give back what is not needed, but keep up to `keep` cached entries, and return empty slabs to the
 * system. Reaches the same magazines as lookaside_flush; other running threads are asked to empty
 * theirs when keep is 0.
 *
 * released: where to store how many bytes of slabs went back to the system, at least; may be NULL;
 *           in a driver, how many bytes of entries went to the backing
 * Returns LOOKASIDE_OK, LOOKASIDE_NOT_INITIALIZED or LOOKASIDE_NULL_ARGUMENT (list). Any thread.
 * IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API lookaside_status lookaside_trim(lookaside_list *list, size_t keep, size_t *released);

/* See to it that the next count allocations, whichever threads make them, cannot fail.
 *
 * The entries are held back in the backing and only used when it has no more; each that is used
 * is used up. A second call sets the reserve anew, it does not add; 0 gives it back. For a list
 * with an allocate callback the entries are taken from it now, and construct is called now.
 *
 * Returns LOOKASIDE_OK; LOOKASIDE_NO_MEMORY (also for more than the machine has),
 * LOCKED_MEMORY_LIMIT, ALLOCATE_FAILED or CONSTRUCT_FAILED when they cannot be had: the earlier
 * reserve stands; LOOKASIDE_NOT_INITIALIZED; LOOKASIDE_NULL_ARGUMENT. Any thread.
 *
 * In a driver the reserve is in the list itself: it is filled up until count entries are cached,
 * and its depth is raised, which the kernel's tuner lowers again when it is not needed. They count
 * as allocated and freed again, and as flushed if they were too few and had to go back. More than
 * the maximum depth is LOOKASIDE_NOT_SUPPORTED; flush and trim take the reserve, too; 0 changes
 * nothing. IRQL <= DISPATCH_LEVEL, paged <= APC_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API lookaside_status lookaside_reserve(lookaside_list *list, size_t count);

/* ---- Looking inside ---------------------------------------------------------------------------- */

/* lookaside_query, for callers whose lookaside_statistics has another size: writes no more than
 * statistics_size bytes, those that this version does not know as zero. IRQL <= DISPATCH_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API lookaside_status lookaside_query_sized(lookaside_list *list,
                                                     lookaside_statistics *statistics,
                                                     size_t statistics_size);

/* Ask a list about itself.
 *
 * Returns LOOKASIDE_OK; LOOKASIDE_NOT_INITIALIZED or LOOKASIDE_NULL_ARGUMENT, and *statistics is
 * untouched. Takes the list's lock; costs time proportional to the threads that use it. Any thread.
 * In a driver: no lock. IRQL <= DISPATCH_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
static inline lookaside_status lookaside_query(lookaside_list *list,
                                               lookaside_statistics *statistics)
{
    return lookaside_query_sized(list, statistics, sizeof(*statistics));
}

/* Receives a piece of text; the pieces follow each other. */
typedef void lookaside_write(void *context, const char *text, size_t length);

/* Write the list's report in the layout of WinDbg's !lookaside: an empty line, a header, six rows.
 *
 * write: called for each piece of text with context, with no lock held
 * Returns LOOKASIDE_OK, LOOKASIDE_NOT_INITIALIZED or LOOKASIDE_NULL_ARGUMENT. Any thread.
 * In a driver: the debugger's !lookaside on the list's address shows the same.
 * IRQL <= DISPATCH_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API lookaside_status lookaside_report(lookaside_list *list, lookaside_write *write,
                                                void *context);

/* The same report of statistics that were read before, or elsewhere: from another process, or a core
 * dump. address is what it gives as the list's. Returns LOOKASIDE_OK or LOOKASIDE_NULL_ARGUMENT
 * (statistics, write). Any thread. IRQL <= DISPATCH_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API lookaside_status lookaside_report_of(const lookaside_statistics *statistics,
                                                   const void *address, lookaside_write *write,
                                                   void *context);

/* The version of the library that runs, for instance "0.1.0". Any thread; any IRQL. */
LOOKASIDE_API const char *lookaside_version(void);

/* ---- When a contract is broken ----------------------------------------------------------------- */

/* Told of a bugcheck before the program ends. list and entry may be NULL, and list may be unusable.
 * A handler that returns lets the faulty call return without effect. */
typedef void lookaside_bugcheck_handler(lookaside_bugcheck_code code, lookaside_list *list,
                                        void *entry, const char *sentence, void *context);

/* Set the process's bugcheck handler, for tests and services; NULL for the default: write the
 * sentence to standard error and abort. Any thread; set it before the lists are in use.
 *
 * In a driver it is the driver's, for tests; the default writes the sentence to the debugger and
 * calls KeBugCheckEx(0xC4, code, list, entry, 0). IRQL <= DISPATCH_LEVEL; the handler runs at that
 * of the faulty call. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API void lookaside_set_bugcheck_handler(lookaside_bugcheck_handler *handler,
                                                  void *context);

/* The one way to die: reports a broken contract in one sentence. Returns only if a handler does.
 * Any thread; IRQL <= DISPATCH_LEVEL.
 *
 * DESTROYED_IN_USE is for whoever ends lists where nobody can be told of LOOKASIDE_IN_USE, as a C++
 * destructor; its sentence has the number of entries that are out (in a driver, of a list with
 * LOOKASIDE_COUNT_OUTSTANDING). */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API void lookaside_bugcheck(lookaside_bugcheck_code code, lookaside_list *list,
                                      void *entry);

/* Told of a failed allocation on a list made with LOOKASIDE_RAISE_ON_FAIL. May leave by longjmp or
 * a C++ exception; when it returns, the allocation returns NULL. */
typedef void lookaside_raise_handler(lookaside_status status, lookaside_list *list, void *context);

/* Set the process's raise handler; NULL for the default: bugcheck ALLOCATION_RAISED. Any thread;
 * set it before the lists are in use.
 *
 * In a driver it is the driver's, and the default is ExRaiseStatus(lookaside_ntstatus(status)),
 * which is STATUS_INSUFFICIENT_RESOURCES when there is no memory; above APC_LEVEL, where nothing
 * can be raised, it is the bugcheck, too. IRQL <= DISPATCH_LEVEL. */
LOOKASIDE_IRQL_MAX(DISPATCH_LEVEL)
LOOKASIDE_API void lookaside_set_raise_handler(lookaside_raise_handler *handler, void *context);

/* A list of its own for one type, without casts. LOOKASIDE_TYPED_LIST(session, struct session)
 * gives the file session_list and session_init(pool_type, options), session_alloc(),
 * session_free(entry) and session_destroy(), which are the calls above on that list; entries are
 * aligned as the type. */
#define LOOKASIDE_TYPED_LIST(prefix, type)                                                         \
    static lookaside_list prefix##_list = LOOKASIDE_LIST_INIT;                                     \
    static inline lookaside_status prefix##_init(lookaside_pool_type pool_type,                    \
                                                 const lookaside_options *options)                 \
    {                                                                                              \
        lookaside_options wanted = LOOKASIDE_OPTIONS_INIT;                                         \
        if (options != NULL) {                                                                     \
            wanted = *options;                                                                     \
        }                                                                                          \
        if (wanted.alignment < LOOKASIDE_ALIGNOF(type) &&                                          \
            LOOKASIDE_ALIGNOF(type) > LOOKASIDE_DEFAULT_ALIGNMENT) {                               \
            wanted.alignment = LOOKASIDE_ALIGNOF(type);                                            \
        }                                                                                          \
        return lookaside_init(&prefix##_list, sizeof(type), pool_type, &wanted);                   \
    }                                                                                              \
    static inline type *prefix##_alloc(void)                                                       \
    {                                                                                              \
        return (type *)lookaside_alloc(&prefix##_list);                                            \
    }                                                                                              \
    static inline void prefix##_free(type *entry)                                                  \
    {                                                                                              \
        lookaside_free(&prefix##_list, entry);                                                     \
    }                                                                                              \
    static inline lookaside_status prefix##_destroy(void)                                          \
    {                                                                                              \
        return lookaside_destroy(&prefix##_list);                                                  \
    }                                                                                              \
    struct prefix##_needs_a_semicolon

LOOKASIDE_END_DECLARATIONS

/* What differs between user mode and a driver: struct lookaside_list, LOOKASIDE_LIST_INIT, and the
 * bodies of lookaside_alloc and lookaside_free. */
#include LOOKASIDE_LIST_HEADER

#endif
