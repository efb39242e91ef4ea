/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The promises of os.h, one by one, of whichever system's file was built.
 *
 * Caught: alignment that keeps the ends it does not need, a release that is left out, a refused
 * lock that reports success or stays half locked, a lock that two threads hold or whose waiters
 * spin or are not woken, thread ends told to the latest function, a clock that stops while the
 * process sleeps. */
#include "unit.h"

#include "os.h"

#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define MIB ((size_t)1 << 20)

/* ---- pages ---- */

TEST(the_os_page_is_the_systems)
{
    assert_int_equal(os_page_size(), system_page_size());
}

TEST(the_memory_of_the_machine_is_more_than_this_process_has)
{
    assert_true(os_memory_size() > resident_bytes());
    assert_int_equal(os_memory_size() % os_page_size(), 0);
}

TEST(a_mapping_is_zeroed_writable_and_aligned_as_asked)
{
    const size_t page = os_page_size();
    for (size_t alignment = 1; alignment <= 16 * MIB; alignment *= 4) {
        size_t size = 3 * page;
        char *base = os_map(size, alignment);
        assert_non_null(base);
        assert_int_equal((uintptr_t)base % alignment, 0);
        for (size_t i = 0; i < size; i++) {
            assert_int_equal(base[i], 0);
        }
        memset(base, 1, size);
        os_unmap(base, size);
        assert_false(is_mapped(base));
        assert_false(is_mapped(base + size - 1));
    }
}

TEST(reserved_addresses_are_aligned_and_have_memory_where_it_is_committed)
{
    const size_t page = os_page_size();
    for (size_t alignment = 1; alignment <= 16 * MIB; alignment *= 4) {
        char *base = os_reserve(8 * page, alignment);
        assert_non_null(base);
        assert_int_equal((uintptr_t)base % alignment, 0);
        assert_true(os_commit(base + 3 * page + 5, page)); /* a part of two pages: both */
        memset(base + 3 * page, 1, 2 * page);
        assert_true(os_commit(base, 8 * page)); /* what has memory keeps its content */
        for (size_t i = 0; i < 8 * page; i++) {
            assert_int_equal(base[i], i < 3 * page || i >= 5 * page ? 0 : 1);
        }
        os_unmap(base, 8 * page);
        assert_false(is_mapped(base));
        assert_false(is_mapped(base + 8 * page - 1));
    }
}

TEST(a_mapping_is_not_resident_until_it_is_touched)
{
    const size_t page = os_page_size();
    char *base = os_map(16 * page, page);
    assert_int_equal(resident_pages(base, 16 * page), 0);
    base[5 * page] = 1;
    assert_int_equal(resident_pages(base, 16 * page), 1);
    os_unmap(base, 16 * page);
}

TEST(an_aligned_mapping_keeps_no_more_addresses_than_asked)
{
    const size_t page = os_page_size();
    char *bases[8];
    size_t before = mapped_bytes();
    for (size_t i = 0; i < COUNT_OF(bases); i++) {
        bases[i] = os_map(page, 4 * MIB);
    }
    /* The heap may grow meanwhile, but not by the 4 MiB that each alignment costs on the way.
     * (Where the ends must stay reserved, they are at least not counted as mapped.) */
    assert_true(mapped_bytes() - before < MIB);
    for (size_t i = 0; i < COUNT_OF(bases); i++) {
        os_unmap(bases[i], page);
    }
}

TEST(released_pages_are_given_back_and_committed_again_read_as_zero)
{
    const size_t page = os_page_size();
    char *base = os_map(8 * page, page);
    memset(base, 1, 8 * page);
    os_release(base + page, 6 * page);
    assert_int_equal(resident_pages(base, 8 * page), 2);
    assert_true(os_commit(base, 8 * page));
    assert_int_equal(resident_pages(base, 8 * page), 2);
    for (size_t i = 0; i < 8 * page; i++) {
        assert_int_equal(base[i], i < page || i >= 7 * page ? 1 : 0);
    }
    os_unmap(base, 8 * page);
}

TEST(locked_pages_are_resident_without_being_touched)
{
    skip_where_locking_does_nothing();
    const size_t size = 4 * os_page_size();
    char *base = os_map(size, os_page_size());
    assert_true(os_lock_pages(base, size));
    assert_int_equal(resident_pages(base, size), 4);
    assert_locked(==, size);
    os_unlock_pages(base, size);
    assert_locked(==, 0);
    os_unmap(base, size);
}

TEST(a_refused_lock_says_so_and_leaves_nothing_locked)
{
    skip_where_locking_does_nothing();
    const size_t page = os_page_size();
    char *base = os_map(4 * page, page);
    memset(base, 1, 2 * page);
    punch_hole(base + 2 * page, 2 * page); /* which cannot be locked */
    assert_false(os_lock_pages(base, 4 * page));
    assert_locked(==, 0);
    os_unmap(base, 2 * page);
}

