/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Callbacks, and allocations that fail: returned, raised, counted. */
#include "api.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;
static PLOOKASIDE_LIST_EX native = &list.native;

API_CHECK(api_callbacks_are_told_everything,
          "A.50 An allocate callback gets type, size, tag, context")
{
    lookaside_options options = api_options(TRUE);
    options.flags = LOOKASIDE_FAIL_NO_RAISE;
    OPEN(&list, &options);
    void *entry = lookaside_alloc(&list);
    EXPECT_EQ(api_backing.pool_type,
              LOOKASIDE_NONPAGED_NX | LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
    EXPECT_EQ(api_backing.size, API_SIZE);
    EXPECT_EQ(api_backing.tag, API_TAG);
    EXPECT_POINTER(api_backing.list, &list);
    EXPECT_POINTER(api_backing.context, &api_backing);
    api_backing.list = NULL;
    api_backing.context = NULL;
    lookaside_free(&list, entry);
    EXPECT_POINTER(api_backing.list, NULL);
    EXPECT_EQ(lookaside_flush(&list), LOOKASIDE_OK);
    EXPECT_POINTER(api_backing.list, &list);
    EXPECT_POINTER(api_backing.context, &api_backing);
    EXPECT_POINTER(api_backing.freed[0], entry);
    CLOSE(&list);
}

static void *wrapped_allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *of,
                              void *context)
{
    UNREFERENCED_PARAMETER(pool_type);
    UNREFERENCED_PARAMETER(size);
    UNREFERENCED_PARAMETER(tag);
    UNREFERENCED_PARAMETER(context);
    InterlockedIncrement(&api_backing.allocations);
    return lookaside_backing_allocate(of);
}

static void wrapped_free(void *entry, lookaside_list *of, void *context)
{
    UNREFERENCED_PARAMETER(context);
    InterlockedIncrement(&api_backing.frees);
    lookaside_backing_free(of, entry);
}

API_CHECK(api_callbacks_are_independent, "A.51 The allocate and the free callback are independent")
{
    lookaside_options options = api_options(FALSE);
    options.allocate = wrapped_allocate;
    OPEN(&list, &options);
    api_fill(&list, 6);
    CLOSE(&list);
    EXPECT_EQ(api_backing.allocations, 6);
    EXPECT_EQ(api_backing.frees, 0);
    options.allocate = NULL;
    options.free = wrapped_free;
    OPEN(&list, &options);
    api_fill(&list, 6);
    CLOSE(&list);
    EXPECT_EQ(api_backing.allocations, 6);
    EXPECT_EQ(api_backing.frees, 6);
}

API_CHECK(api_plain_lists_have_the_kernels_routines,
          "A.52 Without callbacks, the routines are the kernel's")
{
    static lookaside_list other;
    lookaside_options options = api_options(TRUE);
    OPEN(&list, NULL);
    EXPECT_EQ(ExInitializeLookasideListEx(&other.native, NULL, NULL, PagedPool, 0, 8, API_TAG, 0),
              STATUS_SUCCESS);
    EXPECT(native->L.AllocateEx == other.native.L.AllocateEx);
    EXPECT(native->L.FreeEx == other.native.L.FreeEx);
    ExDeleteLookasideListEx(&other.native);
    EXPECT_EQ(lookaside_init(&other, 8, LOOKASIDE_PAGED, &options), LOOKASIDE_OK);
    EXPECT(native->L.AllocateEx != other.native.L.AllocateEx);
    CLOSE(&other);
    CLOSE(&list);
}

static UCHAR *whole_block; /* what misaligned_allocate points into */

static void *misaligned_allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *of,
                                 void *context)
{
    whole_block = api_allocate(pool_type, size + 8, tag, of, context);
    return whole_block + 8;
}

static void misaligned_free(void *entry, lookaside_list *of, void *context)
{
    api_free((UCHAR *)entry - 8, of, context);
}

API_CHECK(api_misaligned_callback, "A.63 An entry of a callback that is not aligned is given back")
{
    lookaside_options options = api_options(FALSE);
    options.allocate = misaligned_allocate;
    options.free = misaligned_free;
    OPEN(&list, &options);
    EXPECT_POINTER(lookaside_alloc(&list), NULL);
    EXPECT_EQ(api_query(&list).last_failure, LOOKASIDE_BAD_ALIGNMENT);
    EXPECT_EQ(lookaside_reserve(&list, 1), LOOKASIDE_BAD_ALIGNMENT);
    EXPECT_EQ(api_backing.allocations, 2);
    EXPECT_EQ(api_backing.blocks, 0);
    CLOSE(&list);
}

