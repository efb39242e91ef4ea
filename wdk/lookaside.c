/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The common body of both families.
 *
 * What they do is the kernel's to the letter: an allocation counts, pops, and counts a miss when
 * there was nothing; a free counts, compares the number of cached entries with the depth, and
 * pushes or counts a miss. The counters are plain increments, not atomic ones: with several threads
 * some are lost, as in Windows. Each is one relaxed load and one relaxed store, so that
 * ThreadSanitizer knows it is meant.
 *
 * What comes before that is Driver Verifier's part and more: whether the list is alive, the IRQL,
 * whether the entry can be one of this list. An entry that the pool's default routine made has the
 * list's tag and size; that finds what belongs to another list. Entries of a driver's own routines
 * are not looked at.
 *
 * Drivers with inline bodies of older headers pass these checks by and reach the SLIST directly;
 * they have AddressSanitizer's (slist.c). */
#include "lookaside.h"

#include <wdk/exception.h>

#include "bugcheck.h"
#include "irql.h"
#include "pool.h"
#include "slist.h"
#include "verifier.h"

#define LOAD(field) __atomic_load_n(&(field), __ATOMIC_RELAXED)

static void count(ULONG *counter) /* NOLINT(readability-non-const-parameter): an atomic store */
{
    __atomic_store_n(counter, LOAD(*counter) + 1, __ATOMIC_RELAXED);
}

static BOOLEAN is_paged(PGENERAL_LOOKASIDE_POOL list)
{
    return (list->Type & PagedPool) != 0;
}

/* ---- Life --------------------------------------------------------------------------------------- */

static void check_memory(PGENERAL_LOOKASIDE_POOL list)
{
    struct block block;

    if (block_around(list, &block) && (block.type & PagedPool) != 0) {
        verifier_report(RULE_LIST_PAGEABLE, ADDRESS(list), 0, 0,
                        "Lookaside list %p lies in paged pool with the tag \"%s\"", (void *)list,
                        tag_text(block.tag).text);
    }
}

void lookaside_check_new(PGENERAL_LOOKASIDE_POOL list, ULONG type, SIZE_T size, ULONG tag,
                         const char *routine)
{
    if ((ULONG_PTR)list % TYPE_ALIGNMENT(SLIST_HEADER) != 0) {
        ExRaiseDatatypeMisalignment();
    }
    irql_require_at_most(DISPATCH_LEVEL, routine);
    if (lists_contain(list)) {
        verifier_report(RULE_LIST_TWICE, ADDRESS(list), 0, 0,
                        "%s: lookaside list %p, tag \"%s\", is initialised already", routine,
                        (void *)list, tag_text(tag).text);
        (void)lists_remove(list);
    }
    check_memory(list);
    if (size < LOOKASIDE_MINIMUM_BLOCK_SIZE) {
        verifier_report(RULE_LIST_BLOCK_SIZE, ADDRESS(list), size, LOOKASIDE_MINIMUM_BLOCK_SIZE,
                        "%s: lookaside list %p, tag \"%s\", was asked to have entries of %zu bytes",
                        routine, (void *)list, tag_text(tag).text, size);
    }
    if (pool_is_executable(type)) {
        verifier_report(
            RULE_EXECUTABLE_POOL, ADDRESS(list), type, tag,
            "%s: lookaside list %p, tag \"%s\", takes executable memory (pool type 0x%X)", routine,
            (void *)list, tag_text(tag).text, type);
    }
}

static BOOLEAN passes_through;

void wdk_lists_pass_through(BOOLEAN on)
{
    __atomic_store_n(&passes_through, on, __ATOMIC_RELAXED);
}

void lookaside_begin(PGENERAL_LOOKASIDE_POOL list)
{
    if (LOAD(passes_through)) {
        list->Depth = 0;
        list->MaximumDepth = 0xFFFF;
    }
    slist_belongs_to_lookaside(&list->ListHead);
    lists_add(list, is_paged(list));
}

