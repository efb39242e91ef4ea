/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Threads and their tables alone; what is retired is only counted.
 *
 * Caught: place 0 handed out, every second magazine or those below a later one not retired, an
 * ending thread that gets a new table or keeps its old one, a table that is not recycled, a
 * child that retires itself, places not found again, an end that was not promised taken for
 * granted, a place taken beyond what is committed, free or running tables forgotten when more is
 * committed (the last two under Wine). */
#include "unit.h"

#include "os.h"
#include "thread.h"

#include <pthread.h>

#define MAGAZINE sizeof(struct lookaside_magazine)
#define PLACES 16384u
#define TABLE_SIZE (PLACES * MAGAZINE)

void *real_os_reserve(size_t size, size_t alignment) REAL(os_reserve);
void *our_os_reserve(size_t size, size_t alignment) INSTEAD_OF(os_reserve);
bool real_os_commit(void *base, size_t size) REAL(os_commit);
bool our_os_commit(void *base, size_t size) INSTEAD_OF(os_commit);
bool real_os_thread_at_exit(void (*run)(void *), void *argument) REAL(os_thread_at_exit);
bool our_os_thread_at_exit(void (*run)(void *), void *argument) INSTEAD_OF(os_thread_at_exit);

static bool no_addresses;
static bool no_memory;
static bool no_promise;

void *our_os_reserve(size_t size, size_t alignment)
{
    return no_addresses ? NULL : real_os_reserve(size, alignment);
}

bool our_os_commit(void *base, size_t size)
{
    return no_memory ? false : real_os_commit(base, size);
}

bool our_os_thread_at_exit(void (*run)(void *), void *argument)
{
    return no_promise ? false : real_os_thread_at_exit(run, argument);
}

static struct {
    unsigned count;
    void *accounts[16];
} retired;

/* Leaves the magazine all zero, as whoever retires must. */
static void retire(struct lookaside_magazine *magazine)
{
    CHECK(retired.count < COUNT_OF(retired.accounts), "too many magazines were retired");
    retired.accounts[retired.count++] = magazine->account;
    *magazine = (struct lookaside_magazine){0};
}

static char *own_table(void)
{
    return LOOKASIDE_OWN(lookaside_thread_magazines);
}

/* Places that the tests use; all tables reach so far once they were taken. */
#define USED_PLACES 1000u
#define USED_SIZE (USED_PLACES * MAGAZINE)

static int begin_group(void **state)
{
    (void)state;
    size_t places[USED_PLACES];
    threads_init(retire);
    for (size_t i = 0; i < USED_PLACES; i++) {
        places[i] = thread_place_take();
    }
    for (size_t i = 0; i < USED_PLACES; i++) {
        thread_place_give_back(places[i]);
    }
    return 0;
}

static int begin(void **state)
{
    (void)state;
    memset(&retired, 0, sizeof(retired));
    return 0;
}

