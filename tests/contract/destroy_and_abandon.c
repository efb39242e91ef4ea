/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: destroy refuses while entries are out and otherwise gives everything back; abandon does
 * not ask; either way the list can be initialised again, and no thread keeps entries of the old
 * one. Caught: a destroy that did not empty the cache. */
#include "cmocka_test.h"
#include "counting_backing.h"

#include <pthread.h>

TEST(destroy_with_entries_out_is_refused_and_changes_nothing)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    void *entries[3];
    take(&list, entries, 3);
    lookaside_free(&list, entries[2]);
    lookaside_statistics before = check_laws(&list, "before");
    assert_status(lookaside_destroy(&list), LOOKASIDE_IN_USE);
    lookaside_statistics after = check_laws(&list, "after");
    assert_memory_equal(&before, &after, sizeof(before));
    void *cached = lookaside_alloc(&list);
    assert_ptr_equal(cached, entries[2]);
    give(&list, entries, 3);
    destroy_checked(&list);
}

TEST(destroy_gives_every_cached_entry_back)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    init_or_fail(&list, 32, LOOKASIDE_PAGED, &options);
    void *entries[500];
    for (size_t round = 0; round < 100; round++) {
        take(&list, entries, 500);
        give(&list, entries, 500);
    }
    destroy_checked(&list);
    assert_int_equal(backing.allocated, backing.freed);
}

TEST(destroy_of_no_list_says_so_and_is_harmless)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    assert_status(lookaside_destroy(NULL), LOOKASIDE_NULL_ARGUMENT);
    assert_status(lookaside_destroy(&list), LOOKASIDE_NOT_INITIALIZED);
    assert_status(lookaside_abandon(NULL), LOOKASIDE_NULL_ARGUMENT);
    assert_status(lookaside_abandon(&list), LOOKASIDE_NOT_INITIALIZED);
    init_or_fail(&list, 32, LOOKASIDE_PAGED, NULL);
    destroy_checked(&list);
    assert_status(lookaside_destroy(&list), LOOKASIDE_NOT_INITIALIZED);
    assert_status(lookaside_abandon(&list), LOOKASIDE_NOT_INITIALIZED);
    lookaside_statistics s;
    assert_status(lookaside_query(&list, &s), LOOKASIDE_NOT_INITIALIZED);
}

TEST(a_destroyed_list_starts_anew_with_another_size)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    for (size_t size = 8; size < 5000; size += 97) {
        init_or_fail(&list, size, LOOKASIDE_PAGED, NULL);
        lookaside_statistics s = check_laws(&list, "new");
        assert_int_equal(s.size, size);
        assert_int_equal(s.total_allocates + s.total_frees + s.current_depth + s.flushed, 0);
        assert_int_equal(s.depth, LOOKASIDE_MINIMUM_DEPTH);
        void *entries[20];
        take(&list, entries, 20);
        for (size_t i = 0; i < 20; i++) {
            memset(entries[i], 0xee, size);
        }
        give(&list, entries, 20);
        destroy_checked(&list);
    }
}

TEST(lists_that_come_and_go_leave_no_memory_behind)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    size_t mappings = 0;
    size_t resident = 0;
    for (size_t i = 0; i < 3000; i++) {
        init_or_fail(&list, 64, LOOKASIDE_PAGED, NULL);
        static void *entries[2000];
        take(&list, entries, COUNT_OF(entries));
        for (size_t j = 0; j < COUNT_OF(entries); j++) {
            memset(entries[j], 1, 64);
        }
        give(&list, entries, COUNT_OF(entries));
        destroy_checked(&list);
        if (i == 1000) {
            mappings = mapping_count();
            resident = resident_bytes();
        }
    }
    assert_true(mapping_count() <= mappings + 4);
    if (!UNDER_SANITIZER) {
        assert_true(resident_bytes() <= resident + (1 << 20));
    }
}

/* A thread that fills its magazine when told to, and later uses whatever list is there. */
struct user {
    lookaside_list *list;
    pthread_barrier_t barrier;
    size_t size;
};

static void *use_twice(void *argument)
{
    struct user *user = argument;
    void *entries[4];
    for (int life = 0; life < 2; life++) {
        pthread_barrier_wait(&user->barrier);
        for (size_t i = 0; i < 4; i++) {
            entries[i] = lookaside_alloc(user->list);
            CHECK(entries[i] != NULL, "allocation failed");
            mark_entry(entries[i], user->size, i);
        }
        for (size_t i = 0; i < 4; i++) {
            check_entry(entries[i], user->size, i);
            lookaside_free(user->list, entries[i]);
        }
        pthread_barrier_wait(&user->barrier);
    }
    return NULL;
}

