/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* User mode's lists, and the hit path: what lookaside_alloc and lookaside_free do when the calling
 * thread's magazine can serve them. It is inline, takes no lock, and has one branch.
 *
 * Each thread owns a table of magazines, one for each list; a list knows the offset of its magazine
 * in every table. Offset 0 is a magazine that is always empty, and a thread that has no table yet
 * has one that is all zero: an uninitialised or destroyed list, a list without a cache and a new
 * thread all take the slow path by themselves.
 *
 *     word   63                               16 15               0
 *            +----------------------------------+-----------------+
 *            | allocations served               | depth           |
 *            +----------------------------------+-----------------+
 *
 * One store of the word commits an operation and its statistics together. Only the owning thread
 * writes it; others read depth and count of one instant. The store is a release, so that who sees
 * the new depth sees the entry, too (fork's child and the statistics rely on it).
 *
 * The entries hold no link: a free entry is never read or written. */
#ifndef LOOKASIDE_HIT_PATH_H
#define LOOKASIDE_HIT_PATH_H

#include <lookaside/platform.h>

LOOKASIDE_BEGIN_DECLARATIONS

#define LOOKASIDE_DEPTH_BITS 16
#define LOOKASIDE_DEPTH_MASK ((UINT64_C(1) << LOOKASIDE_DEPTH_BITS) - 1)
#define LOOKASIDE_ONE_ALLOCATION (UINT64_C(1) << LOOKASIDE_DEPTH_BITS)

/* A list; lookaside.h tells what it is. The members are for the hit path and the library alone. */
struct lookaside_list {
    size_t magazine; /* offset of this list's magazine in each thread's table */
    struct lookaside_state *state;
    uintptr_t seal; /* ties state to this address while the list is initialised */
    uintptr_t reserved[5];
};

/* clang-format off */
#define LOOKASIDE_LIST_INIT {0, NULL, 0, {0, 0, 0, 0, 0}}
/* clang-format on */

/* What the hit path needs of a magazine. Half a cache line; a thread's magazines lie side by side,
 * those of different threads never share a cache line. */
struct lookaside_magazine {
    uint64_t word;     /* written by the owning thread alone */
    void **entries;    /* written by the owning thread alone */
    uint64_t capacity; /* lowered to 0 by any thread to call the owner into the slow path */
    void *account;     /* the slow path's part; NULL in an empty magazine */
};

/* The calling thread's table of magazines. Never NULL. */
extern LOOKASIDE_API_THREAD_LOCAL char *lookaside_thread_magazines;

/* The slow paths; for the hit path alone. */
LOOKASIDE_API void *lookaside_alloc_slow(struct lookaside_list *list);
LOOKASIDE_API void lookaside_free_slow(struct lookaside_list *list, void *entry);

/* The calling thread's magazine for the list whose magazines lie at the offset.
 *
 * The address is kept in one register: CPUs hand a stored word straight to the next load when both
 * use the same plain address, which is worth 2 ns of every pair. */
static inline struct lookaside_magazine *lookaside_magazine_at(size_t offset)
{
    char *address = LOOKASIDE_OWN(lookaside_thread_magazines) + offset;

    LOOKASIDE_KEEP_IN_REGISTER(address);
    return (struct lookaside_magazine *)(void *)address;
}

/* lookaside_alloc, given the list's magazine offset. */
static inline void *lookaside_alloc_at(struct lookaside_list *list, size_t offset)
{
    struct lookaside_magazine *magazine = lookaside_magazine_at(offset);
    uint64_t word = LOOKASIDE_LOAD(&magazine->word);
    uint64_t depth = word & LOOKASIDE_DEPTH_MASK;

    if (LOOKASIDE_UNLIKELY(depth == 0)) {
        return lookaside_alloc_slow(list);
    }
    void *entry = magazine->entries[depth - 1];
    LOOKASIDE_ASSUME(entry != NULL); /* a caller's test for NULL is for the slow path alone */
    LOOKASIDE_STORE_RELEASE(&magazine->word, word + (LOOKASIDE_ONE_ALLOCATION - 1));
    return entry;
}

/* lookaside_free, given the list's magazine offset. For NULL there is no room anywhere: the slow
 * path ignores it. Both reasons share the one branch, so that the next word does not wait for the
 * entry. */
static inline void lookaside_free_at(struct lookaside_list *list, size_t offset, void *entry)
{
    struct lookaside_magazine *magazine = lookaside_magazine_at(offset);
    uint64_t word = LOOKASIDE_LOAD(&magazine->word);
    uint64_t depth = word & LOOKASIDE_DEPTH_MASK;
    uint64_t capacity = LOOKASIDE_LOAD(&magazine->capacity);

    if (!LOOKASIDE_KNOWN_TRUE(entry != NULL)) {
        LOOKASIDE_ZERO_IF_NULL(capacity, entry);
    }
    if (LOOKASIDE_UNLIKELY(depth >= capacity)) {
        lookaside_free_slow(list, entry);
        return;
    }
    magazine->entries[depth] = entry;
    LOOKASIDE_STORE_RELEASE(&magazine->word, word + 1);
}

#ifndef LOOKASIDE_NO_INLINE
static inline void *lookaside_alloc(struct lookaside_list *list)
{
    return lookaside_alloc_at(list, list->magazine);
}

static inline void lookaside_free(struct lookaside_list *list, void *entry)
{
    lookaside_free_at(list, list->magazine, entry);
}
#endif

LOOKASIDE_END_DECLARATIONS

#endif