static void run_thread(void *(*body)(void *), void *argument)
{
    pthread_t thread;
    assert_int_equal(pthread_create(&thread, NULL, body, argument), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
}

static bool is_zero(const char *bytes, size_t size)
{
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

/* Uses the magazine at the offset, with the given account. */
static void use(size_t offset, void *account)
{
    struct lookaside_magazine *magazine = (void *)(own_table() + offset);
    thread_uses(offset);
    *magazine = (struct lookaside_magazine){.word = 7, .capacity = 4, .account = account};
}

/* ---- tables ---- */

struct seen {
    char *before;
    char *table;
    bool had_table;
    bool zero_before;
    bool zero;
};

static void *look(void *argument)
{
    struct seen *seen = argument;
    seen->before = own_table();
    seen->zero_before = is_zero(seen->before, USED_SIZE);
    seen->had_table = thread_has_table();
    seen->table = own_table();
    seen->zero = is_zero(seen->table, USED_SIZE);
    return NULL;
}

TEST(a_new_thread_has_the_common_table_and_then_its_own_both_all_zero)
{
    struct seen first;
    struct seen second;
    run_thread(look, &first);
    run_thread(look, &second);
    assert_true(first.had_table);
    assert_true(first.zero_before);
    assert_true(first.zero);
    assert_ptr_not_equal(first.before, first.table);
    assert_ptr_equal(first.before, second.before); /* it is common */
}

TEST(asking_again_changes_nothing)
{
    assert_true(thread_has_table());
    char *table = own_table();
    assert_true(thread_has_table());
    assert_ptr_equal(own_table(), table);
}

TEST(the_tables_of_running_threads_share_no_os_page)
{
    struct seen other;
    assert_true(thread_has_table());
    run_thread(look, &other);
    uintptr_t mine = (uintptr_t)own_table();
    uintptr_t theirs = (uintptr_t)other.table;
    assert_true(mine + TABLE_SIZE <= theirs || theirs + TABLE_SIZE <= mine);
    assert_int_equal(mine % system_page_size(), 0);
}

static void *use_two(void *argument)
{
    CHECK(thread_has_table(), "no table");
    thread_uses(50 * MAGAZINE); /* an account that was never opened */
    use(40 * MAGAZINE, (char *)argument + 1);
    use(3 * MAGAZINE, argument);
    return NULL;
}

TEST(the_end_of_a_thread_retires_each_of_its_magazines_once)
{
    char accounts[2];
    run_thread(use_two, accounts);
    assert_int_equal(retired.count, 2);
    assert_ptr_equal(retired.accounts[0], &accounts[0]);
    assert_ptr_equal(retired.accounts[1], &accounts[1]);
}

TEST(the_table_of_an_ended_thread_serves_the_next_all_zero)
{
    char accounts[2];
    struct seen first;
    struct seen second;
    run_thread(look, &first);
    run_thread(use_two, accounts);
    run_thread(look, &second);
    assert_ptr_equal(second.table, first.table);
    assert_true(second.zero);
}

/* ---- a thread that is ending ---- */

static struct seen late;
static unsigned late_calls;

static void look_late(void *argument)
{
    late_calls++;
    (void)look(argument);
}

static void *end_late(void *argument)
{
    run_at_the_very_end(look_late, &late);
    return look(argument);
}

TEST(an_ending_thread_keeps_the_common_table)
{
    struct seen seen;
    run_thread(end_late, &seen);
    assert_int_equal(late_calls, 1);
    assert_true(seen.had_table);
    assert_false(late.had_table);
    assert_ptr_equal(late.table, seen.before);
}

static pthread_barrier_t barrier;

static void *hold_a_table(void *argument)
{
    (void)look(argument);
    (void)pthread_barrier_wait(&barrier);
    (void)pthread_barrier_wait(&barrier);
    return NULL;
}

static void try_without(bool *what)
{
    struct seen seen;
    pthread_t holder;
    run_thread(look, &seen); /* leaves one table over */
    char *common = seen.before;
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    *what = true;
    assert_int_equal(pthread_create(&holder, NULL, hold_a_table, &seen), 0);
    (void)pthread_barrier_wait(&barrier);
    assert_true(seen.had_table);
    run_thread(look, &seen); /* now there is none */
    assert_false(seen.had_table);
    assert_ptr_equal(seen.table, common);
    *what = false;
    (void)pthread_barrier_wait(&barrier);
    assert_int_equal(pthread_join(holder, NULL), 0);
    run_thread(look, &seen);
    assert_true(seen.had_table);
}

TEST(without_memory_a_thread_keeps_the_common_table_unless_one_is_left_over)
{
    try_without(&no_memory);
}

TEST(without_addresses_a_thread_keeps_the_common_table_unless_one_is_left_over)
{
    try_without(&no_addresses);
}

TEST(a_thread_whose_end_is_not_promised_keeps_the_common_table)
{
    struct seen refused;
    struct seen next;
    no_promise = true;
    run_thread(look, &refused);
    no_promise = false;
    assert_false(refused.had_table);
    assert_ptr_equal(refused.table, refused.before);
    run_thread(look, &next);
    assert_true(next.had_table);
}

/* ---- fork ---- */

static void *stay(void *argument)
{
    (void)use_two(argument);
    (void)pthread_barrier_wait(&barrier);
    (void)pthread_barrier_wait(&barrier);
    return NULL;
}

static void check_retired_in_child(void *argument)
{
    char *accounts = argument;
    threads_after_fork_in_child();
    CHECK(retired.count == 2, "%u magazines were retired", retired.count);
    CHECK(retired.accounts[0] == &accounts[0], "another thread's magazine was retired");
    threads_after_fork_in_child();
    CHECK(retired.count == 2, "magazines were retired twice");
}

TEST(a_forked_child_retires_the_threads_that_were_not_copied_and_no_other)
{
    skip_without_fork();
    char accounts[2];
    char mine;
    pthread_t thread;
    assert_true(thread_has_table());
    use(5 * MAGAZINE, &mine);
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, stay, accounts), 0);
    (void)pthread_barrier_wait(&barrier);
    assert_int_equal(run_in_child(check_retired_in_child, accounts, 10), 0);
    assert_int_equal(retired.count, 0);
    (void)pthread_barrier_wait(&barrier);
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_int_equal(retired.count, 2);
    *(struct lookaside_magazine *)(void *)(own_table() + 5 * MAGAZINE) =
        (struct lookaside_magazine){0};
}

/* ---- places ---- */

