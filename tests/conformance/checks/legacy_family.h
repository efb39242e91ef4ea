/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The two kinds of legacy lists, which follow the same rules but for their types and IRQLs: a check
 * is written once, for a family, and CHECK_BOTH makes npaged_NAME and paged_NAME of it. */
#ifndef CONFORMANCE_LEGACY_FAMILY_H
#define CONFORMANCE_LEGACY_FAMILY_H

#include "backing.h"
#include "check.h"

typedef VOID initialize_legacy(PALLOCATE_FUNCTION allocate, PFREE_FUNCTION release, ULONG flags,
                               SIZE_T size, ULONG tag, USHORT depth);

struct family {
    PGENERAL_LOOKASIDE list; /* storage for one list */
    initialize_legacy *initialize;
    PVOID (*take)(void);
    VOID (*give)(PVOID entry);
    VOID (*end)(void);
    POOL_TYPE base;     /* of its type */
    KIRQL highest_irql; /* at which it may be used */
};

extern const struct family npaged_family;
extern const struct family paged_family;

/* The family's list over the backing of backing.h. */
void legacy_begin(const struct family *family);
void legacy_take(const struct family *family, PVOID *entries, ULONG count);
void legacy_give(const struct family *family, PVOID *entries, ULONG count);

#define CHECK_BOTH(name, rule)                                                                     \
    static void name(struct check_run *check, const struct family *family);                        \
    CHECK(npaged_##name, rule)                                                                     \
    {                                                                                              \
        name(check, &npaged_family);                                                               \
    }                                                                                              \
    CHECK(paged_##name, rule)                                                                      \
    {                                                                                              \
        name(check, &paged_family);                                                                \
    }                                                                                              \
    static void name(struct check_run *check, const struct family *family)
#define ENTRY_BOTH(name) ENTRY(npaged_##name), ENTRY(paged_##name)

#define EXPECT_LEGACY_COUNTERS(allocates, allocate_misses, frees, free_misses)                     \
    do {                                                                                           \
        EXPECT_EQ(family->list->TotalAllocates, allocates);                                        \
        EXPECT_EQ(family->list->AllocateMisses, allocate_misses);                                  \
        EXPECT_EQ(family->list->TotalFrees, frees);                                                \
        EXPECT_EQ(family->list->FreeMisses, free_misses);                                          \
    } while (0)

#define LEGACY_TAG 'ycgL'
#define LEGACY_SIZE 64

#endif
