/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* SLISTs in one thread: results, and the bits of the header. Caught: a sequence that stood still. */
#include "twin_test.h"

static SLIST_HEADER head;
static SLIST_ENTRY entries[4];

static int set_up(void **state)
{
    (void)state;
    InitializeSListHead(&head);
    return 0;
}

TEST(a_stack_with_a_depth)
{
    assert_ptr_equal(InterlockedPopEntrySList(&head), NULL);
    assert_ptr_equal(InterlockedPushEntrySList(&head, &entries[0]), NULL);
    assert_ptr_equal(InterlockedPushEntrySList(&head, &entries[1]), &entries[0]);
    assert_ptr_equal(ExInterlockedPushEntrySList(&head, &entries[2], NULL), &entries[1]);
    assert_int_equal(QueryDepthSList(&head), 3);
    assert_ptr_equal(FirstEntrySList(&head), &entries[2]);
    assert_ptr_equal(InterlockedPopEntrySList(&head), &entries[2]);
    assert_ptr_equal(ExInterlockedPopEntrySList(&head, NULL), &entries[1]);
    assert_ptr_equal(InterlockedPopEntrySList(&head), &entries[0]);
    assert_int_equal(ExQueryDepthSList(&head), 0);
}

TEST(a_flush_takes_the_whole_chain)
{
    assert_ptr_equal(ExInterlockedFlushSList(&head), NULL);
    for (int i = 0; i < 3; i++) {
        (void)InterlockedPushEntrySList(&head, &entries[i]);
    }
    PSLIST_ENTRY chain = InterlockedFlushSList(&head);
    assert_ptr_equal(chain, &entries[2]);
    assert_ptr_equal(chain->Next, &entries[1]);
    assert_ptr_equal(chain->Next->Next, &entries[0]);
    assert_ptr_equal(chain->Next->Next->Next, NULL);
    assert_int_equal(QueryDepthSList(&head), 0);
    assert_ptr_equal(FirstEntrySList(&head), NULL);
}

TEST(the_header_has_its_bits_where_windows_has_them)
{
    assert_int_equal(head.Alignment, 0);
    assert_int_equal(head.Region, 0);
    (void)InterlockedPushEntrySList(&head, &entries[0]);
    (void)InterlockedPushEntrySList(&head, &entries[1]);
    assert_int_equal(head.HeaderX64.Depth, 2);
    assert_int_equal(head.Header16.Depth, 2);
    assert_int_equal((ULONGLONG)head.HeaderX64.NextEntry << 4, (ULONG_PTR)&entries[1]);
    assert_int_equal(head.HeaderX64.Reserved, 0);
}

TEST(every_change_moves_the_sequence)
{
    ULONGLONG before = head.HeaderX64.Sequence;
    (void)InterlockedPushEntrySList(&head, &entries[0]);
    ULONGLONG pushed = head.HeaderX64.Sequence;
    assert_true(pushed != before);
    (void)InterlockedPopEntrySList(&head);
    assert_true(head.HeaderX64.Sequence != pushed && head.HeaderX64.Sequence != before);
}

/* The depth has 16 bits: 65536 entries look like none. */
TEST(the_depth_wraps_and_the_entries_do_not)
{
    static SLIST_ENTRY many[65537];
    for (size_t i = 0; i < RTL_NUMBER_OF(many); i++) {
        (void)InterlockedPushEntrySList(&head, &many[i]);
        assert_int_equal(QueryDepthSList(&head), (i + 1) & 0xFFFF);
    }
    for (size_t i = RTL_NUMBER_OF(many); i-- > 0;) {
        assert_ptr_equal(InterlockedPopEntrySList(&head), &many[i]);
    }
    assert_ptr_equal(InterlockedPopEntrySList(&head), NULL);
    assert_int_equal(QueryDepthSList(&head), 0);
}

static void initializes_at(void *address)
{
    InitializeSListHead(address);
}

TEST(a_misaligned_header_raises)
{
    static DECLSPEC_ALIGN(16) UCHAR bytes[48];
    assert_int_equal(wdk_catch(initializes_at, bytes + 8), STATUS_DATATYPE_MISALIGNMENT);
    assert_int_equal(wdk_catch(initializes_at, bytes + 16), STATUS_SUCCESS);
}

static void pushes(void *entry)
{
    (void)InterlockedPushEntrySList(&head, entry);
}

TEST(a_misaligned_entry_is_a_bugcheck)
{
    static DECLSPEC_ALIGN(16) UCHAR bytes[48];
    (void)expect_bugcheck(pushes, bytes + 8, KERNEL_SECURITY_CHECK_FAILURE, 3);
    assert_int_equal(QueryDepthSList(&head), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_stack_with_a_depth, set_up),
        cmocka_unit_test_setup(a_flush_takes_the_whole_chain, set_up),
        cmocka_unit_test_setup(the_header_has_its_bits_where_windows_has_them, set_up),
        cmocka_unit_test_setup(every_change_moves_the_sequence, set_up),
        cmocka_unit_test_setup(the_depth_wraps_and_the_entries_do_not, set_up),
        cmocka_unit_test_setup(a_misaligned_header_raises, set_up),
        cmocka_unit_test_setup(a_misaligned_entry_is_a_bugcheck, set_up),
    };
    return RUN_TESTS(tests);
}