TEST(places_are_distinct_lie_in_the_table_and_none_is_place_0)
{
    size_t places[1000];
    static bool taken[PLACES];
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        places[i] = thread_place_take();
        assert_int_not_equal(places[i], 0);
        assert_int_equal(places[i] % MAGAZINE, 0);
        assert_true(places[i] < TABLE_SIZE);
        assert_false(taken[places[i] / MAGAZINE]);
        taken[places[i] / MAGAZINE] = true;
    }
    for (size_t i = 0; i < COUNT_OF(places); i++) {
        thread_place_give_back(places[i]);
    }
}

TEST(a_place_given_back_is_taken_again)
{
    size_t first = thread_place_take();
    size_t second = thread_place_take();
    thread_place_give_back(first);
    assert_int_equal(thread_place_take(), first);
    thread_place_give_back(second);
    thread_place_give_back(first);
    thread_place_give_back(0); /* nobody's */
    assert_int_equal(thread_place_take(), first);
    thread_place_give_back(first);
}

/* Takes places until there are no more; the number of them. */
static size_t take_all(size_t *places)
{
    size_t count = 0;
    while (count < PLACES && (places[count] = thread_place_take()) != 0) {
        count++;
    }
    return count;
}

static void give_all_back(const size_t *places, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        thread_place_give_back(places[i]);
    }
}

TEST(without_memory_no_place_is_taken_that_a_table_does_not_reach)
{
    static size_t places[PLACES];
    assert_true(thread_has_table());
    no_memory = true;
    size_t count = take_all(places);
    assert_in_range(count, USED_PLACES, PLACES / 2);
    assert_true(is_zero(own_table(), (count + 1) * MAGAZINE));
    no_memory = false;
    places[count] = thread_place_take();
    assert_int_not_equal(places[count], 0);
    give_all_back(places, count + 1);
}

static void *read_all_when_told(void *argument)
{
    (void)look(argument);
    (void)pthread_barrier_wait(&barrier);
    (void)pthread_barrier_wait(&barrier);
    CHECK(is_zero(own_table(), TABLE_SIZE), "a running thread's table");
    return NULL;
}

static void *read_all(void *argument)
{
    (void)look(argument);
    CHECK(is_zero(own_table(), TABLE_SIZE), "a waiting table, or a new one");
    return NULL;
}

/* Whether a table can be read as far: on Windows, to read beyond is a fault. */
TEST(all_tables_reach_all_places_that_are_taken)
{
    static size_t places[PLACES];
    struct seen seen;
    pthread_t thread;
    assert_int_equal(pthread_barrier_init(&barrier, NULL, 2), 0);
    assert_int_equal(pthread_create(&thread, NULL, read_all_when_told, &seen), 0);
    (void)pthread_barrier_wait(&barrier);
    run_thread(look, &seen); /* leaves one table over */
    size_t count = take_all(places);
    assert_int_equal(count, PLACES - 1);
    run_thread(read_all, &seen);
    (void)pthread_barrier_wait(&barrier);
    assert_int_equal(pthread_join(thread, NULL), 0);
    run_thread(read_all, &seen);
    give_all_back(places, count);
}

TEST(when_all_places_are_taken_there_is_0_until_one_comes_back)
{
    static size_t places[PLACES];
    size_t count = take_all(places);
    assert_int_equal(count, PLACES - 1);
    assert_int_equal(thread_place_take(), 0);
    thread_place_give_back(places[777]);
    assert_int_equal(thread_place_take(), places[777]);
    give_all_back(places, count);
}

#define THREAD_TEST(test) cmocka_unit_test_setup(test, begin)

int main(void)
{
    const struct CMUnitTest tests[] = {
        THREAD_TEST(a_new_thread_has_the_common_table_and_then_its_own_both_all_zero),
        THREAD_TEST(asking_again_changes_nothing),
        THREAD_TEST(the_tables_of_running_threads_share_no_os_page),
        THREAD_TEST(the_end_of_a_thread_retires_each_of_its_magazines_once),
        THREAD_TEST(the_table_of_an_ended_thread_serves_the_next_all_zero),
        THREAD_TEST(an_ending_thread_keeps_the_common_table),
        THREAD_TEST(without_memory_a_thread_keeps_the_common_table_unless_one_is_left_over),
        THREAD_TEST(without_addresses_a_thread_keeps_the_common_table_unless_one_is_left_over),
        THREAD_TEST(a_thread_whose_end_is_not_promised_keeps_the_common_table),
        THREAD_TEST(a_forked_child_retires_the_threads_that_were_not_copied_and_no_other),
        THREAD_TEST(places_are_distinct_lie_in_the_table_and_none_is_place_0),
        THREAD_TEST(a_place_given_back_is_taken_again),
        THREAD_TEST(without_memory_no_place_is_taken_that_a_table_does_not_reach),
        THREAD_TEST(all_tables_reach_all_places_that_are_taken),
        THREAD_TEST(when_all_places_are_taken_there_is_0_until_one_comes_back),
    };
    return cmocka_run_group_tests_name(__FILE__, tests, begin_group, NULL);
}
