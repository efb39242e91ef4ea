/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Reading through a source that counts what it is asked for, and lets things happen just then: what
 * reading costs, and what a reader may believe of memory that moves or lies.
 *
 * Caught: no block kept; frees and allocations of the same look; a registry's chain out of blocks
 * that are older than its lock's word; a kind of record that is told twice, in two sizes; a pipe
 * taken for the file of a module. */
#include "subject.h"

#include "inspection.h"

#include <lookaside/hit_path.h>

#include <pthread.h>
#include <sys/stat.h>

extern struct inspection inspection; /* at the same address in the child */

enum { MANY_LISTS = 100, MANY_THREADS = 64 };

static lookaside_list many[MANY_LISTS];

/* ---- the children ---- */

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

static void set_up_one(void *argument)
{
    void *entries[8];

    (void)argument;
    init_or_fail(&many[0], 64, LOOKASIDE_PAGED, NULL);
    take(&many[0], entries, 8);
    give(&many[0], entries, 8);
}

/* Between the child, which makes the list, and its parent, which asks for it. */
struct newcomer {
    _Atomic bool asked;
    _Atomic bool made;
};

static void *make_a_list_when_asked(void *argument)
{
    static lookaside_list late;
    lookaside_options options = {.options_size = sizeof(options), .name = "late"};
    struct newcomer *newcomer = argument;

    while (!newcomer->asked) {
        usleep(100);
    }
    init_or_fail(&late, 64, LOOKASIDE_PAGED, &options);
    newcomer->made = true;
    return NULL;
}

static void set_up_newcomer(void *argument)
{
    pthread_t thread;
    void *entry;

    for (size_t i = 0; i < 2; i++) {
        init_or_fail(&many[i], 64, LOOKASIDE_PAGED, NULL);
    }
    take(&many[0], &entry, 1);
    CHECK(pthread_create(&thread, NULL, make_a_list_when_asked, argument) == 0, "no thread");
}

/* Tells the record "list" twice: first larger than it is, with a number at its end. */
static void set_up_twice(void *argument)
{
    enum { SIZE = 60000 };
    static struct inspection_field far_away = {
        .name = "far_away",
        .offset = SIZE - 8,
        .size = 8,
        .bits = 64,
        .type = INSPECTION_NUMBER,
        .kind = INSPECTION_COUNTER,
    };
    static struct inspection_record large = {
        .name = "list", .fields = &far_away, .size = SIZE, .field_count = 1};
    static const struct inspection_record *records[32] = {&large};

    set_up_one(argument);
    for (uint32_t i = 0; i < inspection.record_count; i++) {
        records[i + 1] = inspection.records[i];
    }
    inspection.records = records;
    inspection.record_count++;
}

/* ---- the source ---- */