void lookaside_end(PGENERAL_LOOKASIDE_POOL list, const char *routine)
{
    irql_require_at_most(DISPATCH_LEVEL, routine);
    if (!lists_remove(list)) {
        verifier_report(RULE_LIST_NOT_INITIALIZED, ADDRESS(list), 0, 0,
                        "%s: %p is no live lookaside list: never initialised, or deleted", routine,
                        (void *)list);
    }
}

/* ---- Traffic ------------------------------------------------------------------------------------ */

static void check_irql(PGENERAL_LOOKASIDE_POOL list, const char *routine)
{
    KIRQL irql = KeGetCurrentIrql();

    if (is_paged(list) && irql > APC_LEVEL) {
        verifier_report(RULE_PAGED_LIST_IRQL, ADDRESS(list), irql, 0,
                        "%s at %s: lookaside list %p, tag \"%s\", is paged", routine,
                        irql_name(irql), (void *)list, tag_text(list->Tag).text);
    } else {
        irql_require_at_most(DISPATCH_LEVEL, routine);
    }
}

void lookaside_check_use(PGENERAL_LOOKASIDE_POOL list, const char *routine)
{
    if (!lists_contain(list)) {
        verifier_report(RULE_LIST_NOT_INITIALIZED, ADDRESS(list), 0, 0,
                        "%s: %p is no live lookaside list: never initialised, or deleted", routine,
                        (void *)list);
    }
    check_irql(list, routine);
}

PVOID lookaside_take(PGENERAL_LOOKASIDE_POOL list, const char *routine)
{
    lookaside_check_use(list, routine);
    count(&list->TotalAllocates);
    PVOID entry = ExpInterlockedPopEntrySList(&list->ListHead);
    if (entry == NULL) {
        count(&list->AllocateMisses);
    }
    return entry;
}

/* Whether the entry can be one of the list's, as far as the pool knows. */
static void check_entry(PGENERAL_LOOKASIDE_POOL list, PVOID entry, const char *routine)
{
    struct block block;
    enum block_state state = BLOCK_UNKNOWN;

    if (list->Allocate != ExAllocatePoolWithTag && entry != NULL) {
        return;
    }
    state = block_find(entry, &block);
    if (state == BLOCK_FREED) {
        verifier_report(
            RULE_DOUBLE_FREE, 0, ADDRESS(entry), 0,
            "%s: %p was freed to lookaside list %p, tag \"%s\", and has gone back to the "
            "pool before",
            routine, entry, (void *)list, tag_text(list->Tag).text);
    } else if (state == BLOCK_UNKNOWN) {
        verifier_report(RULE_FREE_UNKNOWN, ADDRESS(entry), 0, 0,
                        "%s: %p was freed to lookaside list %p, tag \"%s\", and is no block of the "
                        "pool",
                        routine, entry, (void *)list, tag_text(list->Tag).text);
    } else if (block.tag != list->Tag || block.size != list->Size) {
        verifier_report(RULE_WRONG_TAG, ADDRESS(entry), block.tag, list->Tag,
                        "%s: %p, %zu bytes with the tag \"%s\", was freed to lookaside list %p, %u "
                        "bytes with the tag \"%s\"",
                        routine, entry, block.size, tag_text(block.tag).text, (void *)list,
                        list->Size, tag_text(list->Tag).text);
    }
}

BOOLEAN lookaside_keep(PGENERAL_LOOKASIDE_POOL list, PVOID entry, const char *routine)
{
    lookaside_check_use(list, routine);
    check_entry(list, entry, routine);
    count(&list->TotalFrees);
    if (slist_contains(&list->ListHead, entry)) {
        verifier_report(RULE_DOUBLE_FREE, 0, ADDRESS(entry), 0,
                        "%s: %p was freed twice to lookaside list %p, tag \"%s\"", routine, entry,
                        (void *)list, tag_text(list->Tag).text);
        return TRUE;
    }
    if (ExQueryDepthSList(&list->ListHead) >= LOAD(list->Depth)) {
        count(&list->FreeMisses);
        return FALSE;
    }
    (void)ExpInterlockedPushEntrySList(&list->ListHead, entry);
    return TRUE;
}
