/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* LOOKASIDE_LIST_EX as the page "ExInitializeLookasideListEx" tells it, and as kernels were
 * observed where that page is stricter or silent. Caught: checks in another order, a Free that read
 * the entry after it was given back, counters that moved in a flush. */
#include "twin_test.h"

/* ---- Callbacks that keep a diary ---- */

#define ENTRIES 8

static DECLSPEC_ALIGN(16) UCHAR storage[ENTRIES][64];
static struct {
    ULONG allocates;
    ULONG frees;
    PVOID freed[ENTRIES];
    POOL_TYPE type;
    SIZE_T size;
    ULONG tag;
    PLOOKASIDE_LIST_EX list;
} diary;

static PVOID diary_allocate(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX list)
{
    diary.type = type;
    diary.size = size;
    diary.tag = tag;
    diary.list = list;
    return storage[diary.allocates++];
}

/* Overwrites the entry: who reads its link afterwards goes astray. */
static VOID diary_free(PVOID entry, PLOOKASIDE_LIST_EX list)
{
    (void)memset(entry, 0xAA, 64);
    diary.list = list;
    diary.freed[diary.frees++] = entry;
}

static int set_up(void **state)
{
    (void)state;
    (void)memset(&diary, 0, sizeof(diary));
    (void)wdk_set_action(0xC4, 0x2000, WDK_IGNORE);
    (void)wdk_set_action(0xC4, 0xCD, WDK_IGNORE);
    return 0;
}

static LOOKASIDE_LIST_EX list;

static NTSTATUS try_to_initialize(POOL_TYPE type, ULONG flags, SIZE_T size, USHORT depth)
{
    NTSTATUS status =
        ExInitializeLookasideListEx(&list, NULL, NULL, type, flags, size, 'Test', depth);
    if (NT_SUCCESS(status)) {
        ExDeleteLookasideListEx(&list);
    }
    return status;
}

/* ---- Initialisation ---- */

TEST(depth_is_0_or_256_to_1024)
{
    const USHORT good[] = {0, 256, 257, 1023, 1024};
    const USHORT bad[] = {1, 4, 255, 1025, 0xFFFF};
    for (size_t i = 0; i < RTL_NUMBER_OF(good); i++) {
        assert_int_equal(try_to_initialize(NonPagedPoolNx, 0, 64, good[i]), STATUS_SUCCESS);
        assert_int_equal(list.L.MaximumDepth, good[i] == 0 ? 256 : good[i]);
        assert_int_equal(list.L.Depth, 4);
    }
    for (size_t i = 0; i < RTL_NUMBER_OF(bad); i++) {
        assert_int_equal(try_to_initialize(NonPagedPoolNx, 0, 64, bad[i]),
                         STATUS_INVALID_PARAMETER_8);
    }
}

TEST(flags_are_one_of_two_or_none)
{
    const ULONG bad[] = {3, 4, 5, 0x80000000};
    for (size_t i = 0; i < RTL_NUMBER_OF(bad); i++) {
        assert_int_equal(try_to_initialize(NonPagedPoolNx, bad[i], 64, 0),
                         STATUS_INVALID_PARAMETER_5);
    }
    assert_int_equal(try_to_initialize(PagedPool, EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, 64, 0),
                     STATUS_SUCCESS);
    assert_int_equal(list.L.Type, PagedPool | POOL_RAISE_IF_ALLOCATION_FAILURE);
    assert_int_equal(try_to_initialize(PagedPool, EX_LOOKASIDE_LIST_EX_FLAGS_FAIL_NO_RAISE, 64, 0),
                     STATUS_SUCCESS);
    assert_int_equal(list.L.Type, PagedPool | POOL_QUOTA_FAIL_INSTEAD_OF_RAISE);
}

TEST(pool_types_by_their_bits)
{
    const ULONG good[] = {0, 1, 2, 4, 5, 6, 0x20, 0x21, 0x40, 0x80, 0x100, 0x200, 0x201, 0x204};
    const ULONG bad[] = {3, 7, 35, 8, 0x10, 0x400, 0x203, 0x80000000};
    for (size_t i = 0; i < RTL_NUMBER_OF(good); i++) {
        assert_int_equal(try_to_initialize((POOL_TYPE)good[i], 0, 64, 0), STATUS_SUCCESS);
    }
    for (size_t i = 0; i < RTL_NUMBER_OF(bad); i++) {
        assert_int_equal(try_to_initialize((POOL_TYPE)bad[i], 0, 64, 0),
                         STATUS_INVALID_PARAMETER_4);
    }
}