API_CHECK(api_backing_is_past_the_cache,
          "A.53 lookaside_backing_allocate moves no counter, calls nobody")
{
    lookaside_options options = api_options(TRUE);
    OPEN(&list, &options);
    api_fill(&list, 1);
    void *block = lookaside_backing_allocate(&list);
    EXPECT(block != NULL);
    lookaside_backing_free(&list, block);
    EXPECT_EQ(api_backing.allocations, 1);
    EXPECT_EQ(api_query(&list).total_allocates, 1);
    CLOSE(&list);
}

API_CHECK(api_construct_and_destruct,
          "A.54 Entries are constructed on a miss, destructed when they leave")
{
    lookaside_options options = api_options(FALSE);
    options.construct = api_construct;
    options.destruct = api_destruct;
    OPEN(&list, &options);
    api_fill(&list, 5);
    EXPECT_EQ(api_backing.constructs, 5);
    EXPECT_EQ(api_backing.destructs, 1);
    api_fill(&list, 4);
    EXPECT_EQ(api_backing.constructs, 5);
    CLOSE(&list);
    EXPECT_EQ(api_backing.destructs, 5);
}

API_CHECK(api_construct_may_refuse, "A.55 A refused entry goes back, and the allocation fails")
{
    lookaside_options options = api_options(TRUE);
    api_backing.refuse_after = 2;
    OPEN(&list, &options);
    void *entry = lookaside_alloc(&list);
    EXPECT_POINTER(lookaside_alloc(&list), NULL);
    EXPECT_EQ(api_query(&list).last_failure, LOOKASIDE_CONSTRUCT_FAILED);
    EXPECT_EQ(api_backing.frees, 1);
    EXPECT_EQ(api_backing.destructs, 0);
    lookaside_free(&list, entry);
    CLOSE(&list);
    EXPECT_EQ(api_backing.blocks, 0);
}

API_CHECK(api_failures_are_counted_apart, "A.56 A failed allocation stands in no other counter")
{
    lookaside_options options = api_options(TRUE);
    api_backing.fail_after = 3;
    OPEN(&list, &options);
    void *first = lookaside_alloc(&list);
    void *second = lookaside_alloc(&list);
    EXPECT_POINTER(lookaside_alloc(&list), NULL);
    EXPECT_POINTER(lookaside_alloc(&list), NULL);
    lookaside_statistics s = api_query(&list);
    EXPECT_EQ(s.allocate_failures, 2);
    EXPECT_EQ(s.total_allocates, 2);
    EXPECT_EQ(s.allocate_misses, 2);
    EXPECT_EQ(s.live_entries, 2);
    EXPECT_EQ(s.last_failure, LOOKASIDE_ALLOCATE_FAILED);
    EXPECT_EQ(api_told.raises, 0);
    lookaside_free(&list, first);
    lookaside_free(&list, second);
    CLOSE(&list);
}

API_CHECK(api_raise_handler, "A.57 A list that raises tells the raise handler; if it returns, NULL")
{
    lookaside_options options = api_options(TRUE);
    options.flags = LOOKASIDE_RAISE_ON_FAIL;
    api_backing.fail_after = 1;
    OPEN(&list, &options);
    EXPECT_POINTER(lookaside_alloc(&list), NULL);
    EXPECT_EQ(api_told.raises, 1);
    EXPECT_EQ(api_told.status, LOOKASIDE_ALLOCATE_FAILED);
    EXPECT_POINTER(api_told.list, &list);
    EXPECT_POINTER(api_told.context, &api_told);
    EXPECT_EQ(api_backing.pool_type,
              LOOKASIDE_NONPAGED_NX | LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE);
    CLOSE(&list);
}

static VOID NTAPI allocate_one(PVOID argument)
{
    *(void **)argument = lookaside_alloc(&list);
}

API_CHECK(api_raises_a_status, "A.58 Without a handler, a failure is raised as its NTSTATUS")
{
    lookaside_options options = api_options(TRUE);
    void *entry = &list;
    options.flags = LOOKASIDE_RAISE_ON_FAIL | LOOKASIDE_COUNT_OUTSTANDING;
    api_backing.fail_after = 1;
    OPEN(&list, &options);
    lookaside_set_raise_handler(NULL, NULL);
    EXPECT_STATUS(world_catch(allocate_one, &entry), STATUS_INSUFFICIENT_RESOURCES);
    EXPECT_POINTER(entry, &list);
    EXPECT_EQ(api_query(&list).live_entries, 0);
    CLOSE(&list);
}

