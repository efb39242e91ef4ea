/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What a lookaside_list's storage says about itself, and what is copied at birth.
 *
 * Caught: a seal without the address, a destroyed list recognised wherever it lies, a destroyed
 * handle that keeps its magazine, a name that is not copied, construct taken for plain, a flag
 * without its bit. */
#include "unit.h"

#include "list.h"

void *real_meta_alloc(size_t size) REAL(meta_alloc);
void *our_meta_alloc(size_t size) INSTEAD_OF(meta_alloc);

static bool no_memory;

void *our_meta_alloc(size_t size)
{
    return no_memory ? NULL : real_meta_alloc(size);
}

/* Options as the API hands them down: with every default filled in. */
static lookaside_options filled_options(void)
{
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.tag = LOOKASIDE_DEFAULT_TAG;
    options.maximum_depth = LOOKASIDE_DEFAULT_MAXIMUM_DEPTH;
    options.alignment = LOOKASIDE_DEFAULT_ALIGNMENT;
    options.name = "contexts";
    return options;
}

static struct lookaside_state *created(lookaside_list *handle, const lookaside_options *options)
{
    struct lookaside_state *list = list_create(handle, 100, LOOKASIDE_PAGED, options);
    assert_non_null(list);
    return list;
}

static int begin(void **state)
{
    (void)state;
    magazines_init();
    return 0;
}

/* ---- the seal ---- */

TEST(zeroed_storage_is_a_list_that_is_not_initialised)
{
    const lookaside_list zeroed = {0};
    const lookaside_list constant = LOOKASIDE_LIST_INIT;
    assert_memory_equal(&zeroed, &constant, sizeof(zeroed));
    assert_null(list_of(&zeroed));
    assert_int_equal(list_fault(&zeroed), LOOKASIDE_BUGCHECK_NOT_INITIALIZED);
}

TEST(a_list_stands_for_its_handle_from_publish_to_destroy)
{
    lookaside_list handle = LOOKASIDE_LIST_INIT;
    lookaside_options options = filled_options();
    struct lookaside_state *list = created(&handle, &options);
    assert_null(list_of(&handle)); /* not before it is published */
    list_publish(list);
    assert_ptr_equal(list_of(&handle), list);
    assert_int_equal(handle.magazine, list->cache.place);
    assert_int_not_equal(handle.magazine, 0);
    list_destroy(list);
    assert_null(list_of(&handle));
    assert_int_equal(list_fault(&handle), LOOKASIDE_BUGCHECK_USED_AFTER_DESTROY);
    assert_int_equal(handle.magazine, 0); /* leads the hit path into the slow one */
}

TEST(a_destroyed_list_can_be_published_again)
{
    lookaside_list handle = LOOKASIDE_LIST_INIT;
    lookaside_options options = filled_options();
    for (int i = 0; i < 3; i++) {
        struct lookaside_state *list = created(&handle, &options);
        list_publish(list);
        assert_ptr_equal(list_of(&handle), list);
        list_destroy(list);
    }
}

TEST(a_copy_of_a_list_is_none_alive_or_destroyed)
{
    lookaside_list handle = LOOKASIDE_LIST_INIT;
    lookaside_options options = filled_options();
    struct lookaside_state *list = created(&handle, &options);
    list_publish(list);
    lookaside_list copy = handle;
    assert_null(list_of(&copy));
    assert_int_equal(list_fault(&copy), LOOKASIDE_BUGCHECK_CORRUPTED_LIST);
    list_destroy(list);
    copy = handle;
    assert_null(list_of(&copy));
    assert_int_equal(list_fault(&copy), LOOKASIDE_BUGCHECK_CORRUPTED_LIST);
}

TEST(any_flipped_bit_of_pointer_or_seal_is_seen)
{
    lookaside_list handle = LOOKASIDE_LIST_INIT;
    lookaside_options options = filled_options();
    struct lookaside_state *list = created(&handle, &options);
    list_publish(list);
    const lookaside_list good = handle;
    for (unsigned bit = 0; bit < 64; bit++) {
        handle.seal ^= UINT64_C(1) << bit;
        assert_null(list_of(&handle));
        assert_int_equal(list_fault(&handle), LOOKASIDE_BUGCHECK_CORRUPTED_LIST);
        handle = good;
        handle.state = (void *)((uintptr_t)handle.state ^ UINT64_C(1) << bit);
        assert_null(list_of(&handle)); /* and the pointer was not followed */
        assert_int_equal(list_fault(&handle), LOOKASIDE_BUGCHECK_CORRUPTED_LIST);
        handle = good;
    }
    list_destroy(list);
}

TEST(garbage_is_no_list)
{
    lookaside_list garbage;
    uint64_t random = 5;
    for (int i = 0; i < 1000; i++) {
        for (size_t at = 0; at < sizeof(garbage); at += 8) {
            uint64_t word = next_random(&random);
            memcpy((char *)&garbage + at, &word, sizeof(word));
        }
        assert_null(list_of(&garbage));
        assert_int_equal(list_fault(&garbage), LOOKASIDE_BUGCHECK_CORRUPTED_LIST);
    }
    memset(&garbage, 0xff, sizeof(garbage));
    assert_null(list_of(&garbage));
    garbage = (lookaside_list){.seal = 1};
    assert_int_equal(list_fault(&garbage), LOOKASIDE_BUGCHECK_CORRUPTED_LIST);
}