TEST(the_order_of_checks_is_depth_flags_pool_type)
{
    assert_int_equal(try_to_initialize((POOL_TYPE)3, 3, 64, 5), STATUS_INVALID_PARAMETER_8);
    assert_int_equal(try_to_initialize((POOL_TYPE)3, 3, 64, 0), STATUS_INVALID_PARAMETER_5);
    assert_int_equal(try_to_initialize((POOL_TYPE)3, 0, 64, 0), STATUS_INVALID_PARAMETER_4);
}

TEST(a_refused_list_is_unchanged)
{
    (void)memset(&list, 0x77, sizeof(list));
    assert_int_equal(try_to_initialize((POOL_TYPE)3, 0, 64, 0), STATUS_INVALID_PARAMETER_4);
    for (size_t i = 0; i < sizeof(list); i++) {
        assert_int_equal(((UCHAR *)&list)[i], 0x77);
    }
}

TEST(a_fresh_list)
{
    ULONG lists = wdk_list_count();
    (void)memset(&list, 0x77, sizeof(list));
    assert_int_equal(ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 100, 'Test', 0),
                     STATUS_SUCCESS);
    assert_int_equal(ExQueryDepthSList(&list.L.ListHead), 0);
    assert_int_equal(list.L.TotalAllocates | list.L.AllocateMisses, 0);
    assert_int_equal(list.L.TotalFrees | list.L.FreeMisses, 0);
    assert_int_equal(list.L.LastTotalAllocates | list.L.LastAllocateMisses, 0);
    assert_int_equal(list.L.Size, 100);
    assert_int_equal(list.L.Tag, 'Test');
    assert_ptr_equal(list.L.Allocate, ExAllocatePoolWithTag);
    assert_ptr_equal(list.L.Free, ExFreePool);
    assert_int_equal(list.L.Future[0], 0x77777777); /* nobody clears it */
    assert_ptr_equal(list.L.ListEntry.Flink->Blink, &list.L.ListEntry);
    assert_int_equal(wdk_list_count(), lists + 1);
    ExDeleteLookasideListEx(&list);
    assert_int_equal(wdk_list_count(), lists);
}

TEST(lists_are_chained_by_kind_in_order)
{
    LOOKASIDE_LIST_EX a;
    LOOKASIDE_LIST_EX b;
    LOOKASIDE_LIST_EX c;
    (void)ExInitializeLookasideListEx(&a, NULL, NULL, NonPagedPoolNx, 0, 64, 'Test', 0);
    (void)ExInitializeLookasideListEx(&b, NULL, NULL, PagedPool, 0, 64, 'Test', 0);
    (void)ExInitializeLookasideListEx(&c, NULL, NULL, NonPagedPoolNx, 0, 64, 'Test', 0);
    assert_ptr_equal(a.L.ListEntry.Flink, &c.L.ListEntry);
    assert_ptr_equal(c.L.ListEntry.Blink, &a.L.ListEntry);
    ExDeleteLookasideListEx(&a);
    assert_ptr_equal(c.L.ListEntry.Blink, c.L.ListEntry.Flink); /* the head */
    ExDeleteLookasideListEx(&c);
    ExDeleteLookasideListEx(&b);
}

TEST(sizes_below_a_link_are_raised)
{
    for (SIZE_T size = 0; size <= 12; size++) {
        assert_int_equal(try_to_initialize(PagedPool, 0, size, 0), STATUS_SUCCESS);
        assert_int_equal(list.L.Size, size < 8 ? 8 : size);
    }
}

static void initializes_misaligned(void *bytes)
{
    PLOOKASIDE_LIST_EX misaligned = (PLOOKASIDE_LIST_EX)bytes;
    (void)ExInitializeLookasideListEx(misaligned, NULL, NULL, PagedPool, 0, 64, 'Test', 0);
}

TEST(a_misaligned_list_raises)
{
    static DECLSPEC_ALIGN(16) UCHAR bytes[sizeof(LOOKASIDE_LIST_EX) + 16];
    ULONG lists = wdk_list_count();
    assert_int_equal(wdk_catch(initializes_misaligned, bytes + 8), STATUS_DATATYPE_MISALIGNMENT);
    assert_int_equal(wdk_list_count(), lists);
}

