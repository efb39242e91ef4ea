/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What is read from outside is what the list says itself, member by member: lists of every kind,
 * used by threads that live and threads that have ended, flushed, trimmed, reserved.
 *
 * Caught: what a thread's slow paths withdrew, the depot or the reserve's records left out; the
 * bytes of the slabs by `used` for a list without callbacks; lists in the registry's order;
 * magazines by the wrong table or unsorted; a tid at any offset; names as they come. */
#include "subject.h"

#include "callbacks.h"
#include "crowd.h"

#include <pthread.h>

enum { KINDS = 8 };

static lookaside_list lists[KINDS];

struct answers {
    lookaside_statistics statistics[KINDS];
    uint64_t handles[KINDS];
    pid_t tid;
    uint64_t identity;
};

/* ---- the child ---- */

static void *from_nowhere(unsigned type, size_t size, uint32_t tag, lookaside_list *list,
                          void *context)
{
    (void)type, (void)size, (void)tag, (void)list, (void)context;
    return NULL;
}

static int construct(void *entry, lookaside_list *list, void *context)
{
    (void)entry, (void)list, (void)context;
    return 0;
}

static void make_lists(void)
{
    lookaside_options plain = LOOKASIDE_OPTIONS_INIT;
    lookaside_options shallow = {.options_size = sizeof(shallow),
                                 .name = "",
                                 .maximum_depth = 8,
                                 .tag = LOOKASIDE_TAG('a', 'b', 'c', 'd'),
                                 .alignment = 256};
    lookaside_options uncached = {
        .options_size = sizeof(uncached), .name = "uncached", .cache = LOOKASIDE_CACHE_NONE};
    lookaside_options called = {.options_size = sizeof(called),
                                .name = "called",
                                .allocate = from_malloc,
                                .free = to_malloc};
    lookaside_options wrapped = {
        .options_size = sizeof(wrapped), .name = "wrapped", .allocate = from_slabs};
    lookaside_options constructed = {
        .options_size = sizeof(constructed), .name = "constructed", .construct = construct};
    lookaside_options failing = {.options_size = sizeof(failing),
                                 .name = "failing",
                                 .allocate = from_nowhere,
                                 .free = to_malloc,
                                 .flags = LOOKASIDE_FAIL_NO_RAISE};

    plain.name = "a name that is longer than the sixty-three bytes that a list keeps of it";
    init_or_fail(&lists[0], 48, LOOKASIDE_PAGED, &plain);
    init_or_fail(&lists[1], 3, LOOKASIDE_PAGED, &shallow);
    init_or_fail(&lists[2], 5000, LOOKASIDE_PAGED, &uncached);
    init_or_fail(&lists[3], 100, LOOKASIDE_PAGED, &called);
    init_or_fail(&lists[4], 64, LOOKASIDE_PAGED, &wrapped);
    init_or_fail(&lists[5], 24, LOOKASIDE_PAGED, &constructed);
    init_or_fail(&lists[6], 32, LOOKASIDE_PAGED, &failing);
    init_or_fail(&lists[7], 200000, LOOKASIDE_PAGED, NULL); /* never used */
}

static void use(size_t list, size_t count, size_t kept)
{
    void *entries[3000];

    for (int round = 0; round < 20; round++) {
        size_t taken = lookaside_alloc_bulk(&lists[list], entries, count);
        lookaside_free_bulk(&lists[list], entries, taken);
    }
    lookaside_alloc_bulk(&lists[list], entries, kept);
}

static void *use_and_end(void *argument)
{
    (void)argument;
    for (size_t i = 0; i < 6; i++) {
        use(i, 100 + 300 * i, 5);
    }
    return NULL;
}

static void *use_and_stay(void *argument)
{
    struct answers *answers = argument;

    pthread_setname_np(pthread_self(), "the one \x1b[1mer");
    answers->tid = gettid();
    answers->identity = (uint64_t)pthread_self();
    use_and_end(NULL);
    use(6, 3, 0);
    for (;;) {
        pause();
    }
    return NULL;
}

/* Waits until the thread sleeps in pause: then its words stand still. */
static void wait_for(const struct answers *answers)
{
    while (__atomic_load_n(&answers->statistics[0].total_allocates, __ATOMIC_ACQUIRE) == 0) {
        lookaside_statistics seen = statistics_of(&lists[6]);
        if (seen.allocate_failures >= 20) {
            return;
        }
        usleep(1000);
    }
}

static void set_up(void *argument)
{
    struct answers *answers = argument;
    pthread_t thread;

    make_lists();
    pthread_create(&thread, NULL, use_and_end, NULL);
    pthread_join(thread, NULL);
    pthread_create(&thread, NULL, use_and_stay, answers);
    wait_for(answers);
    usleep(20000);
    use(0, 3000, 100);
    use(5, 10, 2);
    CHECK(lookaside_reserve(&lists[0], 50) == LOOKASIDE_OK, "no reserve");
    CHECK(lookaside_reserve(&lists[5], 7) == LOOKASIDE_OK, "no reserve");
    CHECK(lookaside_trim(&lists[1], 0, NULL) == LOOKASIDE_OK, "no trim");
    CHECK(lookaside_flush(&lists[4]) == LOOKASIDE_OK, "no flush");
    for (size_t i = 0; i < KINDS; i++) {
        answers->statistics[i] = statistics_of(&lists[i]);
        answers->handles[i] = (uintptr_t)&lists[i];
    }
}

