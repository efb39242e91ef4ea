/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A list's life as the driver sees it: every argument is checked here, before anything changes.
 *
 * The arguments are checked by the rules that user mode has, too, so the kernel's own checks cannot
 * fail after them, but on a kernel that does not know a pool type yet.
 *
 * The depth argument of the kernel's routine is always 0, as it is documented; a maximum depth of
 * one's own is written into the list afterwards, which is what the debugger's `!lookaside ADDRESS 2
 * DEPTH` does. A list without a cache has depth 0 and maximum depth 0xFFFF, which the kernel's
 * tuner leaves alone: Driver Verifier makes such lists, and where it has made one, it stays one. */
#include "backing.h"
#include "failure.h"
#include "native.h"
#include "options.h"
#include "text.h"

C_ASSERT(FIELD_OFFSET(lookaside_list, native) == 0);
C_ASSERT(sizeof(LOOKASIDE_LIST_EX) == 0x60);
C_ASSERT(sizeof(lookaside_list) == 0x100);
C_ASSERT(LOOKASIDE_ALIGNOF(lookaside_list) == LOOKASIDE_KERNEL_ALIGNMENT);

static lookaside_status status_of(NTSTATUS status)
{
    switch (status) {
    case STATUS_SUCCESS:
        return LOOKASIDE_OK;
    case STATUS_INVALID_PARAMETER_4:
        return LOOKASIDE_BAD_POOL_TYPE;
    case STATUS_INVALID_PARAMETER_5:
        return LOOKASIDE_FLAGS_UNKNOWN;
    case STATUS_INVALID_PARAMETER_8:
        return LOOKASIDE_BAD_MAXIMUM_DEPTH;
    default:
        return LOOKASIDE_NOT_SUPPORTED;
    }
}

/* The part of the list that is ours. */
static void describe(lookaside_list *list, const lookaside_options *options)
{
    list->flags = options->flags;
    list->maximum_depth = options->maximum_depth;
    list->outstanding = 0;
    list->flushed = 0;
    list->allocate_failures = 0;
    list->last_failure = LOOKASIDE_OK;
    list->alignment = (uint32_t)options->alignment;
    list->cache = options->cache;
    list->allocate = options->allocate;
    list->free = options->free;
    list->construct = options->construct;
    list->destruct = options->destruct;
    list->context = options->context;
    struct text name = text_in(list->name, sizeof(list->name));
    text_add(&name, options->name);
}

static void set_depth(lookaside_list *list)
{
    GENERAL_LOOKASIDE_POOL *native = &list->native.L;

    if (list->cache == LOOKASIDE_CACHE_NONE) {
        LOOKASIDE_STORE(&native->MaximumDepth, LOOKASIDE_PASSES_THROUGH);
        LOOKASIDE_STORE(&native->Depth, 0);
    } else if (LOOKASIDE_LOAD(&native->MaximumDepth) != LOOKASIDE_PASSES_THROUGH) {
        LOOKASIDE_STORE(&native->MaximumDepth, (USHORT)list->maximum_depth);
    }
}

lookaside_status lookaside_init(lookaside_list *list, size_t size, lookaside_pool_type pool_type,
                                const lookaside_options *options)
{
    const uint32_t kernel_flags = LOOKASIDE_RAISE_ON_FAIL | LOOKASIDE_FAIL_NO_RAISE;
    lookaside_options filled;

    if (list == NULL) {
        return LOOKASIDE_NULL_ARGUMENT;
    }
    if (((uintptr_t)list & (LOOKASIDE_KERNEL_ALIGNMENT - 1)) != 0) {
        return LOOKASIDE_MISALIGNED_LIST;
    }
    if (lookaside_is_live(list)) {
        return LOOKASIDE_ALREADY_INITIALIZED;
    }
    if (!options_fill_in(&filled, options)) {
        return LOOKASIDE_BAD_OPTIONS;
    }
    lookaside_status status = options_check(size, pool_type, &filled, PAGE_SIZE);
    if (status != LOOKASIDE_OK) {
        return status;
    }
    if (filled.alignment > LOOKASIDE_KERNEL_ALIGNMENT && filled.allocate == NULL) {
        return LOOKASIDE_NOT_SUPPORTED;
    }
    if (!native_find()) {
        return LOOKASIDE_WRONG_IRQL;
    }
    /* The kernel would do it, too, but Driver Verifier stops who leaves it to the kernel. */
    size = size < LOOKASIDE_MINIMUM_SIZE ? LOOKASIDE_MINIMUM_SIZE : size;
    status = status_of(native_initialize(&list->native, backing_allocate_routine(&filled),
                                         backing_free_routine(&filled), (POOL_TYPE)pool_type,
                                         filled.flags & kernel_flags, size, filled.tag));
    if (status != LOOKASIDE_OK) {
        return status;
    }
    describe(list, &filled);
    set_depth(list);
    LOOKASIDE_STORE_RELEASE(&list->seal, (uintptr_t)list ^ LOOKASIDE_SEAL_LIVE);
    return LOOKASIDE_OK;
}

lookaside_status lookaside_destroy(lookaside_list *list)
{
    lookaside_status status = list_check(list);

    if (status != LOOKASIDE_OK) {
        return status;
    }
    if (lookaside_counts_outstanding(list) && LOOKASIDE_LOAD(&list->outstanding) > 0) {
        return LOOKASIDE_IN_USE;
    }
    native_delete(&list->native); /* callbacks may ask the list meanwhile */
    LOOKASIDE_STORE_RELEASE(&list->seal, (uintptr_t)list ^ LOOKASIDE_SEAL_DESTROYED);
    return LOOKASIDE_OK;
}

lookaside_status lookaside_abandon(lookaside_list *list)
{
    lookaside_status status = list_check(list);

    return status == LOOKASIDE_OK ? LOOKASIDE_NOT_SUPPORTED : status;
}