/* ---- Traffic ---- */

static void initialize_with_diary(void)
{
    assert_int_equal(ExInitializeLookasideListEx(&list, diary_allocate, diary_free, NonPagedPoolNx,
                                                 0, 64, 'Dia1', 0),
                     STATUS_SUCCESS);
}

TEST(callbacks_get_what_the_list_has)
{
    initialize_with_diary();
    assert_ptr_equal(ExAllocateFromLookasideListEx(&list), storage[0]);
    assert_int_equal(diary.type, NonPagedPoolNx);
    assert_int_equal(diary.size, 64);
    assert_int_equal(diary.tag, 'Dia1');
    assert_ptr_equal(diary.list, &list);
    ExDeleteLookasideListEx(&list);
}

TEST(the_numbers_of_a_burst)
{
    PVOID entries[6];
    initialize_with_diary();
    for (size_t i = 0; i < 6; i++) {
        entries[i] = ExAllocateFromLookasideListEx(&list);
    }
    for (size_t i = 0; i < 6; i++) {
        ExFreeToLookasideListEx(&list, entries[i]);
    }
    assert_int_equal(list.L.TotalAllocates, 6);
    assert_int_equal(list.L.AllocateMisses, 6);
    assert_int_equal(list.L.TotalFrees, 6);
    assert_int_equal(list.L.FreeMisses, 2);
    assert_int_equal(ExQueryDepthSList(&list.L.ListHead), 4);
    assert_ptr_equal(diary.freed[0], entries[4]);
    assert_ptr_equal(diary.freed[1], entries[5]);
    for (size_t i = 4; i-- > 0;) {
        assert_ptr_equal(ExAllocateFromLookasideListEx(&list), entries[i]);
    }
    assert_int_equal(list.L.TotalAllocates, 10);
    assert_int_equal(list.L.AllocateMisses, 6);
    ExDeleteLookasideListEx(&list);
}

TEST(contents_survive_but_for_the_first_word)
{
    initialize_with_diary();
    UCHAR *entry = ExAllocateFromLookasideListEx(&list);
    for (size_t i = 0; i < 64; i++) {
        entry[i] = (UCHAR)(i + 1);
    }
    ExFreeToLookasideListEx(&list, entry);
    assert_ptr_equal(ExAllocateFromLookasideListEx(&list), entry);
    for (size_t i = sizeof(PVOID); i < 64; i++) {
        assert_int_equal(entry[i], i + 1);
    }
    ExDeleteLookasideListEx(&list);
}

TEST(flush_and_delete_free_the_latest_first_and_count_nothing)
{
    PVOID entries[4];
    initialize_with_diary();
    for (int round = 0; round < 2; round++) {
        for (size_t i = 0; i < 4; i++) {
            entries[i] = ExAllocateFromLookasideListEx(&list);
        }
        for (size_t i = 0; i < 4; i++) {
            ExFreeToLookasideListEx(&list, entries[i]);
        }
        diary.frees = 0;
        if (round == 0) {
            ExFlushLookasideListEx(&list);
        } else {
            ExDeleteLookasideListEx(&list);
        }
        assert_int_equal(diary.frees, 4);
        for (size_t i = 0; i < 4; i++) {
            assert_ptr_equal(diary.freed[i], entries[3 - i]);
        }
        assert_int_equal(list.L.TotalFrees, 4 * (round + 1));
        assert_int_equal(list.L.FreeMisses, 0);
        assert_int_equal(list.L.Depth, 4);
        assert_int_equal(ExQueryDepthSList(&list.L.ListHead), 0);
    }
}

static ULONG lists_at_free;

static VOID counts_lists_and_frees(PVOID entry, PLOOKASIDE_LIST_EX from)
{
    (void)from;
    lists_at_free = wdk_list_count();
    ExFreePool(entry);
}

TEST(delete_unlinks_the_list_before_it_frees_its_entries)
{
    ULONG lists = wdk_list_count();
    assert_int_equal(ExInitializeLookasideListEx(&list, NULL, counts_lists_and_frees, PagedPool, 0,
                                                 64, 'Test', 0),
                     STATUS_SUCCESS);
    ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
    lists_at_free = 999;
    ExDeleteLookasideListEx(&list);
    assert_int_equal(lists_at_free, lists);
}

