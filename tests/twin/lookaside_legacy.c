/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The older lists: nothing is refused, nothing rounded. Caught: a free that compared with > and
 * cached one entry too many. */
#include "twin_test.h"

static NPAGED_LOOKASIDE_LIST nonpaged;
static PAGED_LOOKASIDE_LIST paged;

static int set_up(void **state)
{
    (void)state;
    (void)wdk_set_action(0xC4, 0x2000, WDK_IGNORE);
    (void)wdk_set_action(0xC4, 0xCD, WDK_IGNORE);
    return 0;
}

TEST(flags_become_the_type_as_they_are)
{
    ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, 0xABC8, 64, 'Test', 0);
    assert_int_equal(nonpaged.L.Type, 0xABC8);
    ExDeleteNPagedLookasideList(&nonpaged);
    ExInitializePagedLookasideList(&paged, NULL, NULL, POOL_RAISE_IF_ALLOCATION_FAILURE, 64, 'Test',
                                   0);
    assert_int_equal(paged.L.Type, PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE);
    ExDeletePagedLookasideList(&paged);
}

TEST(depth_is_ignored_and_size_is_kept)
{
    ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, POOL_NX_ALLOCATION, 4, 'Test', 77);
    assert_int_equal(nonpaged.L.Depth, 4);
    assert_int_equal(nonpaged.L.MaximumDepth, 256);
    assert_int_equal(nonpaged.L.Size, 4);
    assert_ptr_equal(nonpaged.L.Allocate, ExAllocatePoolWithTag);
    assert_ptr_equal(nonpaged.L.Free, ExFreePool);
    ExDeleteNPagedLookasideList(&nonpaged);
}

TEST(a_burst_has_the_kernels_numbers)
{
    PVOID entries[8];
    ExInitializeNPagedLookasideList(&nonpaged, NULL, NULL, POOL_NX_ALLOCATION, 64, 'Test', 0);
    for (size_t i = 0; i < 8; i++) {
        entries[i] = ExAllocateFromNPagedLookasideList(&nonpaged);
        assert_non_null(entries[i]);
    }
    for (size_t i = 0; i < 8; i++) {
        ExFreeToNPagedLookasideList(&nonpaged, entries[i]);
    }
    assert_int_equal(nonpaged.L.TotalAllocates, 8);
    assert_int_equal(nonpaged.L.AllocateMisses, 8);
    assert_int_equal(nonpaged.L.TotalFrees, 8);
    assert_int_equal(nonpaged.L.FreeMisses, 4);
    assert_ptr_equal(ExAllocateFromNPagedLookasideList(&nonpaged), entries[3]);
    ExFreeToNPagedLookasideList(&nonpaged, entries[3]);
    ExDeleteNPagedLookasideList(&nonpaged);
    assert_int_equal(nonpaged.L.TotalFrees, 9);
    assert_int_equal(nonpaged.L.FreeMisses, 4);
    assert_int_equal(wdk_pool_blocks('Test'), 0);
}

static PVOID freed[8];
static ULONG frees;

static PVOID callback_allocate(POOL_TYPE type, SIZE_T size, ULONG tag)
{
    assert_int_equal(type, PagedPool);
    return ExAllocatePoolWithTag(type, size, tag);
}

static VOID callback_free(PVOID entry)
{
    freed[frees++] = entry;
    ExFreePoolWithTag(entry, 'Call');
}

TEST(callbacks_get_no_list_and_delete_frees_the_latest_first)
{
    PVOID entries[3];
    frees = 0;
    ExInitializePagedLookasideList(&paged, callback_allocate, callback_free, 0, 64, 'Call', 0);
    for (size_t i = 0; i < 3; i++) {
        entries[i] = ExAllocateFromPagedLookasideList(&paged);
    }
    for (size_t i = 0; i < 3; i++) {
        ExFreeToPagedLookasideList(&paged, entries[i]);
    }
    assert_int_equal(frees, 0);
    ExDeletePagedLookasideList(&paged);
    assert_int_equal(frees, 3);
    for (size_t i = 0; i < 3; i++) {
        assert_ptr_equal(freed[i], entries[2 - i]);
    }
}

/* The alignment is 16 also where the pool puts it. */
TEST(a_list_may_lie_in_pool)
{
    struct extension {
        UCHAR odd[16];
        NPAGED_LOOKASIDE_LIST list;
    } *extension = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*extension), 'Test');
    assert_non_null(extension);
    ExInitializeNPagedLookasideList(&extension->list, NULL, NULL, POOL_NX_ALLOCATION, 64, 'Test',
                                    0);
    ExFreeToNPagedLookasideList(&extension->list,
                                ExAllocateFromNPagedLookasideList(&extension->list));
    assert_int_equal(extension->list.L.TotalFrees, 1);
    ExDeleteNPagedLookasideList(&extension->list);
    ExFreePool(extension);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(flags_become_the_type_as_they_are, set_up),
        cmocka_unit_test_setup(depth_is_ignored_and_size_is_kept, set_up),
        cmocka_unit_test_setup(a_burst_has_the_kernels_numbers, set_up),
        cmocka_unit_test_setup(callbacks_get_no_list_and_delete_frees_the_latest_first, set_up),
        cmocka_unit_test_setup(a_list_may_lie_in_pool, set_up),
    };
    return RUN_TESTS(tests);
}