TEST(destroy_recovers_the_entries_in_other_running_threads)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = backing_options(&backing);
    struct user user = {.list = &list, .size = 24};
    assert_int_equal(pthread_barrier_init(&user.barrier, NULL, 2), 0);
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, use_twice, &user), 0);

    init_or_fail(&list, user.size, LOOKASIDE_PAGED, &options);
    pthread_barrier_wait(&user.barrier);
    pthread_barrier_wait(&user.barrier);
    assert_int_equal(check_laws(&list, "cached there").current_depth, 4);
    destroy_checked(&list);
    assert_int_equal(backing.freed, 4);

    /* The next list, most likely in the same place, must not be served from the old one's. */
    user.size = 4000;
    init_or_fail(&list, user.size, LOOKASIDE_PAGED, NULL);
    assert_int_equal(check_laws(&list, "new").current_depth, 0);
    pthread_barrier_wait(&user.barrier);
    pthread_barrier_wait(&user.barrier);
    lookaside_statistics s = check_laws(&list, "used again");
    assert_int_equal(s.total_allocates, 4);
    assert_int_equal(s.allocate_misses, 4);
    pthread_join(thread, NULL);
    destroy_checked(&list);
    pthread_barrier_destroy(&user.barrier);
}

TEST(abandon_releases_entries_that_are_out)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    size_t mappings = 0;
    for (size_t i = 0; i < 200; i++) {
        init_or_fail(&list, 64, LOOKASIDE_PAGED, NULL);
        for (size_t j = 0; j < 10000; j++) {
            void *entry = lookaside_alloc(&list);
            assert_non_null(entry);
            memset(entry, 1, 64);
        }
        assert_status(lookaside_destroy(&list), LOOKASIDE_IN_USE);
        assert_status(lookaside_abandon(&list), LOOKASIDE_OK);
        if (i == 20) {
            mappings = mapping_count();
        }
    }
    assert_true(mapping_count() <= mappings + 4);
}

TEST(abandon_destructs_cached_entries_and_not_those_that_are_out)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    struct backing backing = {.budget = BACKING_UNLIMITED};
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.construct = backing_construct;
    options.destruct = backing_destruct;
    options.context = &backing;
    init_or_fail(&list, 64, LOOKASIDE_PAGED, &options);
    void *entries[10];
    take(&list, entries, 10);
    give(&list, entries, 3);
    assert_int_equal(backing.destructed, 0);
    assert_status(lookaside_abandon(&list), LOOKASIDE_OK);
    assert_int_equal(backing.destructed, 3);
}

TEST(abandon_of_a_list_with_a_callback_is_not_supported)
{
    struct backing backing = {.budget = BACKING_UNLIMITED};
    for (int which = 0; which < 2; which++) {
        lookaside_list list = LOOKASIDE_LIST_INIT;
        lookaside_options options = LOOKASIDE_OPTIONS_INIT;
        options.allocate = which == 0 ? slab_backing_allocate : NULL;
        options.free = which == 1 ? slab_backing_free : NULL;
        options.context = &backing;
        init_or_fail(&list, 64, LOOKASIDE_PAGED, &options);
        void *entry = lookaside_alloc(&list);
        assert_status(lookaside_abandon(&list), LOOKASIDE_NOT_SUPPORTED);
        lookaside_free(&list, entry);
        destroy_checked(&list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(destroy_with_entries_out_is_refused_and_changes_nothing),
        cmocka_unit_test(destroy_gives_every_cached_entry_back),
        cmocka_unit_test(destroy_of_no_list_says_so_and_is_harmless),
        cmocka_unit_test(a_destroyed_list_starts_anew_with_another_size),
        cmocka_unit_test(lists_that_come_and_go_leave_no_memory_behind),
        cmocka_unit_test(destroy_recovers_the_entries_in_other_running_threads),
        cmocka_unit_test(abandon_releases_entries_that_are_out),
        cmocka_unit_test(abandon_destructs_cached_entries_and_not_those_that_are_out),
        cmocka_unit_test(abandon_of_a_list_with_a_callback_is_not_supported),
    };
    return RUN_TESTS(tests);
}