/* ---- what is copied at birth ---- */

TEST(without_memory_there_is_no_list_and_the_handle_is_untouched)
{
    lookaside_list handle = LOOKASIDE_LIST_INIT;
    const lookaside_list untouched = LOOKASIDE_LIST_INIT;
    lookaside_options options = filled_options();
    no_memory = true;
    assert_null(list_create(&handle, 100, LOOKASIDE_PAGED, &options));
    no_memory = false;
    assert_memory_equal(&handle, &untouched, sizeof(handle));
}

TEST(the_name_is_copied_and_cut)
{
    char name[100];
    lookaside_list handle = LOOKASIDE_LIST_INIT;
    lookaside_options options = filled_options();
    memset(name, 'n', sizeof(name));
    name[sizeof(name) - 1] = '\0';
    options.name = name;
    struct lookaside_state *list = created(&handle, &options);
    memset(name, 'x', sizeof(name));
    assert_ptr_equal(list->options.name, list->name);
    assert_int_equal(strlen(list->name), LOOKASIDE_NAME_SIZE - 1);
    assert_int_equal(strspn(list->name, "n"), LOOKASIDE_NAME_SIZE - 1);
    list_publish(list);
    list_destroy(list);
}

TEST(flags_add_their_bits_to_the_type)
{
    const struct {
        uint32_t flags;
        lookaside_pool_type pool_type;
        unsigned type;
    } cases[] = {
        {0, LOOKASIDE_PAGED, 0x1},
        {LOOKASIDE_RAISE_ON_FAIL, LOOKASIDE_PAGED, 0x11},
        {LOOKASIDE_FAIL_NO_RAISE, LOOKASIDE_NONPAGED, 0x8},
        {LOOKASIDE_RAISE_ON_FAIL, LOOKASIDE_NONPAGED_NX, 0x210},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        lookaside_list handle = LOOKASIDE_LIST_INIT;
        lookaside_options options = filled_options();
        options.flags = cases[i].flags;
        struct lookaside_state *list = list_create(&handle, 8, cases[i].pool_type, &options);
        assert_int_equal(list->type, cases[i].type);
        assert_int_equal(list->slabs.resident, cases[i].pool_type != LOOKASIDE_PAGED);
        list_publish(list);
        list_destroy(list);
    }
}

static int construct(void *entry, lookaside_list *list, void *context)
{
    (void)entry;
    (void)list;
    (void)context;
    return 0;
}

static void *allocate(unsigned pool_type, size_t size, uint32_t tag, lookaside_list *list,
                      void *context)
{
    (void)pool_type;
    (void)size;
    (void)tag;
    (void)list;
    return context;
}

static void take_back(void *entry, lookaside_list *list, void *context)
{
    (void)entry;
    (void)list;
    (void)context;
}

TEST(a_side_is_plain_when_no_callback_is_on_it)
{
    const struct {
        lookaside_options options;
        bool plain_alloc;
        bool plain_free;
    } cases[] = {
        {.plain_alloc = true, .plain_free = true},
        {.options = {.allocate = allocate}, .plain_alloc = false, .plain_free = true},
        {.options = {.construct = construct}, .plain_alloc = false, .plain_free = true},
        {.options = {.free = take_back}, .plain_alloc = true, .plain_free = false},
        {.options = {.destruct = take_back}, .plain_alloc = true, .plain_free = false},
    };
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        lookaside_list handle = LOOKASIDE_LIST_INIT;
        lookaside_options options = filled_options();
        options.allocate = cases[i].options.allocate;
        options.free = cases[i].options.free;
        options.construct = cases[i].options.construct;
        options.destruct = cases[i].options.destruct;
        struct lookaside_state *list = created(&handle, &options);
        assert_int_equal(list->plain_alloc, cases[i].plain_alloc);
        assert_int_equal(list->plain_free, cases[i].plain_free);
        list_publish(list);
        list_destroy(list);
    }
}

TEST(a_list_without_a_cache_has_no_place)
{
    lookaside_list handle = LOOKASIDE_LIST_INIT;
    lookaside_options options = filled_options();
    options.cache = LOOKASIDE_CACHE_NONE;
    struct lookaside_state *list = created(&handle, &options);
    list_publish(list);
    assert_int_equal(handle.magazine, 0);
    assert_ptr_equal(list_of(&handle), list);
    list_destroy(list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeroed_storage_is_a_list_that_is_not_initialised),
        cmocka_unit_test(a_list_stands_for_its_handle_from_publish_to_destroy),
        cmocka_unit_test(a_destroyed_list_can_be_published_again),
        cmocka_unit_test(a_copy_of_a_list_is_none_alive_or_destroyed),
        cmocka_unit_test(any_flipped_bit_of_pointer_or_seal_is_seen),
        cmocka_unit_test(garbage_is_no_list),
        cmocka_unit_test(without_memory_there_is_no_list_and_the_handle_is_untouched),
        cmocka_unit_test(the_name_is_copied_and_cut),
        cmocka_unit_test(flags_add_their_bits_to_the_type),
        cmocka_unit_test(a_side_is_plain_when_no_callback_is_on_it),
        cmocka_unit_test(a_list_without_a_cache_has_no_place),
    };
    return cmocka_run_group_tests_name(__FILE__, tests, begin, NULL);
}
