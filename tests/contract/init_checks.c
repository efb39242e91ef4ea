/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: lookaside_init checks everything before it changes anything, in the documented order,
 * and says with its own status what is wrong. Caught: a size limit that was off by one. */
#include "cmocka_test.h"

/* All arguments of lookaside_init, right unless a mistake is put in. */
struct arguments {
    lookaside_list *list;
    size_t size;
    lookaside_pool_type pool_type;
    lookaside_options options;
};

static lookaside_list initialized_list;

static void null_list(struct arguments *a)
{
    a->list = NULL;
}

static void initialized(struct arguments *a)
{
    a->list = &initialized_list;
}

static void bad_options(struct arguments *a)
{
    a->options.options_size = 0;
}

static void size_zero(struct arguments *a)
{
    a->size = 0;
}

static void size_too_large(struct arguments *a)
{
    a->size = LOOKASIDE_MAXIMUM_SIZE + 1;
}

static void bad_depth(struct arguments *a)
{
    a->options.maximum_depth = 3;
}

static void both_flags(struct arguments *a)
{
    a->options.flags |= 0x3;
}

static void unknown_flag(struct arguments *a)
{
    a->options.flags |= 0x4;
}

static void bad_pool_type(struct arguments *a)
{
    a->pool_type = (lookaside_pool_type)3;
}

static void bad_alignment(struct arguments *a)
{
    a->options.alignment = 24;
}

static void bad_cache(struct arguments *a)
{
    a->options.cache = (lookaside_cache)1;
}

/* In the order in which lookaside_init checks. */
static const struct mistake {
    void (*make)(struct arguments *arguments);
    lookaside_status status;
} mistakes[] = {
    {null_list, LOOKASIDE_NULL_ARGUMENT},       {initialized, LOOKASIDE_ALREADY_INITIALIZED},
    {bad_options, LOOKASIDE_BAD_OPTIONS},       {size_zero, LOOKASIDE_SIZE_ZERO},
    {size_too_large, LOOKASIDE_SIZE_TOO_LARGE}, {bad_depth, LOOKASIDE_BAD_MAXIMUM_DEPTH},
    {both_flags, LOOKASIDE_FLAGS_EXCLUSIVE},    {unknown_flag, LOOKASIDE_FLAGS_UNKNOWN},
    {bad_pool_type, LOOKASIDE_BAD_POOL_TYPE},   {bad_alignment, LOOKASIDE_BAD_ALIGNMENT},
    {bad_cache, LOOKASIDE_BAD_CACHE_POLICY},
};

static lookaside_list untouched;

static struct arguments right_arguments(void)
{
    static lookaside_list list;
    list = untouched;
    return (struct arguments){&list, 64, LOOKASIDE_PAGED, LOOKASIDE_OPTIONS_INIT};
}

static lookaside_status try_init(const struct arguments *a)
{
    return lookaside_init(a->list, a->size, a->pool_type, &a->options);
}

/* Tries options that differ in one member, and that the list is untouched unless they are right. */
static void expect(struct arguments *a, lookaside_status expected)
{
    assert_status(try_init(a), expected);
    if (expected == LOOKASIDE_OK) {
        assert_status(lookaside_destroy(a->list), LOOKASIDE_OK);
    } else {
        assert_memory_equal(a->list, &untouched, sizeof(untouched));
    }
}

TEST(each_mistake_has_its_own_status)
{
    init_or_fail(&initialized_list, 8, LOOKASIDE_PAGED, NULL);
    for (size_t i = 0; i < COUNT_OF(mistakes); i++) {
        struct arguments a = right_arguments();
        mistakes[i].make(&a);
        assert_status(try_init(&a), mistakes[i].status);
    }
    destroy_checked(&initialized_list);
}

TEST(of_two_mistakes_the_one_checked_first_is_reported)
{
    init_or_fail(&initialized_list, 8, LOOKASIDE_PAGED, NULL);
    for (size_t first = 0; first < COUNT_OF(mistakes); first++) {
        for (size_t second = first + 1; second < COUNT_OF(mistakes); second++) {
            struct arguments a = right_arguments();
            mistakes[second].make(&a);
            mistakes[first].make(&a);
            /* Two that exclude each other: the second put the first right. */
            if (mistakes[first].make == size_zero && mistakes[second].make == size_too_large) {
                continue;
            }
            assert_status(try_init(&a), mistakes[first].status);
        }
    }
    destroy_checked(&initialized_list);
}

TEST(a_refused_init_leaves_the_list_as_it_was)
{
    for (size_t i = 2; i < COUNT_OF(mistakes); i++) {
        struct arguments a = right_arguments();
        mistakes[i].make(&a);
        expect(&a, mistakes[i].status);
        assert_status(lookaside_destroy(a.list), LOOKASIDE_NOT_INITIALIZED);
    }
}

TEST(a_refused_second_init_leaves_the_first_list_working)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    void *entry = lookaside_alloc(&list);
    lookaside_list before = list;
    assert_status(lookaside_init(&list, 64, LOOKASIDE_PAGED, NULL), LOOKASIDE_ALREADY_INITIALIZED);
    assert_memory_equal(&before, &list, sizeof(list));
    assert_int_equal(statistics_of(&list).size, 32);
    assert_int_equal(statistics_of(&list).live_entries, 1);
    lookaside_free(&list, entry);
    destroy_checked(&list);
}

