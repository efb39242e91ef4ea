/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Driver Verifier and the API, and how a driver dies: the faults that the library finds carry our
 * code in bug check 0xC4, the twin finds the others behind the library.
 *
 * Caught: an init that leaves small sizes to the kernel, one that writes its maximum depth over
 * Verifier's, a bugcheck that goes on, a raise above APC_LEVEL. */
#include "twin_test.h"

#include <lookaside/lookaside.h>

static lookaside_list list;

static void open_list(lookaside_pool_type pool_type, uint32_t flags)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;

    options.name = "verified";
    options.flags = flags;
    options.maximum_depth = 32;
    assert_int_equal(lookaside_init(&list, 64, pool_type, &options), LOOKASIDE_OK);
}

static void close_list(void)
{
    assert_int_equal(lookaside_destroy(&list), LOOKASIDE_OK);
}

static void allocates(void *from)
{
    lookaside_free(from, lookaside_alloc(from));
}

static void frees(void *entry)
{
    lookaside_free(&list, entry);
}

TEST(a_list_that_was_never_initialised_is_verifiers_code)
{
    static lookaside_list never;
    wdk_bugcheck record = expect_bugcheck(allocates, &never, 0xC4, 0xCB);

    assert_int_equal(record.parameters[1], (ULONG_PTR)&never);
    assert_int_equal(record.parameters[2], 0);
}

TEST(a_fault_of_ours_names_the_list_and_the_entry)
{
    open_list(LOOKASIDE_NONPAGED_NX, 0);
    char *entry = lookaside_alloc(&list);
    wdk_bugcheck record = expect_bugcheck(frees, entry + 8, 0xC4, 0x1002);
    assert_int_equal(record.parameters[1], (ULONG_PTR)&list);
    assert_int_equal(record.parameters[2], (ULONG_PTR)(entry + 8));
    lookaside_free(&list, entry);
    close_list();
}

TEST(a_cached_entry_freed_again_is_found_at_the_call)
{
    open_list(LOOKASIDE_NONPAGED_NX, 0);
    void *entries[2];
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 2), 2);
    lookaside_free_bulk(&list, entries, 2);
    (void)expect_bugcheck(frees, entries[0], 0xC4, 0x13);
    close_list();
}

TEST(a_paged_list_is_not_used_above_apc_level)
{
    KIRQL old;

    open_list(LOOKASIDE_PAGED, 0);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    (void)expect_bugcheck(allocates, &list, 0xC4, 0x20006);
    KeLowerIrql(old);
    close_list();
}

TEST(nothing_is_raised_above_apc_level)
{
    KIRQL old;

    open_list(LOOKASIDE_NONPAGED_NX, LOOKASIDE_RAISE_ON_FAIL);
    KeRaiseIrql(DISPATCH_LEVEL, &old);
    wdk_fault_everyone(TRUE);
    wdk_fail_allocation(1);
    (void)expect_bugcheck(allocates, &list, 0xC4, 0x1006);
    wdk_fault_everyone(FALSE);
    KeLowerIrql(old);
    close_list();
}

static void frees_block(void *block)
{
    ExFreePool(block);
}

TEST(memory_with_a_live_list_in_it_is_not_freed)
{
    lookaside_list *in_pool = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(lookaside_list), 'List');

    memset(in_pool, 0, sizeof(*in_pool));
    assert_int_equal(lookaside_init(in_pool, 64, LOOKASIDE_NONPAGED_NX, NULL), LOOKASIDE_OK);
    wdk_bugcheck record = expect_bugcheck(frees_block, in_pool, 0xC4, 0xCC);
    assert_int_equal(record.parameters[1], (ULONG_PTR)in_pool);
    assert_int_equal(lookaside_destroy(in_pool), LOOKASIDE_OK);
    ExFreePool(in_pool);
}

TEST(small_sizes_are_nobodys_fault)
{
    ULONG warnings = wdk_warnings();

    assert_int_equal(lookaside_init(&list, 1, LOOKASIDE_NONPAGED_NX, NULL), LOOKASIDE_OK);
    assert_int_equal(list.native.L.Size, 8);
    close_list();
    assert_int_equal(wdk_warnings(), warnings);
}

TEST(a_list_that_verifier_disables_stays_disabled)
{
    void *entries[3];

    wdk_lists_pass_through(TRUE);
    open_list(LOOKASIDE_NONPAGED_NX, LOOKASIDE_COUNT_OUTSTANDING);
    wdk_lists_pass_through(FALSE);
    assert_int_equal(list.native.L.MaximumDepth, 0xFFFF);
    assert_int_equal(list.native.L.Depth, 0);
    allocates(&list);
    assert_int_equal(list.native.L.FreeMisses, 1);
    assert_int_equal(lookaside_reserve(&list, 3), LOOKASIDE_OK);
    assert_int_equal(list.native.L.Depth, 0);
    assert_int_equal(lookaside_alloc_bulk(&list, entries, 3), 3);
    assert_int_equal(list.native.L.AllocateMisses, 4);
    lookaside_free_bulk(&list, entries, 3);
    close_list();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_list_that_was_never_initialised_is_verifiers_code),
        cmocka_unit_test(a_fault_of_ours_names_the_list_and_the_entry),
        cmocka_unit_test(a_cached_entry_freed_again_is_found_at_the_call),
        cmocka_unit_test(a_paged_list_is_not_used_above_apc_level),
        cmocka_unit_test(nothing_is_raised_above_apc_level),
        cmocka_unit_test(memory_with_a_live_list_in_it_is_not_freed),
        cmocka_unit_test(small_sizes_are_nobodys_fault),
        cmocka_unit_test(a_list_that_verifier_disables_stays_disabled),
    };

    return RUN_TESTS(tests);
}