/* The subject's memory, and how often it was asked for. */
struct counted {
    pid_t pid;
    uint64_t calls;
    uint64_t pieces;
    uint64_t later;            /* what a second look at a magazine's word finds added to it */
    struct newcomer *newcomer; /* comes just before the registry is looked at; or NULL */
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

static void let_a_list_come(struct newcomer *newcomer)
{
    newcomer->asked = true;
    while (!newcomer->made) {
        usleep(100);
    }
}

static bool read_counted(void *context, const struct inspect_piece *pieces, size_t count)
{
    struct counted *counted = context;

    counted->calls++;
    if (counted->newcomer != NULL && pieces[0].address == (uintptr_t)inspection.registry) {
        let_a_list_come(counted->newcomer);
    }
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

static struct inspect_target *open_counted(struct counted *counted, const char *path)
{
    struct inspect_memory memory = {read_counted, counted};
    struct inspect_module module = {.start = (uintptr_t)__ehdr_start, .path = path};
    struct inspect_error error;
    struct inspect_target *target = inspect_open_memory(&memory, &module, 1, &error);

    if (target == NULL) {
        fail_msg("%s", error.sentence);
    }
    return target;
}

/* ---- the tests ---- */

TEST(a_hundred_lists_of_64_threads_are_read_in_few_calls)
{
    struct subject subject = start_subject(set_up_many, NULL);
    struct counted counted = {.pid = subject.pid};
    struct inspect_target *target = open_counted(&counted, "the subject");
    struct inspect_error error;

    counted.calls = counted.pieces = 0;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);
    assert_non_null(snapshot);
    assert_int_equal(snapshot->list_count, MANY_LISTS);
    for (size_t i = 0; i < MANY_LISTS; i++) {
        assert_int_equal(snapshot->lists[i].statistics.threads, MANY_THREADS);
        assert_int_equal(snapshot->lists[i].statistics.total_allocates, 8 * MANY_THREADS);
    }
    /* One call for each list; the blocks with the records of threads and those of lists; the
     * registry, twice. */
    assert_in_range(counted.calls, MANY_LISTS, MANY_LISTS + 60);
    assert_in_range(counted.pieces, MANY_LISTS * (2 + 3 * MANY_THREADS),
                    MANY_LISTS * (2 + 3 * MANY_THREADS) + 60);
    inspect_free_snapshot(snapshot);
    inspect_close(target);
    end_subject(&subject);
}

TEST(a_free_seen_late_does_not_come_before_its_allocation)
{
    struct subject subject = start_subject(set_up_one, NULL);
    struct counted counted = {.pid = subject.pid};
    struct inspect_target *target = open_counted(&counted, "the subject");
    struct inspect_error error;

    counted.later = 3 * LOOKASIDE_ONE_ALLOCATION + 1; /* 3 allocations and 4 frees */
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);
    assert_non_null(snapshot);
    const lookaside_statistics *seen = &snapshot->lists[0].statistics;
    assert_false(snapshot->lists[0].moved);
    assert_int_equal(seen->total_allocates, 8 + 3);
    assert_int_equal(seen->total_frees, 8);
    inspect_free_snapshot(snapshot);
    inspect_close(target);
    end_subject(&subject);
}

/* The threads are read before the lists, and their records lie side by side. */
TEST(a_list_that_came_while_threads_were_read_hides_no_other)
{
    struct newcomer *newcomer = shared_memory(sizeof(*newcomer));
    struct subject subject = start_subject(set_up_newcomer, newcomer);
    struct counted counted = {.pid = subject.pid};
    struct inspect_target *target = open_counted(&counted, "the subject");
    struct inspect_error error;

    counted.newcomer = newcomer;
    struct inspect_snapshot *snapshot = inspect_take_snapshot(target, &error);
    assert_non_null(snapshot);
    assert_false(snapshot->moved);
    assert_int_equal(snapshot->list_count, 3);
    assert_string_equal(snapshot->lists[2].statistics.name, "late");
    inspect_free_snapshot(snapshot);
    inspect_close(target);
    end_subject(&subject);
}

TEST(a_kind_of_record_that_is_told_twice_is_refused)
{
    struct subject subject = start_child(set_up_twice, NULL);
    struct inspect_error error;

    assert_null(inspect_open_process(subject.pid, &error));
    assert_int_equal(error.result, INSPECT_UNREADABLE);
    assert_non_null(strstr(error.sentence, "makes no sense"));
    end_subject(&subject);
}

/* Whoever opens a pipe waits for its other end. */
TEST(a_module_that_is_no_file_has_no_names)
{
    struct subject subject = start_subject(set_up_one, NULL);
    struct counted counted = {.pid = subject.pid};
    char path[] = "inspect_reading.XXXXXX";
    char pipe_path[sizeof(path) + 8];
    char text[128];

    assert_non_null(mkdtemp(path));
    snprintf(pipe_path, sizeof(pipe_path), "%s/pipe", path);
    assert_int_equal(mkfifo(pipe_path, 0600), 0);
    struct inspect_target *target = open_counted(&counted, pipe_path);
    inspect_describe_address(target, (uintptr_t)set_up_one, text, sizeof(text));
    assert_memory_equal(text, "pipe+0x", 7);
    assert_null(strchr(text, '('));
    inspect_close(target);
    unlink(pipe_path);
    rmdir(path);
    end_subject(&subject);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_hundred_lists_of_64_threads_are_read_in_few_calls),
        cmocka_unit_test(a_free_seen_late_does_not_come_before_its_allocation),
        cmocka_unit_test(a_list_that_came_while_threads_were_read_hides_no_other),
        cmocka_unit_test(a_kind_of_record_that_is_told_twice_is_refused),
        cmocka_unit_test(a_module_that_is_no_file_has_no_names),
    };
    return RUN_TESTS(tests);
}
