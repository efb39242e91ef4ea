/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: the constants have NT's values, the initialisers are constant, and the typed macro
 * gives a list of its own for one type. Caught: LOOKASIDE_TAG in the other byte order. */
#include "cmocka_test.h"

struct session {
    int id;
    char name[60];
};

LOOKASIDE_TYPED_LIST(session, struct session);

struct wide {
    _Alignas(128) char bytes[200];
};

LOOKASIDE_TYPED_LIST(wide, struct wide);

static lookaside_list static_list = LOOKASIDE_LIST_INIT;
static lookaside_list lists[3] = {LOOKASIDE_LIST_INIT, LOOKASIDE_LIST_INIT, LOOKASIDE_LIST_INIT};
static const lookaside_options static_options = LOOKASIDE_OPTIONS_INIT;

_Static_assert(LOOKASIDE_NONPAGED == 0 && LOOKASIDE_PAGED == 1 && LOOKASIDE_NONPAGED_NX == 512,
               "NT's POOL_TYPE");
_Static_assert(LOOKASIDE_RAISE_ON_FAIL == 1 && LOOKASIDE_FAIL_NO_RAISE == 2,
               "EX_LOOKASIDE_LIST_EX_FLAGS_*");
_Static_assert(LOOKASIDE_POOL_QUOTA_FAIL_INSTEAD_OF_RAISE == 8 &&
                   LOOKASIDE_POOL_RAISE_IF_ALLOCATION_FAILURE == 16,
               "NT's pool flags");
_Static_assert(LOOKASIDE_CACHE_THREAD == 0 && LOOKASIDE_CACHE_NONE == 2, "1 is kept for CPU");
_Static_assert(LOOKASIDE_MAXIMUM_SIZE == 16777216, "16 MiB");
_Static_assert(sizeof(lookaside_list) == 64, "the size of a list is part of the ABI");

TEST(a_tag_is_stored_in_the_order_in_which_it_is_written)
{
    uint32_t tag = LOOKASIDE_TAG('b', 'b', 'a', 'a');
    assert_int_equal(tag, 0x61616262);
    tag = LOOKASIDE_DEFAULT_TAG;
    assert_memory_equal(&tag, "srLL", 4);
    assert_int_equal(LOOKASIDE_TAG('\xff', 0, 0, '\xfe'), 0xfe0000ff);
}

TEST(static_lists_and_options_can_be_used)
{
    init_or_fail(&static_list, 8, LOOKASIDE_PAGED, &static_options);
    destroy_checked(&static_list);
    for (size_t i = 0; i < COUNT_OF(lists); i++) {
        init_or_fail(&lists[i], 8, LOOKASIDE_PAGED, NULL);
        destroy_checked(&lists[i]);
    }
}

TEST(all_zero_memory_is_a_list_that_is_not_initialised)
{
    lookaside_list zero;
    memset(&zero, 0, sizeof(zero));
    lookaside_statistics s;
    assert_status(lookaside_query(&zero, &s), LOOKASIDE_NOT_INITIALIZED);
    init_or_fail(&zero, 8, LOOKASIDE_PAGED, NULL);
    destroy_checked(&zero);
}

TEST(a_typed_list_allocates_its_type)
{
    assert_status(session_init(LOOKASIDE_PAGED, NULL), LOOKASIDE_OK);
    struct session *session = session_alloc();
    assert_non_null(session);
    session->id = 7;
    assert_int_equal(statistics_of(&session_list).size, sizeof(struct session));
    assert_status(session_destroy(), LOOKASIDE_IN_USE);
    session_free(session);
    assert_status(session_destroy(), LOOKASIDE_OK);
    assert_status(session_destroy(), LOOKASIDE_NOT_INITIALIZED);
}

TEST(a_typed_list_aligns_its_entries_as_the_type)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    struct wide *entries[40];
    options.alignment = 32; /* less than the type needs */
    assert_status(wide_init(LOOKASIDE_PAGED, &options), LOOKASIDE_OK);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        entries[i] = wide_alloc();
        assert_int_equal((uintptr_t)entries[i] % 128, 0);
    }
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        wide_free(entries[i]);
    }
    assert_status(wide_destroy(), LOOKASIDE_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_tag_is_stored_in_the_order_in_which_it_is_written),
        cmocka_unit_test(static_lists_and_options_can_be_used),
        cmocka_unit_test(all_zero_memory_is_a_list_that_is_not_initialised),
        cmocka_unit_test(a_typed_list_allocates_its_type),
        cmocka_unit_test(a_typed_list_aligns_its_entries_as_the_type),
    };
    return RUN_TESTS(tests);
}
