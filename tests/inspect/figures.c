/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What is read from outside is what the list says itself, member by member: lists of every kind,
 * used by threads that live and threads that have ended, flushed, trimmed, reserved. And what
 * reading costs, counted.
 *
 * Caught: what a thread's slow paths withdrew, the depot or the reserve's records left out; the
 * bytes of the slabs by `used` for a list without callbacks; lists in the registry's order;
 * magazines by the wrong table or unsorted; a tid at any offset; names as they come; no block kept;
 * frees and allocations of the same look. */
#include "subject.h"

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

static void *from_malloc(unsigned type, size_t size, uint32_t tag, lookaside_list *list,
                         void *context)
{
    (void)type, (void)tag, (void)list, (void)context;
    return malloc(size);
}

static void *from_slabs(unsigned type, size_t size, uint32_t tag, lookaside_list *list,
                        void *context)
{
    (void)type, (void)size, (void)tag, (void)context;
    return lookaside_backing_allocate(list);
}

static void *from_nowhere(unsigned type, size_t size, uint32_t tag, lookaside_list *list,
                          void *context)
{
    (void)type, (void)size, (void)tag, (void)list, (void)context;
    return NULL;
}

static void to_malloc(void *entry, lookaside_list *list, void *context)
{
    (void)list, (void)context;
    free(entry);
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

/* ---- what it costs ---- */

enum { MANY_LISTS = 100, MANY_THREADS = 64 };

static lookaside_list many[MANY_LISTS];
static pthread_barrier_t all_there;

static void *use_all(void *argument)
{
    void *entries[8];

    (void)argument;
    for (size_t i = 0; i < MANY_LISTS; i++) {
        take(&many[i], entries, 8);
        give(&many[i], entries, 8);
    }
    pthread_barrier_wait(&all_there);
    for (;;) {
        pause();
    }
    return NULL;
}

static void set_up_many(void *argument)
{
    pthread_attr_t small;
    pthread_t thread;

    (void)argument;
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, (size_t)128 << 10);
    pthread_barrier_init(&all_there, NULL, MANY_THREADS + 1);
    for (size_t i = 0; i < MANY_LISTS; i++) {
        init_or_fail(&many[i], 64, LOOKASIDE_PAGED, NULL);
    }
    for (size_t i = 0; i < MANY_THREADS; i++) {
        CHECK(pthread_create(&thread, &small, use_all, NULL) == 0, "no thread");
    }
    pthread_barrier_wait(&all_there);
}

/* The subject's memory, and how often it was asked for. */
struct counted {
    pid_t pid;
    uint64_t calls;
    uint64_t pieces;
    uint64_t later; /* what a second look at a magazine's word finds added to it */
};

/* Hits go on between two looks at the same magazine in one call. */
static void go_on(const struct counted *counted, const struct inspect_piece *pieces, size_t last)
{
    for (size_t i = 0; i < last; i++) {
        if (pieces[i].address == pieces[last].address &&
            pieces[last].size == sizeof(struct lookaside_magazine)) {
            ((struct lookaside_magazine *)pieces[last].buffer)->word += counted->later;
        }
    }
}

static bool read_counted(void *context, const struct inspect_piece *pieces, size_t count)
{
    struct counted *counted = context;

    counted->calls++;
    for (size_t i = 0; i < count; i++) {
        struct iovec local = {pieces[i].buffer, pieces[i].size};
        struct iovec remote = {(void *)(uintptr_t)pieces[i].address, pieces[i].size};
        counted->pieces++;
        if (process_vm_readv(counted->pid, &local, 1, &remote, 1, 0) != (ssize_t)pieces[i].size) {
            return false;
        }
        go_on(counted, pieces, i);
    }
    return true;
}

/* Where the linker put the ELF header of this program, and so of the child. */
extern const char __ehdr_start[]; /* NOLINT(bugprone-reserved-identifier) */

static struct inspect_target *open_counted(struct counted *counted)
{
    struct inspect_memory memory = {read_counted, counted};
    struct inspect_module module = {.start = (uintptr_t)__ehdr_start, .path = "the subject"};
    struct inspect_error error;
    struct inspect_target *target = inspect_open_memory(&memory, &module, 1, &error);

    if (target == NULL) {
        fail_msg("%s", error.sentence);
    }
    return target;
}

TEST(a_hundred_lists_of_64_threads_are_read_in_few_calls)
{
    struct subject subject = start_subject(set_up_many, NULL);
    struct counted counted = {.pid = subject.pid};
    struct inspect_target *target = open_counted(&counted);
    struct inspect_error error;

    counted.calls = counted.pieces = 0;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);
    assert_non_null(snapshot);
    assert_int_equal(snapshot->list_count, MANY_LISTS);
    for (size_t i = 0; i < MANY_LISTS; i++) {
        assert_int_equal(snapshot->lists[i].statistics.threads, MANY_THREADS);
        assert_int_equal(snapshot->lists[i].statistics.total_allocates, 8 * MANY_THREADS);
    }
    /* One call for each list; the blocks with their records; the registry, twice. */
    assert_in_range(counted.calls, MANY_LISTS, MANY_LISTS + 40);
    assert_in_range(counted.pieces, MANY_LISTS * (2 + 3 * MANY_THREADS),
                    MANY_LISTS * (2 + 3 * MANY_THREADS) + 40);
    inspect_free_snapshot(snapshot);
    inspect_close(target);
    end_subject(&subject);
}

TEST(a_free_seen_late_does_not_come_before_its_allocation)
{
    struct answers *answers = shared_memory(sizeof(*answers));
    struct subject subject = start_subject(set_up, answers);
    struct counted counted = {.pid = subject.pid};
    struct inspect_target *target = open_counted(&counted);
    struct inspect_error error;
    const lookaside_statistics *said = &answers->statistics[0];

    counted.later = 3 * LOOKASIDE_ONE_ALLOCATION + 1; /* 3 allocations and 4 frees */
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);
    assert_non_null(snapshot);
    const lookaside_statistics *seen = &snapshot->lists[0].statistics;
    assert_false(snapshot->lists[0].moved);
    assert_int_equal(seen->total_allocates, said->total_allocates + 3 * said->threads);
    assert_int_equal(seen->total_frees, said->total_frees);
    inspect_free_snapshot(snapshot);
    inspect_close(target);
    end_subject(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_figure_is_what_the_list_says_itself),
        cmocka_unit_test(magazines_have_their_threads_with_tid_and_printable_name),
        cmocka_unit_test(the_caller_of_init_is_described_by_module_and_function),
        cmocka_unit_test(a_list_is_meant_by_name_tag_or_address),
        cmocka_unit_test(a_hundred_lists_of_64_threads_are_read_in_few_calls),
        cmocka_unit_test(a_free_seen_late_does_not_come_before_its_allocation),
    };
    return RUN_TESTS(tests);
}