/* ---- the parent ---- */

#define SAME(member) assert_int_equal(seen->member, said->member)

static void compare(const lookaside_statistics *seen, const lookaside_statistics *said)
{
    assert_string_equal(seen->name, said->name);
    SAME(tag);
    SAME(type);
    SAME(size);
    SAME(alignment);
    SAME(cache);
    SAME(last_failure);
    SAME(depth);
    SAME(maximum_depth);
    SAME(total_allocates);
    SAME(allocate_misses);
    SAME(total_frees);
    SAME(free_misses);
    SAME(flushed);
    SAME(allocate_failures);
    SAME(current_depth);
    SAME(live_entries);
    SAME(reserved_entries);
    SAME(threads);
    SAME(mapped_bytes);
    SAME(live_bytes);
    SAME(magazine_bytes);
    SAME(depot_bytes);
    SAME(slab_free_bytes);
    SAME(metadata_bytes);
    SAME(highest_entries);
    SAME(misses_cold);
    SAME(misses_burst);
    SAME(misses_trimmed);
    SAME(misses_handed_over);
    /* Nothing was added that is not compared above. */
    assert_memory_equal(seen, said, sizeof(*seen));
}

TEST(every_figure_is_what_the_list_says_itself)
{
    struct answers *answers = shared_memory(sizeof(*answers));
    struct subject subject = start_subject(set_up, answers);
    struct inspect_snapshot *snapshot = snapshot_of(&subject);

    assert_int_equal(snapshot->list_count, KINDS);
    assert_int_equal(snapshot->copy_count, 1);
    assert_string_equal(snapshot->copies[0].version, lookaside_version());
    assert_string_equal(snapshot->copies[0].unknown, "");
    assert_int_equal(snapshot->copies[0].lists, KINDS);
    assert_false(snapshot->moved);
    for (size_t i = 0; i < KINDS; i++) {
        assert_int_equal(snapshot->lists[i].handle, answers->handles[i]);
        assert_false(snapshot->lists[i].moved);
        compare(&snapshot->lists[i].statistics, &answers->statistics[i]);
    }
    assert_true(snapshot->lists[3].has_callbacks);
    assert_true(snapshot->lists[5].has_callbacks);
    assert_false(snapshot->lists[0].has_callbacks);
    assert_int_equal(snapshot->lists[1].stride, 256);
    inspect_free_snapshot(snapshot);
    end_subject(&subject);
}

TEST(magazines_have_their_threads_with_tid_and_printable_name)
{
    struct answers *answers = shared_memory(sizeof(*answers));
    struct subject subject = start_subject(set_up, answers);
    struct inspect_snapshot *snapshot = snapshot_of(&subject);
    const struct inspect_list *list = &snapshot->lists[5];
    uint64_t entries = 0;
    bool found = false;

    assert_int_equal(list->magazine_count, 2);
    for (size_t i = 0; i < list->magazine_count; i++) {
        const struct inspect_magazine *magazine = &list->magazines[i];
        entries += magazine->entries;
        if (magazine->thread == answers->identity) {
            found = true;
            assert_int_equal(magazine->tid, answers->tid);
            assert_string_equal(magazine->thread_name, "the one ?[1mer");
        } else {
            assert_int_equal(magazine->tid, subject.pid);
        }
        assert_true(i == 0 || list->magazines[i - 1].entries >= magazine->entries);
    }
    assert_true(found);
    assert_int_equal(entries * list->stride, list->statistics.magazine_bytes);
    inspect_free_snapshot(snapshot);
    end_subject(&subject);
}

TEST(the_caller_of_init_is_described_by_module_and_function)
{
    struct answers *answers = shared_memory(sizeof(*answers));
    struct subject subject = start_subject(set_up, answers);
    struct inspect_snapshot *snapshot = snapshot_of(&subject);
    char text[200];

    inspect_describe_address(subject.target, snapshot->lists[0].initialized_by, text, sizeof(text));
    assert_non_null(strstr(text, "inspect_figures+0x"));
    assert_true(strstr(text, "(init_or_fail+0x") != NULL ||
                strstr(text, "(make_lists+0x") != NULL || strstr(text, "(set_up+0x") != NULL);
    inspect_describe_address(subject.target, 16, text, sizeof(text));
    assert_string_equal(text, "");
    inspect_free_snapshot(snapshot);
    end_subject(&subject);
}

TEST(a_list_is_meant_by_name_tag_or_address)
{
    struct inspect_list list = {.handle = 0x1234, .statistics = {.name = "sessions"}};

    list.statistics.tag = LOOKASIDE_TAG('s', 'e', 's', 's');
    assert_true(inspect_list_is(&list, "sessions"));
    assert_true(inspect_list_is(&list, "sess"));
    assert_true(inspect_list_is(&list, "0x1234"));
    assert_false(inspect_list_is(&list, "0x1234x"));
    assert_false(inspect_list_is(&list, "1234"));
    assert_false(inspect_list_is(&list, "session"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_figure_is_what_the_list_says_itself),
        cmocka_unit_test(magazines_have_their_threads_with_tid_and_printable_name),
        cmocka_unit_test(the_caller_of_init_is_described_by_module_and_function),
        cmocka_unit_test(a_list_is_meant_by_name_tag_or_address),
    };
    return RUN_TESTS(tests);
}
