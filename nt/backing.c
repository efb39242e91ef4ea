/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A list without callbacks is given the kernel's own routines, not wrappers of ours: Driver
 * Verifier puts its pool in the place of those, and the debugger shows their names.
 *
 * All others get the adapters below, which find the list that the kernel's list stands in, and join
 * callbacks and construct or destruct as the user mode does. So does a list that raises: its
 * allocate must be able to fail without raising, for the calls that never raise, and for the
 * handler. And so does one with FAIL_NO_RAISE: what the kernel's default routine does then is
 * documented as undefined. An adapter therefore asks the pool without the raise and quota bits. The
 * user's callback sees them.
 *
 * A callback may raise, and then never comes back to the adapter. So an allocation counts as failed
 * while it is in there, and is taken out of the count on return; who called counts a NULL. */
#include "backing.h"

#include "ddk.h"
#include "failure.h"

static void *allocate_from_pool(const lookaside_list *list)
{
    const ULONG bits = POOL_RAISE_IF_ALLOCATION_FAILURE | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE;
    POOL_TYPE pool_type = (POOL_TYPE)((ULONG)list->native.L.Type & ~bits);

    return ExAllocatePoolWithTag(pool_type, list->native.L.Size, list->native.L.Tag);
}

static void release(lookaside_list *list, void *entry)
{
    if (list->free != NULL) {
        list->free(entry, list, list->context);
    } else {
        ExFreePool(entry);
    }
}

/* What is less aligned than the interlocked list needs would corrupt it in silence. */
static bool is_aligned(const lookaside_list *list, const void *entry)
{
    uintptr_t alignment =
        list->alignment > LOOKASIDE_KERNEL_ALIGNMENT ? list->alignment : LOOKASIDE_KERNEL_ALIGNMENT;

    return ((uintptr_t)entry & (alignment - 1)) == 0;
}

static void *fail(lookaside_list *list, lookaside_status status)
{
    InterlockedExchange(&list->last_failure, (LONG)status);
    return NULL;
}

static void *allocate_and_construct(lookaside_list *list, unsigned pool_type, size_t size,
                                    uint32_t tag)
{
    void *entry = list->allocate != NULL ? list->allocate(pool_type, size, tag, list, list->context)
                                         : allocate_from_pool(list);

    if (entry == NULL) {
        return fail(list, list->allocate != NULL ? LOOKASIDE_ALLOCATE_FAILED : LOOKASIDE_NO_MEMORY);
    }
    if (!is_aligned(list, entry)) {
        release(list, entry);
        return fail(list, LOOKASIDE_BAD_ALIGNMENT);
    }
    if (list->construct != NULL && list->construct(entry, list, list->context) != 0) {
        release(list, entry);
        return fail(list, LOOKASIDE_CONSTRUCT_FAILED);
    }
    return entry;
}

static PVOID NTAPI allocate_adapter(POOL_TYPE pool_type, SIZE_T size, ULONG tag,
                                    PLOOKASIDE_LIST_EX native)
{
    lookaside_list *list = CONTAINING_RECORD(native, lookaside_list, native);

    InterlockedIncrement(&list->allocate_failures);
    void *entry = allocate_and_construct(list, (unsigned)pool_type, size, tag);
    InterlockedDecrement(&list->allocate_failures);
    return entry;
}

static VOID NTAPI free_adapter(PVOID entry, PLOOKASIDE_LIST_EX native)
{
    lookaside_list *list = CONTAINING_RECORD(native, lookaside_list, native);

    if (list->destruct != NULL) {
        list->destruct(entry, list, list->context);
    }
    release(list, entry);
}

PALLOCATE_FUNCTION_EX backing_allocate_routine(const lookaside_options *options)
{
    const uint32_t type_bits = LOOKASIDE_RAISE_ON_FAIL | LOOKASIDE_FAIL_NO_RAISE;
    bool plain = options->allocate == NULL && options->construct == NULL &&
                 (options->flags & type_bits) == 0;

    return plain ? NULL : allocate_adapter;
}

PFREE_FUNCTION_EX backing_free_routine(const lookaside_options *options)
{
    return options->free == NULL && options->destruct == NULL ? NULL : free_adapter;
}

void *backing_take(lookaside_list *list)
{
    LOOKASIDE_LIST_EX *native = &list->native;

    return native->L.AllocateEx(native->L.Type, native->L.Size, native->L.Tag, native);
}

void backing_give(lookaside_list *list, void *entry)
{
    list->native.L.FreeEx(entry, &list->native);
}

lookaside_status backing_failure(const lookaside_list *list)
{
    if (list->native.L.AllocateEx != allocate_adapter) {
        return LOOKASIDE_NO_MEMORY;
    }
    return (lookaside_status)LOOKASIDE_LOAD(&list->last_failure);
}

void *lookaside_backing_allocate(lookaside_list *list)
{
    return list_live_or_bugcheck(list, NULL) ? allocate_from_pool(list) : NULL;
}

void lookaside_backing_free(lookaside_list *list, void *entry)
{
    if (list_live_or_bugcheck(list, entry)) {
        ExFreePool(entry);
    }
}