TEST(a_refused_mapping_is_null_and_errno_is_left_alone)
{
    errno = 12345;
    assert_null(os_map((size_t)1 << 60, os_page_size()));
    assert_null(os_map(os_page_size(), (size_t)1 << 62));
    assert_null(os_reserve((size_t)1 << 60, os_page_size()));
    os_release((char *)os_page_size(), os_page_size());
    os_prefer_huge((char *)os_page_size(), os_page_size());
    (void)os_lock_pages((char *)os_page_size(), os_page_size());
    os_unlock_pages((char *)os_page_size(), os_page_size());
    assert_int_equal(errno, 12345);
}

/* ---- locks ---- */

static struct os_lock lock; /* all zero is unlocked */

/* What its word says; os_lock.c draws it. */
static uint32_t flags_of_lock(void)
{
    return __atomic_load_n(&lock.word, __ATOMIC_RELAXED) & 3;
}

static uint32_t count_of_lock(void)
{
    return __atomic_load_n(&lock.word, __ATOMIC_RELAXED) >> 2;
}

TEST(a_lock_tells_whether_it_is_held_and_how_often_it_was_given_back)
{
    uint32_t before = count_of_lock();
    for (uint32_t i = 0; i < 3; i++) {
        assert_int_equal(flags_of_lock(), 0);
        assert_int_equal(count_of_lock(), before + i);
        os_lock(&lock);
        assert_int_equal(flags_of_lock(), 1);
        assert_int_equal(count_of_lock(), before + i);
        os_unlock(&lock);
    }
}

TEST(the_count_of_a_lock_goes_round)
{
    lock.word = UINT32_MAX & ~(uint32_t)3;
    os_lock(&lock);
    os_unlock(&lock);
    assert_int_equal(lock.word, 0);
}

static uint64_t guarded;
static int inside;

static void *enter_often(void *argument)
{
    size_t count = rounds(20000);
    for (size_t i = 0; i < count; i++) {
        os_lock(&lock);
        CHECK(++inside == 1, "two threads hold the lock");
        guarded++;
        if (i % 512 == 0) {
            (void)sched_yield(); /* let the others run into the held lock */
        }
        inside--;
        os_unlock(&lock);
    }
    return argument;
}

TEST(one_thread_at_a_time_holds_a_lock)
{
    pthread_t threads[4];
    uint32_t before = count_of_lock();
    guarded = 0;
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, enter_often, NULL), 0);
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(guarded, COUNT_OF(threads) * rounds(20000));
    assert_int_equal(flags_of_lock(), 0);
    assert_int_equal(count_of_lock() - before, guarded);
}

static void *wait_and_measure(void *argument)
{
    os_lock(&lock);
    os_unlock(&lock);
    *(unsigned *)argument = thread_milliseconds();
    return NULL;
}

TEST(who_waits_for_a_lock_sleeps)
{
    pthread_t threads[2];
    unsigned milliseconds[COUNT_OF(threads)];
    uint32_t before = count_of_lock();
    os_lock(&lock);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, wait_and_measure, &milliseconds[i]), 0);
    }
    sleep_milliseconds(200);
    assert_int_equal(flags_of_lock(), 3); /* held, and somebody waits */
    assert_int_equal(count_of_lock(), before);
    os_unlock(&lock);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0); /* both are woken */
        assert_true(milliseconds[i] < 50);
    }
    assert_int_equal(flags_of_lock(), 0);
    assert_int_equal(count_of_lock(), before + 1 + COUNT_OF(threads));
}

static void use_inherited_lock(void *argument)
{
    os_unlock(argument);
    os_lock(argument);
    os_unlock(argument);
}

TEST(a_forked_child_may_unlock_what_its_parent_holds)
{
    skip_without_fork();
    os_lock(&lock);
    assert_int_equal(run_in_child(use_inherited_lock, &lock, 10), 0);
    os_unlock(&lock);
}

/* ---- threads, fork, time ---- */

static struct {
    unsigned calls;
    void *argument;
    pthread_t thread;
} ended;

static void note_end(void *argument)
{
    ended.calls++;
    ended.argument = argument;
    ended.thread = pthread_self();
}

static void never_called(void *argument)
{
    (void)argument;
    ended.calls += 100;
}

static void *register_end(void *argument)
{
    CHECK(os_thread_at_exit(note_end, argument), "no promise");
    return NULL;
}

static void *register_another(void *argument)
{
    CHECK(os_thread_at_exit(never_called, argument), "no promise");
    return NULL;
}

static void *just_end(void *argument)
{
    return argument;
}

static void run_thread(void *(*body)(void *), void *argument, pthread_t *thread)
{
    assert_int_equal(pthread_create(thread, NULL, body, argument), 0);
    assert_int_equal(pthread_join(*thread, NULL), 0);
}

TEST(the_end_of_a_thread_is_told_once_by_that_thread)
{
    pthread_t thread;
    int argument;
    memset(&ended, 0, sizeof(ended));
    run_thread(register_end, &argument, &thread);
    assert_int_equal(ended.calls, 1);
    assert_ptr_equal(ended.argument, &argument);
    assert_true(pthread_equal(ended.thread, thread));
    run_thread(just_end, &argument, &thread);
    assert_int_equal(ended.calls, 1); /* who did not ask is not told of */
}