static void raise_another(lookaside_status status, lookaside_list *of, void *context)
{
    UNREFERENCED_PARAMETER(status);
    UNREFERENCED_PARAMETER(of);
    UNREFERENCED_PARAMETER(context);
    world_raise(STATUS_NO_MEMORY);
}

API_CHECK(api_raise_handler_may_raise, "A.59 The raise handler may leave by raising")
{
    lookaside_options options = api_options(TRUE);
    void *entry = NULL;
    options.flags = LOOKASIDE_RAISE_ON_FAIL;
    api_backing.fail_after = 1;
    OPEN(&list, &options);
    lookaside_set_raise_handler(raise_another, NULL);
    EXPECT_STATUS(world_catch(allocate_one, &entry), STATUS_NO_MEMORY);
    EXPECT_EQ(api_query(&list).allocate_failures, 1);
    CLOSE(&list);
}

static VOID NTAPI reserve_eight(PVOID unused)
{
    UNREFERENCED_PARAMETER(unused);
    (void)lookaside_reserve(&list, 8);
}

API_CHECK(api_callback_may_raise, "A.60 An allocate callback may raise; the account stays right")
{
    lookaside_options options = api_options(TRUE);
    void *entry = NULL;
    OPEN(&list, &options);
    api_fill(&list, 1);
    void *out = lookaside_alloc(&list);
    api_backing.raise = STATUS_QUOTA_EXCEEDED;
    EXPECT_STATUS(world_catch(allocate_one, &entry), STATUS_QUOTA_EXCEEDED);
    lookaside_statistics s = api_query(&list);
    EXPECT_EQ(s.allocate_failures, 1);
    EXPECT_EQ(s.live_entries, 1);
    EXPECT_STATUS(world_catch(reserve_eight, NULL), STATUS_QUOTA_EXCEEDED);
    EXPECT_EQ(api_query(&list).allocate_failures, 2);
    EXPECT_EQ(api_query(&list).total_allocates, s.total_allocates);
    lookaside_free(&list, out);
    EXPECT_EQ(api_query(&list).current_depth, 1);
    CLOSE(&list);
}

API_CHECK(api_nothing_is_raised_above_apc_level,
          "A.61 Above APC_LEVEL it is bugcheck ALLOCATION_RAISED")
{
    KIRQL old;
    lookaside_options options = api_options(TRUE);
    options.flags = LOOKASIDE_RAISE_ON_FAIL;
    api_backing.fail_after = 1;
    OPEN(&list, &options);
    lookaside_set_raise_handler(NULL, NULL);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    void *entry = lookaside_alloc(&list);
    KeLowerIrql(old);
    EXPECT_POINTER(entry, NULL);
    EXPECT_EQ(api_told.code, LOOKASIDE_BUGCHECK_ALLOCATION_RAISED);
    CLOSE(&list);
}

static void ask_the_list(void *entry, lookaside_list *of, void *context)
{
    lookaside_statistics *seen = context;
    (void)lookaside_query(of, seen);
    ExFreePool(entry);
}

API_CHECK(api_callbacks_may_use_the_list,
          "A.62 A callback may ask the list, even from lookaside_destroy")
{
    lookaside_statistics seen;
    lookaside_options options = api_options(FALSE);
    RtlZeroMemory(&seen, sizeof seen);
    options.free = ask_the_list;
    options.context = &seen;
    OPEN(&list, &options);
    api_fill(&list, 1);
    CLOSE(&list);
    EXPECT_EQ(seen.total_allocates, 1);
    EXPECT_EQ(seen.current_depth, 0);
}

CHECK_TABLE(api_callbacks_checks) = {
    ENTRY(api_callbacks_are_told_everything),
    ENTRY(api_callbacks_are_independent),
    ENTRY(api_plain_lists_have_the_kernels_routines),
    ENTRY(api_misaligned_callback),
    ENTRY(api_backing_is_past_the_cache),
    ENTRY(api_construct_and_destruct),
    ENTRY(api_construct_may_refuse),
    ENTRY(api_failures_are_counted_apart),
    ENTRY(api_raise_handler),
    ENTRY(api_raises_a_status),
    ENTRY(api_raise_handler_may_raise),
    ENTRY(api_callback_may_raise),
    ENTRY(api_nothing_is_raised_above_apc_level),
    ENTRY(api_callbacks_may_use_the_list),
    CHECK_TABLE_END,
};
