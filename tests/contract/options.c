/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: every option has its documented default and effect, the options are copied and not
 * kept, and sizes below 8 become 8. Caught: a name cut one character too early. */
#include "cmocka_test.h"

TEST(without_options_every_default_applies)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 100, LOOKASIDE_PAGED, NULL);
    lookaside_statistics s = check_laws(&list, "new list");
    assert_string_equal(s.name, "");
    assert_int_equal(s.tag, LOOKASIDE_TAG('s', 'r', 'L', 'L'));
    assert_int_equal(s.type, LOOKASIDE_PAGED);
    assert_int_equal(s.size, 100);
    assert_int_equal(s.alignment, 16);
    assert_int_equal(s.cache, LOOKASIDE_CACHE_THREAD);
    assert_int_equal(s.last_failure, LOOKASIDE_OK);
    assert_int_equal(s.depth, 4);
    assert_int_equal(s.maximum_depth, 256);
    destroy_checked(&list);
}

TEST(zero_in_every_option_means_the_defaults)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    init_or_fail(&list, 100, LOOKASIDE_PAGED, &options);
    lookaside_statistics s = statistics_of(&list);
    assert_string_equal(s.name, "");
    assert_int_equal(s.tag, LOOKASIDE_DEFAULT_TAG);
    assert_int_equal(s.alignment, LOOKASIDE_DEFAULT_ALIGNMENT);
    assert_int_equal(s.maximum_depth, LOOKASIDE_DEFAULT_MAXIMUM_DEPTH);
    destroy_checked(&list);
}

TEST(given_options_are_seen_in_the_statistics)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.tag = LOOKASIDE_TAG('b', 'b', 'a', 'a');
    options.maximum_depth = 1023;
    options.alignment = 64;
    options.name = "contexts";
    init_or_fail(&list, 24, LOOKASIDE_NONPAGED_NX, &options);
    lookaside_statistics s = statistics_of(&list);
    assert_string_equal(s.name, "contexts");
    assert_int_equal(s.tag, 0x61616262);
    assert_int_equal(s.type, 512);
    assert_int_equal(s.size, 24);
    assert_int_equal(s.alignment, 64);
    assert_int_equal(s.maximum_depth, 1023);
    assert_int_equal(s.depth, LOOKASIDE_MINIMUM_DEPTH);
    destroy_checked(&list);
}

TEST(flags_add_their_bits_to_the_type)
{
    const struct {
        uint32_t flags;
        lookaside_pool_type pool_type;
        uint32_t type;
    } cases[] = {
        {LOOKASIDE_RAISE_ON_FAIL, LOOKASIDE_PAGED, 0x11},
        {LOOKASIDE_FAIL_NO_RAISE, LOOKASIDE_PAGED, 0x9},
        {LOOKASIDE_RAISE_ON_FAIL, LOOKASIDE_NONPAGED, 0x10},
        {LOOKASIDE_FAIL_NO_RAISE, LOOKASIDE_NONPAGED_NX, 0x208},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        lookaside_list list = LOOKASIDE_LIST_INIT;
        lookaside_options options = LOOKASIDE_OPTIONS_INIT;
        options.flags = cases[i].flags;
        init_or_fail(&list, 8, cases[i].pool_type, &options);
        assert_int_equal(statistics_of(&list).type, cases[i].type);
        destroy_checked(&list);
    }
}

TEST(sizes_below_8_become_8)
{
    for (size_t size = 1; size <= 9; size++) {
        lookaside_list list = LOOKASIDE_LIST_INIT;
        init_or_fail(&list, size, LOOKASIDE_PAGED, NULL);
        assert_int_equal(statistics_of(&list).size, size < 8 ? 8 : size);
        destroy_checked(&list);
    }
}

TEST(options_and_name_are_copied_and_not_kept)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    char name[] = "short-lived";
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.name = name;
    options.tag = LOOKASIDE_TAG('k', 'e', 'p', 't');
    init_or_fail(&list, 8, LOOKASIDE_PAGED, &options);
    memset(name, '!', sizeof(name) - 1);
    memset(&options, 0xff, sizeof(options));
    void *entry = lookaside_alloc(&list);
    assert_non_null(entry);
    lookaside_free(&list, entry);
    assert_string_equal(statistics_of(&list).name, "short-lived");
    assert_int_equal(statistics_of(&list).tag, LOOKASIDE_TAG('k', 'e', 'p', 't'));
    destroy_checked(&list);
}

TEST(a_name_is_cut_to_63_characters_and_its_end)
{
    char name[200];
    for (size_t length = 60; length < 70; length++) {
        memset(name, 'n', length);
        name[length] = '\0';
        lookaside_list list = LOOKASIDE_LIST_INIT;
        lookaside_options options = LOOKASIDE_OPTIONS_INIT;
        options.name = name;
        init_or_fail(&list, 8, LOOKASIDE_PAGED, &options);
        lookaside_statistics s = statistics_of(&list);
        assert_int_equal(strnlen(s.name, sizeof(s.name)), length < 63 ? length : 63);
        assert_memory_equal(s.name, name, strlen(s.name));
        destroy_checked(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_options_every_default_applies),
        cmocka_unit_test(zero_in_every_option_means_the_defaults),
        cmocka_unit_test(given_options_are_seen_in_the_statistics),
        cmocka_unit_test(flags_add_their_bits_to_the_type),
        cmocka_unit_test(sizes_below_8_become_8),
        cmocka_unit_test(options_and_name_are_copied_and_not_kept),
        cmocka_unit_test(a_name_is_cut_to_63_characters_and_its_end),
    };
    return RUN_TESTS(tests);
}
