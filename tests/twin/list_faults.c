/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a driver may not do with a list, with Driver Verifier's codes ("Bug Check 0xC4": 0xCA to
 * 0xCD, 0xE1, 0x2000, 0x20006), and what Windows would not notice. Caught: a pool that looks for
 * lists at a block's start alone, a second free recognised only while the entry is the first of the
 * list. */
#include "twin_test.h"

static LOOKASIDE_LIST_EX list;
static LOOKASIDE_LIST_EX other;
static PAGED_LOOKASIDE_LIST paged;

static void initializes(void *at)
{
    (void)ExInitializeLookasideListEx(at, NULL, NULL, NonPagedPoolNx, 0, 64, 'Test', 0);
}

static void deletes(void *at)
{
    ExDeleteLookasideListEx(at);
}

TEST(initialised_twice)
{
    initializes(&list);
    wdk_bugcheck record = expect_bugcheck(initializes, &list, 0xC4, 0xCA);
    assert_int_equal(record.parameters[1], (ULONG_PTR)&list);
    deletes(&list);
    initializes(&list);
    deletes(&list);
}

TEST(initialised_twice_and_ignored_it_is_one_list)
{
    (void)wdk_set_action(0xC4, 0xCA, WDK_IGNORE);
    initializes(&list);
    initializes(&list);
    assert_int_equal(wdk_list_count(), 1);
    deletes(&list);
    assert_int_equal(wdk_list_count(), 0);
    (void)wdk_set_action(0xC4, 0xCA, WDK_BUGCHECK);
}

TEST(deleted_without_being_initialised_and_twice)
{
    static LOOKASIDE_LIST_EX never;
    wdk_bugcheck record = expect_bugcheck(deletes, &never, 0xC4, 0xCB);
    assert_int_equal(record.parameters[1], (ULONG_PTR)&never);
    initializes(&list);
    deletes(&list);
    (void)expect_bugcheck(deletes, &list, 0xC4, 0xCB);
}

static void flushes(void *at)
{
    ExFlushLookasideListEx(at);
}

static void allocates(void *from)
{
    (void)ExAllocateFromLookasideListEx(from);
}

TEST(used_after_it_was_deleted)
{
    initializes(&list);
    PVOID entry = ExAllocateFromLookasideListEx(&list);
    deletes(&list);
    (void)expect_bugcheck(allocates, &list, 0xC4, 0xCB);
    ExFreePool(entry);
    (void)expect_bugcheck(flushes, &list, 0xC4, 0xCB);
}

static void frees(void *block)
{
    ExFreePool(block);
}

TEST(pool_freed_with_a_list_in_it)
{
    struct extension {
        UCHAR other[64];
        LOOKASIDE_LIST_EX list;
    } *extension = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*extension), 'Test');
    initializes(&extension->list);
    wdk_bugcheck record = expect_bugcheck(frees, extension, 0xC4, 0xCC);
    assert_int_equal(record.parameters[1], (ULONG_PTR)&extension->list);
    assert_int_equal(record.parameters[2], (ULONG_PTR)extension);
    assert_int_equal(record.parameters[3], sizeof(*extension));
    deletes(&extension->list);
    frees(extension);
}

static void initializes_with_4_bytes(void *at)
{
    (void)ExInitializeLookasideListEx(at, NULL, NULL, NonPagedPoolNx, 0, 4, 'Test', 0);
}

TEST(entries_too_small_are_a_warning_until_forbidden)
{
    ULONG before = wdk_warnings();
    initializes_with_4_bytes(&list);
    assert_int_equal(wdk_warnings(), before + 1);
    deletes(&list);
    (void)wdk_set_action(0xC4, 0xCD, WDK_BUGCHECK);
    wdk_bugcheck record = expect_bugcheck(initializes_with_4_bytes, &list, 0xC4, 0xCD);
    assert_int_equal(record.parameters[1], (ULONG_PTR)&list);
    assert_int_equal(record.parameters[2], 4);
    assert_int_equal(record.parameters[3], 8);
    (void)wdk_set_action(0xC4, 0xCD, WDK_WARN);
}

TEST(a_list_in_paged_pool)
{
    PVOID block = ExAllocatePoolWithTag(PagedPool, sizeof(LOOKASIDE_LIST_EX) + 32, 'Test');
    (void)expect_bugcheck(initializes, (char *)block + 32, 0xC4, 0xE1);
    ExFreePool(block);
}

static void initializes_executable(void *at)
{
    (void)ExInitializeLookasideListEx(at, NULL, NULL, NonPagedPool, 0, 64, 'Test', 0);
}

TEST(a_list_of_executable_entries)
{
    (void)wdk_set_action(0xC4, 0x2000, WDK_BUGCHECK);
    (void)expect_bugcheck(initializes_executable, &list, 0xC4, 0x2000);
    (void)wdk_set_action(0xC4, 0x2000, WDK_WARN);
}

static void uses_a_paged_list_at_dispatch_level(void *what)
{
    (void)KeRaiseIrqlToDpcLevel();
    switch (*(int *)what) {
    case 0:
        (void)ExAllocateFromPagedLookasideList(&paged);
        break;
    case 1:
        ExDeletePagedLookasideList(&paged);
        break;
    case 2:
        ExInitializePagedLookasideList(&paged, NULL, NULL, 0, 64, 'Test', 0);
        break;
    default:
        (void)ExAllocateFromLookasideListEx(&list);
        break;
    }
}

