/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: callbacks run with no lock held: they may use the same list, other lists, make and
 * destroy lists, and look inside. A lock held shows as a hang, which end_after ends. Caught: the
 * list's lock held around the free callback; a magazine made while the list was being destroyed. */
#include "cmocka_test.h"
#include "counting_backing.h"

#include <stdlib.h>

/* What a callback does while it runs, once per call and not again from within. */
struct busy {
    lookaside_list *other;
    bool inside;
    size_t calls;
    void (*act)(lookaside_list *list, struct busy *busy);
};

static void act_once(lookaside_list *list, struct busy *busy)
{
    if (!busy->inside) {
        busy->inside = true;
        busy->calls++;
        busy->act(list, busy);
        busy->inside = false;
    }
}

static void *busy_allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *list,
                           void *context)
{
    (void)pool_type;
    (void)tag;
    act_once(list, context);
    return malloc(size);
}

static void busy_free(void *entry, lookaside_list *list, void *context)
{
    act_once(list, context);
    free(entry);
}

static int busy_construct(void *entry, lookaside_list *list, void *context)
{
    (void)entry;
    act_once(list, context);
    return 0;
}

static void busy_destruct(void *entry, lookaside_list *list, void *context)
{
    (void)entry;
    act_once(list, context);
}

static void use_the_same_list(lookaside_list *list, struct busy *busy)
{
    (void)busy;
    void *first = lookaside_alloc(list);
    void *second = lookaside_alloc(list);
    CHECK(first != NULL && second != NULL && first != second,
          "a callback got no entry of its list");
    lookaside_free(list, first);
    lookaside_free(list, second);
}

static void look_into_the_same_list(lookaside_list *list, struct busy *busy)
{
    (void)busy;
    lookaside_statistics s = statistics_of(list);
    check_laws_under_traffic(&s, "in a callback");
}

static void flush_the_same_list(lookaside_list *list, struct busy *busy)
{
    (void)busy;
    CHECK(lookaside_flush(list) == LOOKASIDE_OK, "flush failed in a callback");
    CHECK(lookaside_trim(list, 0, NULL) == LOOKASIDE_OK, "trim failed in a callback");
}

static void use_another_list(lookaside_list *list, struct busy *busy)
{
    (void)list;
    lookaside_free(busy->other, lookaside_alloc(busy->other));
    CHECK(lookaside_flush(busy->other) == LOOKASIDE_OK, "flush failed in a callback");
}

static void make_and_destroy_a_list(lookaside_list *list, struct busy *busy)
{
    (void)list;
    (void)busy;
    lookaside_list made = LOOKASIDE_LIST_INIT;
    CHECK(lookaside_init(&made, 64, LOOKASIDE_PAGED, NULL) == LOOKASIDE_OK, "init failed");
    lookaside_free(&made, lookaside_alloc(&made));
    destroy_checked(&made);
}

static void destroy_another_list(lookaside_list *list, struct busy *busy)
{
    (void)list;
    lookaside_status status = lookaside_destroy(busy->other);
    CHECK(status == LOOKASIDE_OK || status == LOOKASIDE_NOT_INITIALIZED, "destroy failed");
}

/* Sends enough traffic through the list that every callback is called in every way. */
static void drive(lookaside_list *list)
{
    void *entries[50];
    for (size_t round = 0; round < 10; round++) {
        take(list, entries, 50);
        check_laws(list, "out");
        give(list, entries, 50);
        assert_status(lookaside_flush(list), LOOKASIDE_OK);
        size_t taken = lookaside_alloc_bulk(list, entries, 50);
        assert_int_equal(taken, 50);
        lookaside_free_bulk(list, entries, 50);
        assert_status(lookaside_trim(list, 2, NULL), LOOKASIDE_OK);
        assert_status(lookaside_reserve(list, 3), LOOKASIDE_OK);
        assert_status(lookaside_reserve(list, 0), LOOKASIDE_OK);
        check_laws(list, "back");
    }
}

