/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Doubly and singly linked lists, and what is found when one is corrupt. Caught: a removal that
 * checks only one neighbour; an insertion at the tail that went to the head. */
#include "twin_test.h"

struct item {
    int number;
    LIST_ENTRY link;
};

static void assert_numbers(PLIST_ENTRY head, const int *numbers, size_t count)
{
    PLIST_ENTRY entry = head->Flink;
    for (size_t i = 0; i < count; i++, entry = entry->Flink) {
        assert_ptr_not_equal(entry, head);
        assert_int_equal(CONTAINING_RECORD(entry, struct item, link)->number, numbers[i]);
    }
    assert_ptr_equal(entry, head);
    for (size_t i = count; i > 0; i--) {
        entry = entry->Blink;
        assert_int_equal(CONTAINING_RECORD(entry, struct item, link)->number, numbers[i - 1]);
    }
    assert_ptr_equal(entry->Blink, head);
}

TEST(entries_go_where_they_are_inserted)
{
    LIST_ENTRY head;
    struct item items[4] = {{.number = 0}, {.number = 1}, {.number = 2}, {.number = 3}};
    InitializeListHead(&head);
    assert_true(IsListEmpty(&head));
    InsertTailList(&head, &items[1].link);
    InsertTailList(&head, &items[2].link);
    InsertHeadList(&head, &items[0].link);
    InsertTailList(&head, &items[3].link);
    assert_false(IsListEmpty(&head));
    assert_numbers(&head, (int[]){0, 1, 2, 3}, 4);
    assert_false(RemoveEntryList(&items[1].link));
    assert_ptr_equal(RemoveHeadList(&head), &items[0].link);
    assert_ptr_equal(RemoveTailList(&head), &items[3].link);
    assert_numbers(&head, (int[]){2}, 1);
    assert_true(RemoveEntryList(&items[2].link));
    assert_ptr_equal(RemoveHeadList(&head), &head);
}

TEST(a_list_is_appended_without_its_head)
{
    LIST_ENTRY head;
    LIST_ENTRY other;
    struct item items[4] = {{.number = 0}, {.number = 1}, {.number = 2}, {.number = 3}};
    InitializeListHead(&head);
    InitializeListHead(&other);
    InsertTailList(&head, &items[0].link);
    for (int i = 1; i < 4; i++) {
        InsertTailList(&other, &items[i].link);
    }
    RemoveEntryList(&other);
    AppendTailList(&head, &items[1].link);
    assert_numbers(&head, (int[]){0, 1, 2, 3}, 4);
}

TEST(a_single_list_is_a_stack)
{
    SINGLE_LIST_ENTRY head = {NULL};
    SINGLE_LIST_ENTRY first;
    SINGLE_LIST_ENTRY second;
    assert_null(PopEntryList(&head));
    PushEntryList(&head, &first);
    PushEntryList(&head, &second);
    assert_ptr_equal(PopEntryList(&head), &second);
    assert_ptr_equal(PopEntryList(&head), &first);
    assert_null(PopEntryList(&head));
}

struct list_of_three {
    LIST_ENTRY head;
    struct item items[3];
};

static void make(struct list_of_three *list)
{
    InitializeListHead(&list->head);
    for (int i = 0; i < 3; i++) {
        InsertTailList(&list->head, &list->items[i].link);
    }
}

static void remove_middle(void *list)
{
    RemoveEntryList(&((struct list_of_three *)list)->items[1].link);
}

static void remove_head(void *list)
{
    RemoveHeadList(&((struct list_of_three *)list)->head);
}

static void remove_tail(void *list)
{
    RemoveTailList(&((struct list_of_three *)list)->head);
}

static void insert_at_tail(void *list)
{
    static struct item extra;
    InsertTailList(&((struct list_of_three *)list)->head, &extra.link);
}

static void insert_at_head(void *list)
{
    static struct item extra;
    InsertHeadList(&((struct list_of_three *)list)->head, &extra.link);
}

TEST(a_link_that_does_not_lead_back_is_bugcheck_139)
{
    struct list_of_three list;
    make(&list);
    list.items[0].link.Flink = &list.head; /* the one before the middle */
    expect_bugcheck(remove_middle, &list, 0x139, 3);
    make(&list);
    list.items[2].link.Blink = &list.head; /* the one behind it */
    expect_bugcheck(remove_middle, &list, 0x139, 3);
    make(&list);
    list.items[1].link.Blink = &list.head;
    expect_bugcheck(remove_head, &list, 0x139, 3);
    make(&list);
    list.items[1].link.Flink = &list.head;
    expect_bugcheck(remove_tail, &list, 0x139, 3);
    make(&list);
    list.items[2].link.Flink = &list.items[0].link;
    expect_bugcheck(insert_at_tail, &list, 0x139, 3);
    make(&list);
    list.items[0].link.Blink = &list.items[2].link;
    expect_bugcheck(insert_at_head, &list, 0x139, 3);
}

TEST(an_entry_that_is_removed_twice_is_found)
{
    struct list_of_three list;
    make(&list);
    remove_middle(&list);
    expect_bugcheck(remove_middle, &list, 0x139, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_go_where_they_are_inserted),
        cmocka_unit_test(a_list_is_appended_without_its_head),
        cmocka_unit_test(a_single_list_is_a_stack),
        cmocka_unit_test(a_link_that_does_not_lead_back_is_bugcheck_139),
        cmocka_unit_test(an_entry_that_is_removed_twice_is_found),
    };
    return RUN_TESTS(tests);
}
