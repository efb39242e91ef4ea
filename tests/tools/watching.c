/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Lists followed over time (tools/look/watch.c), of processes that are made up.
 *
 * Deliberate breaks that were seen to be caught:
 *   a fall is forgotten                    a_list_that_falls_at_times_does_not_grow
 *   one rise is enough                     a_list_that_stands_still_does_not_grow
 *   9 samples are enough                   a_list_grows_when_10_samples_say_so
 *   lists that are gone stay               what_is_gone_is_forgotten
 *   a list made anew is the old one        a_list_made_anew_begins_anew */
#include "../../tools/look/watch.h"
#include "../support/cmocka_test.h"

#include <stdlib.h>

#define SECOND UINT64_C(1000000000)

/* ---- The processes --------------------------------------------------------------------------- */

struct inspect_target {
    pid_t pid;
};

static struct inspect_list lists[4]; /* of process 4711 */
static size_t list_count;
static uint64_t now;
static bool unreadable;

struct inspect_target *inspect_open_process(pid_t pid, struct inspect_error *error)
{
    static struct inspect_target target;

    target.pid = pid;
    error->result = pid == 4711 ? INSPECT_OK : INSPECT_NOT_FOUND;
    return pid == 4711 ? &target : NULL;
}

void inspect_close(struct inspect_target *target)
{
    (void)target;
}

pid_t inspect_pid(const struct inspect_target *target)
{
    return target->pid;
}

const char *inspect_command(const struct inspect_target *target)
{
    (void)target;
    return "server";
}

struct inspect_snapshot *inspect_take_snapshot(struct inspect_target *target,
                                               struct inspect_error *error)
{
    static struct inspect_snapshot snapshot;

    (void)target;
    error->result = unreadable ? INSPECT_UNREADABLE : INSPECT_OK;
    snapshot = (struct inspect_snapshot){.lists = lists, .list_count = list_count, .clock = now};
    return unreadable ? NULL : &snapshot;
}

void inspect_free_snapshot(struct inspect_snapshot *snapshot)
{
    (void)snapshot;
}

size_t inspect_each_process(inspect_found *found, void *context)
{
    struct inspect_target target = {4711};

    found(context, &target);
    target.pid = 4712; /* has the same lists */
    found(context, &target);
    return 3;
}

/* ---- Watching -------------------------------------------------------------------------------- */

static struct watch watch;
static struct inspect_error error;

static int begin(void **state)
{
    (void)state;
    watch = (struct watch){.pid = 4711};
    memset(lists, 0, sizeof(lists));
    list_count = 1;
    lists[0].handle = 0x1000;
    now = SECOND;
    unreadable = false;
    return 0;
}

static int end(void **state)
{
    (void)state;
    watch_end(&watch);
    return 0;
}

static const struct watched *sample(uint64_t live)
{
    lookaside_statistics *s = &lists[0].statistics;

    s->total_allocates += live > s->live_entries ? live - s->live_entries : 0;
    s->live_entries = live;
    now += SECOND;
    assert_true(watch_sample(&watch, &error));
    return &watch.lists[0];
}

TEST(rates_are_per_second_since_the_last_sample)
{
    assert_false(sample(0)->has_rates);
    lists[0].statistics.total_allocates = 3000;
    lists[0].statistics.total_frees = 1000;
    lists[0].statistics.allocate_misses = 30;
    lists[0].statistics.live_entries = 2000;
    now += SECOND; /* two seconds in all */
    const struct watched *list = sample(2000);
    assert_true(list->has_rates);
    assert_int_equal(list->allocates, 1500);
    assert_int_equal(list->frees, 500);
    assert_int_equal(list->misses, 15);
    assert_int_equal(list->hit_percent, 99);
    assert_int_equal(list->live_change, 2000);
    list = sample(2000);
    assert_int_equal(list->allocates, 0);
    assert_true(list->hit_percent < 0);
}

TEST(a_list_grows_when_10_samples_say_so)
{
    sample(0);
    for (uint64_t i = 1; i < WATCH_STEPS; i++) {
        assert_false(watched_grows(sample(i)));
    }
    assert_true(watched_grows(sample(WATCH_STEPS)));
}

TEST(a_list_that_falls_at_times_does_not_grow)
{
    for (uint64_t i = 0; i < 100; i++) {
        assert_false(watched_grows(sample(10 * i - (i % 10 == 9 ? 15 : 0))));
    }
}

TEST(a_list_that_stands_still_does_not_grow)
{
    for (uint64_t i = 0; i < 100; i++) {
        assert_false(watched_grows(sample(1000 + i / 5)));
    }
    for (uint64_t i = 0; i < 30; i++) {
        sample(2000 + i / 3);
    }
    assert_true(watched_grows(&watch.lists[0]));
}

TEST(what_is_gone_is_forgotten)
{
    list_count = 3;
    lists[1].handle = 0x2000;
    lists[2].handle = 0x3000;
    sample(1);
    assert_int_equal(watch.count, 3);
    lists[1] = lists[2];
    list_count = 2;
    sample(1);
    assert_int_equal(watch.count, 2);
    assert_int_equal(watch.lists[1].list.handle, 0x3000);
    assert_true(watch.lists[1].has_rates);
}

TEST(a_list_made_anew_begins_anew)
{
    for (uint64_t i = 0; i <= WATCH_STEPS; i++) {
        sample(10 + i);
    }
    assert_true(watched_grows(&watch.lists[0]));
    lists[0].statistics = (lookaside_statistics){.total_allocates = 5, .live_entries = 5};
    const struct watched *list = sample(5);
    assert_false(list->has_rates);
    assert_false(watched_grows(list));
    assert_string_equal(list->command, "server");
    assert_int_equal(watch.count, 1);
}

TEST(lists_of_two_processes_are_two)
{
    watch.pid = 0;
    sample(1);
    sample(2);
    assert_int_equal(watch.count, 2);
    assert_int_equal(watch.processes, 2);
    assert_int_equal(watch.hidden, 3);
}

TEST(a_failure_is_told_and_forgets_nothing)
{
    sample(1);
    unreadable = true;
    assert_false(watch_sample(&watch, &error));
    assert_int_equal(error.result, INSPECT_UNREADABLE);
    assert_int_equal(watch.count, 1);
    watch.pid = 4713;
    assert_false(watch_sample(&watch, &error));
    assert_int_equal(error.result, INSPECT_NOT_FOUND);
    watch.pid = 0; /* among all processes, one that fails is none */
    assert_true(watch_sample(&watch, &error));
    assert_int_equal(error.result, INSPECT_OK);
}

#define WATCHED(test) cmocka_unit_test_setup_teardown(test, begin, end)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WATCHED(rates_are_per_second_since_the_last_sample),
        WATCHED(a_list_grows_when_10_samples_say_so),
        WATCHED(a_list_that_falls_at_times_does_not_grow),
        WATCHED(a_list_that_stands_still_does_not_grow),
        WATCHED(what_is_gone_is_forgotten),
        WATCHED(a_list_made_anew_begins_anew),
        WATCHED(lists_of_two_processes_are_two),
        WATCHED(a_failure_is_told_and_forgets_nothing),
    };

    return RUN_TESTS(tests);
}