TEST(sizes_from_1_byte_to_16_MiB_are_accepted_and_no_others)
{
    const size_t good[] = {1, 7, 8, 9, LOOKASIDE_MAXIMUM_SIZE - 1, LOOKASIDE_MAXIMUM_SIZE};
    const size_t too_large[] = {LOOKASIDE_MAXIMUM_SIZE + 1, SIZE_MAX / 2, SIZE_MAX - 4096,
                                SIZE_MAX - 15, SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(good); i++) {
        struct arguments a = right_arguments();
        a.size = good[i];
        expect(&a, LOOKASIDE_OK);
    }
    for (size_t i = 0; i < COUNT_OF(too_large); i++) {
        struct arguments a = right_arguments();
        a.size = too_large[i];
        a.options.alignment = system_page_size();
        expect(&a, LOOKASIDE_SIZE_TOO_LARGE);
    }
}

TEST(pool_types_0_1_and_512_are_accepted_and_no_others)
{
    for (unsigned pool_type = 0; pool_type < 2048; pool_type++) {
        struct arguments a = right_arguments();
        a.pool_type = (lookaside_pool_type)pool_type;
        bool good = pool_type == 0 || pool_type == 1 || pool_type == 512;
        expect(&a, good ? LOOKASIDE_OK : LOOKASIDE_BAD_POOL_TYPE);
    }
    struct arguments a = right_arguments();
    a.pool_type = (lookaside_pool_type)0x80000001;
    expect(&a, LOOKASIDE_BAD_POOL_TYPE);
}

TEST(flags_1_and_2_are_accepted_but_not_both_and_no_others_but_the_counting_one)
{
    for (unsigned bit = 0; bit < 32; bit++) {
        struct arguments a = right_arguments();
        a.options.flags = UINT32_C(1) << bit;
        bool known = bit < 2 || a.options.flags == LOOKASIDE_COUNT_OUTSTANDING;
        expect(&a, known ? LOOKASIDE_OK : LOOKASIDE_FLAGS_UNKNOWN);
    }
    struct arguments a = right_arguments();
    a.options.flags = LOOKASIDE_RAISE_ON_FAIL | LOOKASIDE_FAIL_NO_RAISE;
    expect(&a, LOOKASIDE_FLAGS_EXCLUSIVE);
}

TEST(maximum_depths_0_and_4_to_1023_are_accepted_and_no_others)
{
    for (uint32_t depth = 0; depth < 1100; depth++) {
        struct arguments a = right_arguments();
        a.options.maximum_depth = depth;
        bool good = depth == 0 || (depth >= 4 && depth <= 1023);
        expect(&a, good ? LOOKASIDE_OK : LOOKASIDE_BAD_MAXIMUM_DEPTH);
    }
    struct arguments a = right_arguments();
    a.options.maximum_depth = UINT32_MAX;
    expect(&a, LOOKASIDE_BAD_MAXIMUM_DEPTH);
}

TEST(powers_of_two_up_to_the_OS_page_are_alignments_and_nothing_else)
{
    for (size_t alignment = 0; alignment <= 3 * system_page_size(); alignment++) {
        struct arguments a = right_arguments();
        a.options.alignment = alignment;
        bool good = (alignment & (alignment - 1)) == 0 && alignment <= system_page_size();
        expect(&a, good ? LOOKASIDE_OK : LOOKASIDE_BAD_ALIGNMENT);
    }
    struct arguments a = right_arguments();
    a.options.alignment = (size_t)1 << 63;
    expect(&a, LOOKASIDE_BAD_ALIGNMENT);
}

TEST(cache_policies_THREAD_and_NONE_are_accepted_and_no_others)
{
    for (unsigned policy = 0; policy < 16; policy++) {
        struct arguments a = right_arguments();
        a.options.cache = (lookaside_cache)policy;
        expect(&a, policy == 0 || policy == 2 ? LOOKASIDE_OK : LOOKASIDE_BAD_CACHE_POLICY);
    }
}

TEST(options_of_an_unknown_size_are_refused)
{
    const size_t sizes[] = {
        0,       1, sizeof(size_t), sizeof(lookaside_options) - 1, sizeof(lookaside_options) + 1,
        SIZE_MAX};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct arguments a = right_arguments();
        a.options.options_size = sizes[i];
        expect(&a, LOOKASIDE_BAD_OPTIONS);
    }
}

TEST(init_maps_no_memory_for_entries)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, LOOKASIDE_MAXIMUM_SIZE, LOOKASIDE_PAGED, NULL);
    lookaside_statistics s = check_laws(&list, "after init");
    assert_int_equal(s.mapped_bytes, s.metadata_bytes);
    assert_true(s.mapped_bytes <= 8192);
    destroy_checked(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_mistake_has_its_own_status),
        cmocka_unit_test(of_two_mistakes_the_one_checked_first_is_reported),
        cmocka_unit_test(a_refused_init_leaves_the_list_as_it_was),
        cmocka_unit_test(a_refused_second_init_leaves_the_first_list_working),
        cmocka_unit_test(sizes_from_1_byte_to_16_MiB_are_accepted_and_no_others),
        cmocka_unit_test(pool_types_0_1_and_512_are_accepted_and_no_others),
        cmocka_unit_test(
            flags_1_and_2_are_accepted_but_not_both_and_no_others_but_the_counting_one),
        cmocka_unit_test(maximum_depths_0_and_4_to_1023_are_accepted_and_no_others),
        cmocka_unit_test(powers_of_two_up_to_the_OS_page_are_alignments_and_nothing_else),
        cmocka_unit_test(cache_policies_THREAD_and_NONE_are_accepted_and_no_others),
        cmocka_unit_test(options_of_an_unknown_size_are_refused),
        cmocka_unit_test(init_maps_no_memory_for_entries),
    };
    return RUN_TESTS(tests);
}