static PVOID pool_allocate(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX from)
{
    (void)from;
    diary.allocates++;
    return ExAllocatePoolWithTag(type, size, tag);
}

static VOID pool_free(PVOID entry, PLOOKASIDE_LIST_EX to)
{
    (void)to;
    diary.frees++;
    ExFreePoolWithTag(entry, 'Half');
}

TEST(one_callback_may_be_the_drivers_and_the_other_the_pools)
{
    for (int half = 0; half < 2; half++) {
        assert_int_equal(ExInitializeLookasideListEx(&list, half == 0 ? pool_allocate : NULL,
                                                     half == 1 ? pool_free : NULL, NonPagedPoolNx,
                                                     0, 64, 'Half', 0),
                         STATUS_SUCCESS);
        ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
        ExDeleteLookasideListEx(&list);
        assert_int_equal(diary.allocates, 1);
        assert_int_equal(diary.frees, half);
        assert_int_equal(wdk_pool_blocks('Half'), 0);
    }
}

TEST(the_depth_can_be_poked)
{
    initialize_with_diary();
    list.L.Depth = 0;
    ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
    assert_int_equal(list.L.FreeMisses, 1);
    assert_int_equal(diary.frees, 1);
    ExDeleteLookasideListEx(&list);
}

TEST(passed_through_every_call_reaches_the_callbacks)
{
    wdk_lists_pass_through(TRUE);
    initialize_with_diary();
    wdk_lists_pass_through(FALSE);
    assert_int_equal(list.L.Depth, 0);
    assert_int_equal(list.L.MaximumDepth, 0xFFFF);
    for (int i = 0; i < 3; i++) {
        ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
    }
    assert_int_equal(diary.allocates, 3);
    assert_int_equal(diary.frees, 3);
    ExDeleteLookasideListEx(&list);
}

static void allocates_raising(void *unused)
{
    (void)unused;
    wdk_fail_allocation(1);
    (void)ExAllocateFromLookasideListEx(&list);
}

TEST(raise_on_fail_raises_through_the_list)
{
    assert_int_equal(ExInitializeLookasideListEx(&list, NULL, NULL, NonPagedPoolNx,
                                                 EX_LOOKASIDE_LIST_EX_FLAGS_RAISE_ON_FAIL, 64,
                                                 'Test', 0),
                     STATUS_SUCCESS);
    wdk_fault_everyone(TRUE);
    assert_int_equal(wdk_catch(allocates_raising, NULL), STATUS_INSUFFICIENT_RESOURCES);
    wdk_fault_everyone(FALSE);
    assert_int_equal(list.L.TotalAllocates, 1);
    assert_int_equal(list.L.AllocateMisses, 1);
    ExDeleteLookasideListEx(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(depth_is_0_or_256_to_1024, set_up),
        cmocka_unit_test_setup(flags_are_one_of_two_or_none, set_up),
        cmocka_unit_test_setup(pool_types_by_their_bits, set_up),
        cmocka_unit_test_setup(the_order_of_checks_is_depth_flags_pool_type, set_up),
        cmocka_unit_test_setup(a_refused_list_is_unchanged, set_up),
        cmocka_unit_test_setup(a_fresh_list, set_up),
        cmocka_unit_test_setup(lists_are_chained_by_kind_in_order, set_up),
        cmocka_unit_test_setup(sizes_below_a_link_are_raised, set_up),
        cmocka_unit_test_setup(a_misaligned_list_raises, set_up),
        cmocka_unit_test_setup(callbacks_get_what_the_list_has, set_up),
        cmocka_unit_test_setup(the_numbers_of_a_burst, set_up),
        cmocka_unit_test_setup(contents_survive_but_for_the_first_word, set_up),
        cmocka_unit_test_setup(flush_and_delete_free_the_latest_first_and_count_nothing, set_up),
        cmocka_unit_test_setup(delete_unlinks_the_list_before_it_frees_its_entries, set_up),
        cmocka_unit_test_setup(one_callback_may_be_the_drivers_and_the_other_the_pools, set_up),
        cmocka_unit_test_setup(the_depth_can_be_poked, set_up),
        cmocka_unit_test_setup(passed_through_every_call_reaches_the_callbacks, set_up),
        cmocka_unit_test_setup(raise_on_fail_raises_through_the_list, set_up),
    };
    return RUN_TESTS(tests);
}
