/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: a failed allocation on a list that raises reaches the raise handler, which may leave by
 * longjmp or return; without one it is a bugcheck. Caught: the raise handler called with the
 * list's lock held. */
#include "cmocka_test.h"
#include "counting_backing.h"

struct raised {
    jmp_buf target;
    bool leaves;
    size_t calls;
    lookaside_status status;
    lookaside_list *list;
};

static void on_raise(lookaside_status status, lookaside_list *list, void *context)
{
    struct raised *raised = context;
    raised->calls++;
    raised->status = status;
    raised->list = list;
    if (raised->leaves) {
        longjmp(raised->target, 1);
    }
}

static void init_raising(lookaside_list *list, struct backing *backing)
{
    lookaside_options options = backing_options(backing);
    options.flags = LOOKASIDE_RAISE_ON_FAIL;
    init_or_fail(list, 32, LOOKASIDE_PAGED, &options);
}

TEST(a_handler_that_returns_makes_the_allocation_return_NULL)
{
    struct raised raised = {.leaves = false};
    lookaside_set_raise_handler(on_raise, &raised);
    struct backing backing = {.budget = 1};
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_raising(&list, &backing);
    void *entry = lookaside_alloc(&list);
    assert_non_null(entry);
    assert_int_equal(raised.calls, 0);
    assert_null(lookaside_alloc(&list));
    assert_int_equal(raised.calls, 1);
    assert_int_equal(raised.status, LOOKASIDE_ALLOCATE_FAILED);
    assert_ptr_equal(raised.list, &list);
    assert_int_equal(check_laws(&list, "raised").allocate_failures, 1);
    lookaside_free(&list, entry);
    destroy_checked(&list);
    lookaside_set_raise_handler(NULL, NULL);
}

TEST(a_handler_may_leave_by_longjmp_and_the_list_goes_on)
{
    static struct raised raised;
    static struct backing backing;
    static lookaside_list list;
    raised = (struct raised){.leaves = true};
    backing = (struct backing){.budget = 0};
    lookaside_set_raise_handler(on_raise, &raised);
    init_raising(&list, &backing);
    for (volatile size_t i = 0; i < 100; i++) {
        if (setjmp(raised.target) == 0) {
            lookaside_alloc(&list);
            fail_msg("the allocation returned");
        }
        assert_int_equal(check_laws(&list, "left").allocate_failures, i + 1);
    }
    assert_int_equal(raised.calls, 100);
    backing.budget = 1;
    void *entry = lookaside_alloc(&list);
    assert_non_null(entry);
    lookaside_free(&list, entry);
    destroy_checked(&list);
    lookaside_set_raise_handler(NULL, NULL);
}

TEST(lists_that_do_not_raise_do_not_reach_the_handler)
{
    struct raised raised = {.leaves = false};
    lookaside_set_raise_handler(on_raise, &raised);
    struct backing backing = {.budget = 0};
    lookaside_options options = backing_options(&backing);
    options.flags = LOOKASIDE_FAIL_NO_RAISE;
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    assert_null(lookaside_alloc(&list));
    assert_int_equal(raised.calls, 0);
    destroy_checked(&list);
    lookaside_set_raise_handler(NULL, NULL);
}

static void note_bugcheck(lookaside_bugcheck_code code, lookaside_list *list, void *entry,
                          const char *sentence, void *context)
{
    (void)list;
    (void)entry;
    (void)sentence;
    *(lookaside_bugcheck_code *)context = code;
}

TEST(without_a_raise_handler_a_raised_failure_is_a_bugcheck)
{
    lookaside_bugcheck_code code = 0;
    lookaside_set_bugcheck_handler(note_bugcheck, &code);
    struct backing backing = {.budget = 0};
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_raising(&list, &backing);
    assert_null(lookaside_alloc(&list));
    assert_int_equal(code, LOOKASIDE_BUGCHECK_ALLOCATION_RAISED);
    check_laws(&list, "raised");
    destroy_checked(&list);
    lookaside_set_bugcheck_handler(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_handler_that_returns_makes_the_allocation_return_NULL),
        cmocka_unit_test(a_handler_may_leave_by_longjmp_and_the_list_goes_on),
        cmocka_unit_test(lists_that_do_not_raise_do_not_reach_the_handler),
        cmocka_unit_test(without_a_raise_handler_a_raised_failure_is_a_bugcheck),
    };
    return RUN_TESTS(tests);
}