TEST(paged_lists_above_apc_level)
{
    ExInitializePagedLookasideList(&paged, NULL, NULL, 0, 64, 'Test', 0);
    (void)ExInitializeLookasideListEx(&list, NULL, NULL, PagedPool, 0, 64, 'Test', 0);
    for (int what = 0; what < 4; what++) {
        (void)expect_bugcheck(uses_a_paged_list_at_dispatch_level, &what, 0xC4, 0x20006);
    }
    ExDeletePagedLookasideList(&paged);
    deletes(&list);
}

TEST(nonpaged_lists_work_at_dispatch_level)
{
    KIRQL irql = KeRaiseIrqlToDpcLevel();
    initializes(&list);
    ExFreeToLookasideListEx(&list, ExAllocateFromLookasideListEx(&list));
    deletes(&list);
    KeLowerIrql(irql);
}

/* ---- What Driver Verifier has no code for, or finds late ---- */

static PVOID entry;

static void frees_to(void *to)
{
    ExFreeToLookasideListEx(to, entry);
}

TEST(an_entry_freed_twice_while_it_is_cached)
{
    initializes(&list);
    PVOID first = ExAllocateFromLookasideListEx(&list);
    entry = ExAllocateFromLookasideListEx(&list);
    frees_to(&list);
    ExFreeToLookasideListEx(&list, first); /* it is not the first any more */
    wdk_bugcheck record = expect_bugcheck(frees_to, &list, 0xC4, 0x13);
    assert_int_equal(record.parameters[2], (ULONG_PTR)entry);
    deletes(&list);
}

TEST(an_entry_freed_twice_to_a_full_list)
{
    PVOID out[4];
    initializes(&list);
    for (int i = 0; i < 4; i++) {
        out[i] = ExAllocateFromLookasideListEx(&list);
    }
    for (int i = 0; i < 4; i++) {
        ExFreeToLookasideListEx(&list, out[i]);
    }
    entry = out[0];
    wdk_bugcheck record = expect_bugcheck(frees_to, &list, 0xC4, 0x13);
    assert_int_equal(record.parameters[2], (ULONG_PTR)entry);
    deletes(&list);
}

TEST(an_entry_freed_twice_of_which_the_pool_knows)
{
    initializes(&list);
    list.L.Depth = 0;
    entry = ExAllocateFromLookasideListEx(&list);
    frees_to(&list);
    (void)expect_bugcheck(frees_to, &list, 0xC4, 0x13);
    deletes(&list);
}

TEST(an_entry_of_another_list)
{
    initializes(&list);
    (void)ExInitializeLookasideListEx(&other, NULL, NULL, NonPagedPoolNx, 0, 64, 'Othr', 0);
    entry = ExAllocateFromLookasideListEx(&other);
    wdk_bugcheck record = expect_bugcheck(frees_to, &list, 0xC2, 0x0A);
    assert_int_equal(record.parameters[2], 'Othr');
    assert_int_equal(record.parameters[3], 'Test');
    frees_to(&other);
    deletes(&other);
    deletes(&list);
}

TEST(memory_that_is_no_entry)
{
    static DECLSPEC_ALIGN(16) UCHAR bytes[64];
    initializes(&list);
    entry = bytes;
    (void)expect_bugcheck(frees_to, &list, 0xC4, 0x10);
    entry = NULL;
    (void)expect_bugcheck(frees_to, &list, 0xC4, 0x10);
    deletes(&list);
}

TEST(links_that_were_overwritten)
{
    initializes(&list);
    list.L.ListEntry.Flink = NULL;
    wdk_bugcheck record = expect_bugcheck(deletes, &list, KERNEL_SECURITY_CHECK_FAILURE, 3);
    assert_int_equal(record.parameters[1], (ULONG_PTR)&list);
    initializes(&list);
    (void)memset(&list, 0x77, sizeof(list));
    (void)expect_bugcheck(initializes, &other, KERNEL_SECURITY_CHECK_FAILURE, 3);
    (void)wdk_set_action(0x139, 3, WDK_IGNORE);
    ExDeleteLookasideListEx(&other);
    /* Whatever lies there now was not touched. */
    assert_int_equal((ULONG_PTR)list.L.ListEntry.Flink, 0x7777777777777777);
    assert_int_equal((ULONG_PTR)list.L.ListEntry.Blink, 0x7777777777777777);
    (void)memset(&list, 0, sizeof(list));
    ExDeleteLookasideListEx(&list);
    (void)wdk_set_action(0x139, 3, WDK_BUGCHECK);
    assert_int_equal(wdk_list_count(), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(initialised_twice),
        cmocka_unit_test(initialised_twice_and_ignored_it_is_one_list),
        cmocka_unit_test(deleted_without_being_initialised_and_twice),
        cmocka_unit_test(used_after_it_was_deleted),
        cmocka_unit_test(pool_freed_with_a_list_in_it),
        cmocka_unit_test(entries_too_small_are_a_warning_until_forbidden),
        cmocka_unit_test(a_list_in_paged_pool),
        cmocka_unit_test(a_list_of_executable_entries),
        cmocka_unit_test(paged_lists_above_apc_level),
        cmocka_unit_test(nonpaged_lists_work_at_dispatch_level),
        cmocka_unit_test(an_entry_freed_twice_while_it_is_cached),
        cmocka_unit_test(an_entry_freed_twice_to_a_full_list),
        cmocka_unit_test(an_entry_freed_twice_of_which_the_pool_knows),
        cmocka_unit_test(an_entry_of_another_list),
        cmocka_unit_test(memory_that_is_no_entry),
        cmocka_unit_test(links_that_were_overwritten),
    };
    return RUN_TESTS(tests);
}