TEST(the_first_call_of_the_process_fixes_who_is_told)
{
    pthread_t thread;
    int argument;
    run_thread(register_end, &argument, &thread);
    memset(&ended, 0, sizeof(ended));
    run_thread(register_another, &argument, &thread);
    assert_int_equal(ended.calls, 1);
}

static char fork_story[8];

static void tell_fork(char letter)
{
    size_t length = strlen(fork_story);
    fork_story[length] = letter;
    fork_story[length + 1] = '\0';
}

static void before_fork(void)
{
    tell_fork('b');
}

static void in_parent(void)
{
    tell_fork('p');
}

static void in_child(void)
{
    tell_fork('c');
}

static void expect_child_story(void *argument)
{
    CHECK(strcmp(argument, "bc") == 0, "the child's story is \"%s\"", (char *)argument);
}

TEST(a_fork_is_told_before_and_after_on_both_sides)
{
    assert_true(os_at_fork(before_fork, in_parent, in_child));
    skip_without_fork();
    fork_story[0] = '\0';
    assert_int_equal(run_in_child(expect_child_story, fork_story, 10), 0);
    assert_string_equal(fork_story, "bp");
}

static void *note_identity(void *identity)
{
    *(uint64_t *)identity = os_thread_identity();
    return NULL;
}

TEST(every_thread_has_an_identity_of_its_own)
{
    pthread_t thread;
    uint64_t other;
    run_thread(note_identity, &other, &thread);
    assert_int_equal(os_thread_identity(), os_thread_identity());
    assert_int_not_equal(other, os_thread_identity());
    assert_int_not_equal(other, 0);
}

TEST(the_clock_counts_milliseconds_and_never_goes_back)
{
    uint64_t first = os_milliseconds();
    uint64_t last = first;
    for (int i = 0; i < 100000; i++) {
        uint64_t now = os_milliseconds();
        assert_true(now >= last);
        last = now;
    }
    uint64_t before = os_milliseconds();
    sleep_milliseconds(100);
    uint64_t elapsed = os_milliseconds() - before;
    assert_in_range(elapsed, 80, 20000); /* coarse, and the machine may be busy */
}

/* ---- the end ---- */

/* This program again, as one that writes an error, or aborts. */
static const char error_text[] = "a sentence\non two lines\n";

static int be_told(const char *what)
{
    if (strcmp(what, "write") == 0) {
        (void)dup2(STDOUT_FILENO, STDERR_FILENO); /* where the parent can read it */
        os_write_error(error_text, strlen(error_text));
        _exit(42); /* nothing is left in a buffer */
    }
    os_abort();
}

TEST(an_error_text_goes_to_standard_error_whole_and_at_once)
{
    char read_back[100];
    assert_int_equal(run_again("write", read_back, sizeof(read_back)), 42);
    assert_string_equal(read_back, error_text);
}

TEST(an_abort_ends_the_process_abnormally)
{
    assert_true(run_again("abort", NULL, 0) < 0);
}

int main(int argc, char **argv)
{
    if (argc > 1) {
        return be_told(argv[1]);
    }
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_os_page_is_the_systems),
        cmocka_unit_test(the_memory_of_the_machine_is_more_than_this_process_has),
        cmocka_unit_test(a_mapping_is_zeroed_writable_and_aligned_as_asked),
        cmocka_unit_test(reserved_addresses_are_aligned_and_have_memory_where_it_is_committed),
        cmocka_unit_test(a_mapping_is_not_resident_until_it_is_touched),
        cmocka_unit_test(an_aligned_mapping_keeps_no_more_addresses_than_asked),
        cmocka_unit_test(released_pages_are_given_back_and_committed_again_read_as_zero),
        cmocka_unit_test(locked_pages_are_resident_without_being_touched),
        cmocka_unit_test(a_refused_lock_says_so_and_leaves_nothing_locked),
        cmocka_unit_test(a_refused_mapping_is_null_and_errno_is_left_alone),
        cmocka_unit_test(a_lock_tells_whether_it_is_held_and_how_often_it_was_given_back),
        cmocka_unit_test(the_count_of_a_lock_goes_round),
        cmocka_unit_test(one_thread_at_a_time_holds_a_lock),
        cmocka_unit_test(who_waits_for_a_lock_sleeps),
        cmocka_unit_test(a_forked_child_may_unlock_what_its_parent_holds),
        cmocka_unit_test(the_end_of_a_thread_is_told_once_by_that_thread),
        cmocka_unit_test(the_first_call_of_the_process_fixes_who_is_told),
        cmocka_unit_test(a_fork_is_told_before_and_after_on_both_sides),
        cmocka_unit_test(every_thread_has_an_identity_of_its_own),
        cmocka_unit_test(the_clock_counts_milliseconds_and_never_goes_back),
        cmocka_unit_test(an_error_text_goes_to_standard_error_whole_and_at_once),
        cmocka_unit_test(an_abort_ends_the_process_abnormally),
    };
    return RUN_TESTS(tests);
}