static void run(void (*act)(lookaside_list *list, struct busy *busy), bool own_list, bool callbacks)
{
    end_after(60);
    lookaside_list other = LOOKASIDE_LIST_INIT;
    init_or_fail(&other, 16, LOOKASIDE_PAGED, NULL);
    struct busy busy = {&other, false, 0, act};
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.allocate = callbacks ? busy_allocate : NULL;
    options.free = callbacks ? busy_free : NULL;
    options.construct = callbacks ? NULL : busy_construct;
    options.destruct = callbacks ? NULL : busy_destruct;
    options.context = &busy;
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 64, LOOKASIDE_PAGED, &options);
    drive(&list);
    busy.inside = own_list; /* a list that is being destroyed has no users */
    destroy_checked(&list);
    assert_true(busy.calls > 0);
    lookaside_destroy(&other);
    end_after(0);
}

TEST(callbacks_may_use_their_own_list)
{
    run(use_the_same_list, true, true);
    run(use_the_same_list, true, false);
}

TEST(callbacks_may_query_their_own_list)
{
    run(look_into_the_same_list, true, true);
    run(look_into_the_same_list, true, false);
}

TEST(callbacks_may_flush_and_trim_their_own_list)
{
    run(flush_the_same_list, true, true);
    run(flush_the_same_list, true, false);
}

TEST(callbacks_may_use_another_list)
{
    run(use_another_list, false, true);
    run(use_another_list, false, false);
}

TEST(callbacks_may_make_and_destroy_a_list)
{
    run(make_and_destroy_a_list, false, true);
    run(make_and_destroy_a_list, false, false);
}

TEST(callbacks_may_destroy_another_list)
{
    run(destroy_another_list, false, true);
    run(destroy_another_list, false, false);
}

static jmp_buf way_out;

static void *leave(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *list,
                   void *context)
{
    (void)pool_type;
    (void)tag;
    (void)list;
    if (*(bool *)context) {
        longjmp(way_out, 1);
    }
    return malloc(size);
}

static void plain_free(void *entry, lookaside_list *list, void *context)
{
    (void)list;
    (void)context;
    free(entry);
}

TEST(an_allocate_callback_may_leave_by_longjmp)
{
    end_after(60);
    static bool leaves = true;
    static lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.allocate = leave;
    options.free = plain_free;
    options.context = &leaves;
    init_or_fail(&list, 64, LOOKASIDE_PAGED, &options);
    for (volatile size_t i = 0; i < 100; i++) {
        if (setjmp(way_out) == 0) {
            lookaside_alloc(&list);
            fail_msg("the allocation returned");
        }
        check_laws(&list, "left");
    }
    leaves = false;
    void *entry = lookaside_alloc(&list);
    assert_non_null(entry);
    lookaside_free(&list, entry);
    destroy_checked(&list);
    end_after(0);
}

static void use_own_list(lookaside_list *list, struct busy *busy)
{
    (void)busy;
    lookaside_free(list, lookaside_alloc(list));
}

TEST(a_list_may_be_used_by_its_callbacks_while_it_is_destroyed)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct busy busy = {.act = use_own_list};
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.allocate = busy_allocate;
    options.free = busy_free;
    options.context = &busy;
    init_or_fail(&list, 64, LOOKASIDE_PAGED, &options);
    lookaside_free(&list, lookaside_alloc(&list));
    size_t before = busy.calls;
    destroy_checked(&list);
    assert_true(busy.calls > before);
    /* The next list takes the same place and must not find what the callback left. */
    init_or_fail(&list, 64, LOOKASIDE_PAGED, NULL);
    assert_int_equal(statistics_of(&list).threads, 0);
    lookaside_free(&list, lookaside_alloc(&list));
    lookaside_statistics s = check_laws(&list, "after the busy list");
    assert_int_equal(s.total_allocates, 1);
    assert_int_equal(s.allocate_misses, 1);
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(callbacks_may_use_their_own_list),
        cmocka_unit_test(callbacks_may_query_their_own_list),
        cmocka_unit_test(callbacks_may_flush_and_trim_their_own_list),
        cmocka_unit_test(callbacks_may_use_another_list),
        cmocka_unit_test(callbacks_may_make_and_destroy_a_list),
        cmocka_unit_test(callbacks_may_destroy_another_list),
        cmocka_unit_test(an_allocate_callback_may_leave_by_longjmp),
        cmocka_unit_test(a_list_may_be_used_by_its_callbacks_while_it_is_destroyed),
    };
    return RUN_TESTS(tests);
}
