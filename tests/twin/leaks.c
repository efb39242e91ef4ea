/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What unload asks: the blocks and lists that one driver has left behind, and no other's.
 * Caught: sums over all owners. */
#include "twin_test.h"

#include "lists.h"
#include "owner.h"
#include "pool.h"

static int driver;
static int other_driver;

TEST(blocks_belong_to_who_allocated_them)
{
    void *before = owner_enter(&driver);
    PVOID a = ExAllocatePoolWithTag(PagedPool, 10, 'Mine');
    PVOID b = ExAllocatePoolWithTag(PagedPool, 20, 'Mine');
    void *driver_before = owner_enter(&other_driver);
    PVOID c = ExAllocatePoolWithTag(PagedPool, 40, 'Hers');
    owner_leave(driver_before);
    assert_ptr_equal(owner_current(), &driver);
    owner_leave(before);
    assert_ptr_equal(owner_current(), NULL);

    struct pool_leaks leaks = pool_leaks_of(&driver);
    assert_int_equal(leaks.blocks, 2);
    assert_int_equal(leaks.bytes, 30);
    assert_int_equal(leaks.tag, 'Mine');
    assert_int_equal(pool_leaks_of(&other_driver).bytes, 40);
    ExFreePool(a); /* by whom does not matter */
    assert_int_equal(pool_leaks_of(&driver).blocks, 1);
    pool_disown(&driver);
    assert_int_equal(pool_leaks_of(&driver).blocks, 0);
    assert_int_equal(pool_leaks_of(&other_driver).blocks, 1);
    ExFreePool(b);
    ExFreePool(c);
}

TEST(cached_entries_are_leaked_with_their_list)
{
    static LOOKASIDE_LIST_EX list;
    void *before = owner_enter(&driver);
    assert_int_equal(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 64, 'Mine', 0),
                     STATUS_SUCCESS);
    ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
    owner_leave(before);
    assert_int_equal(lists_count_of(&driver), 1);
    assert_int_equal(lists_count_of(&other_driver), 0);
    assert_int_equal(pool_leaks_of(&driver).blocks, 1);
    ExFlushLookasideListEx(&list);
    assert_int_equal(pool_leaks_of(&driver).blocks, 0);
    lists_disown(&driver);
    assert_int_equal(lists_count_of(&driver), 0);
    assert_int_equal(wdk_list_count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(blocks_belong_to_who_allocated_them),
        cmocka_unit_test(cached_entries_are_leaked_with_their_list),
    };
    return RUN_TESTS(tests);
}
