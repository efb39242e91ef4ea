/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Timers: when they become signalled, what waits for them, their DPCs, cancelling, and memory that
 * is reused while one is active. Times are only looked at from below: not before it is due, and
 * sometime after. Caught: a period in units of 100 ns; a synchronization timer that let two waiters
 * through; a timer that was signalled after it was cancelled. */
#include "twin_test.h"

#define MILLISECOND 10000ll
#define HOUR (3600000 * MILLISECOND)

static LARGE_INTEGER in(LONGLONG units)
{
    return (LARGE_INTEGER){.QuadPart = units};
}

static NTSTATUS wait(PKTIMER timer)
{
    return KeWaitForSingleObject(timer, Executive, KernelMode, FALSE, NULL);
}

static NTSTATUS poll(PKTIMER timer)
{
    LARGE_INTEGER none = {.QuadPart = 0};
    return KeWaitForSingleObject(timer, Executive, KernelMode, FALSE, &none);
}

TEST(a_notification_timer_is_signalled_when_it_is_due_and_stays_so)
{
    KTIMER timer;
    KeInitializeTimer(&timer);
    assert_false(KeReadStateTimer(&timer));
    ULONGLONG start = KeQueryInterruptTime();
    assert_false(KeSetTimer(&timer, in(-20 * MILLISECOND), NULL));
    assert_int_equal(wait(&timer), STATUS_SUCCESS);
    assert_true(KeQueryInterruptTime() - start >= 20 * MILLISECOND);
    assert_true(KeReadStateTimer(&timer));
    assert_int_equal(poll(&timer), STATUS_SUCCESS);
    assert_false(KeCancelTimer(&timer));
    assert_true(KeReadStateTimer(&timer));
}

TEST(a_synchronization_timer_lets_one_waiter_through)
{
    KTIMER timer;
    KeInitializeTimerEx(&timer, SynchronizationTimer);
    KeSetTimer(&timer, in(-MILLISECOND), NULL);
    assert_int_equal(wait(&timer), STATUS_SUCCESS);
    assert_false(KeReadStateTimer(&timer));
    assert_int_equal(poll(&timer), STATUS_TIMEOUT);
}

TEST(an_absolute_time_counts_and_a_past_one_is_due_at_once)
{
    KTIMER timer;
    LARGE_INTEGER due;
    KeInitializeTimer(&timer);
    KeQuerySystemTime(&due);
    due.QuadPart += HOUR;
    assert_false(KeSetTimer(&timer, due, NULL));
    assert_int_equal(poll(&timer), STATUS_TIMEOUT);
    due.QuadPart -= 2 * HOUR;
    assert_true(KeSetTimer(&timer, due, NULL));
    assert_true(KeReadStateTimer(&timer));
    assert_false(KeCancelTimer(&timer));
    KeSetTimer(&timer, in(0), NULL);
    assert_true(KeReadStateTimer(&timer));
}

TEST(setting_a_timer_clears_it_and_forgets_the_time_before)
{
    KTIMER timer;
    KeInitializeTimer(&timer);
    KeSetTimer(&timer, in(0), NULL);
    assert_false(KeSetTimer(&timer, in(-HOUR), NULL));
    assert_false(KeReadStateTimer(&timer));
    assert_true(KeSetTimer(&timer, in(-MILLISECOND), NULL));
    assert_int_equal(wait(&timer), STATUS_SUCCESS);
}

TEST(timers_are_due_in_their_order_and_not_in_that_of_setting)
{
    KTIMER late;
    KTIMER early;
    KeInitializeTimer(&late);
    KeInitializeTimer(&early);
    KeSetTimer(&late, in(-HOUR), NULL);
    KeSetTimer(&early, in(-5 * MILLISECOND), NULL);
    PVOID both[] = {&late, &early};
    assert_int_equal(
        KeWaitForMultipleObjects(2, both, WaitAny, Executive, KernelMode, FALSE, NULL, NULL),
        STATUS_WAIT_1);
    assert_true(KeCancelTimer(&late));
    assert_false(KeReadStateTimer(&late));
}

/* ---- DPCs ---- */

static LONG runs;
static KEVENT third_run;

static void count_runs(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc;
    (void)context;
    (void)argument1;
    (void)argument2;
    if (KeGetCurrentIrql() == DISPATCH_LEVEL && InterlockedIncrement(&runs) == 3) {
        KeSetEvent(&third_run, 0, FALSE);
    }
}

static void prepare(PKDPC dpc)
{
    InterlockedExchange(&runs, 0);
    KeInitializeEvent(&third_run, NotificationEvent, FALSE);
    KeInitializeDpc(dpc, count_runs, NULL);
}

TEST(a_timer_queues_its_dpc_once)
{
    KTIMER timer;
    KDPC dpc;
    prepare(&dpc);
    KeInitializeTimer(&timer);
    KeSetTimer(&timer, in(-MILLISECOND), &dpc);
    wait(&timer);
    assert_false(KeCancelTimer(&timer));
    KeFlushQueuedDpcs();
    assert_int_equal(runs, 1);
}

TEST(a_periodic_timer_is_due_again_and_again_until_it_is_cancelled)
{
    KTIMER timer;
    KDPC dpc;
    prepare(&dpc);
    KeInitializeTimer(&timer);
    ULONGLONG start = KeQueryInterruptTime();
    KeSetTimerEx(&timer, in(-MILLISECOND), 10, &dpc);
    KeWaitForSingleObject(&third_run, Executive, KernelMode, FALSE, NULL);
    assert_true(KeQueryInterruptTime() - start >= 11 * MILLISECOND);
    assert_true(KeReadStateTimer(&timer));
    assert_true(KeCancelTimer(&timer));
    assert_false(KeCancelTimer(&timer));
    KeFlushQueuedDpcs();
    LONG before = runs;
    LARGE_INTEGER interval = {.QuadPart = -30 * MILLISECOND};
    KeDelayExecutionThread(KernelMode, FALSE, &interval);
    assert_int_equal(InterlockedCompareExchange(&runs, 0, 0), before);
}

TEST(a_cancelled_timer_is_never_due)
{
    KTIMER timer;
    KDPC dpc;
    LARGE_INTEGER interval = {.QuadPart = -40 * MILLISECOND};
    prepare(&dpc);
    KeInitializeTimer(&timer);
    assert_false(KeSetCoalescableTimer(&timer, in(-HOUR), 0, 100, &dpc));
    assert_true(KeCancelTimer(&timer));
    KeSetTimer(&timer, in(-20 * MILLISECOND), &dpc);
    if (KeCancelTimer(&timer)) { /* in time, unless the machine slept */
        KeDelayExecutionThread(KernelMode, FALSE, &interval);
        assert_false(KeReadStateTimer(&timer));
        KeFlushQueuedDpcs();
        assert_int_equal(runs, 0);
    }
}

/* Who has waited for a timer may free it, and who has cancelled and flushed may free both. */
TEST(memory_may_go_as_soon_as_a_timer_is_over)
{
    for (int i = 0; i < 100; i++) {
        PKTIMER timer = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(KTIMER), 'tseT');
        PKDPC dpc = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(KDPC), 'tseT');
        assert_true(timer != NULL && dpc != NULL);
        prepare(dpc);
        KeInitializeTimer(timer);
        KeSetTimer(timer, in(-(i % 10) * MILLISECOND / 10), dpc);
        if (i % 2 == 0) {
            wait(timer);
            ExFreePoolWithTag(timer, 'tseT');
            KeFlushQueuedDpcs();
        } else {
            KeCancelTimer(timer);
            KeFlushQueuedDpcs();
            ExFreePoolWithTag(timer, 'tseT');
        }
        /* A timer that was seen signalled may queue its DPC a moment later. */
        while (i % 2 == 0 && InterlockedCompareExchange(&runs, 0, 0) == 0) {
            KeFlushQueuedDpcs();
        }
        KeFlushQueuedDpcs();
        ExFreePoolWithTag(dpc, 'tseT');
    }
    assert_int_equal(wdk_pool_blocks('tseT'), 0);
}

/* ---- Misuse ---- */

static void set_uninitialized(void *unused)
{
    KTIMER timer;
    (void)unused;
    memset(&timer, 0, sizeof(timer));
    KeSetTimer(&timer, in(-HOUR), NULL);
}

static void set_with_uninitialized_dpc(void *timer)
{
    KDPC dpc;
    memset(&dpc, 0, sizeof(dpc));
    KeSetTimer(timer, in(-HOUR), &dpc);
}

static void set_above_dispatch(void *timer)
{
    KfRaiseIrql(HIGH_LEVEL);
    KeSetTimer(timer, in(-HOUR), NULL);
}

static void initialize_again(void *timer)
{
    KeInitializeTimer(timer);
}

static void free_block(void *block)
{
    ExFreePoolWithTag(block, 'tseT');
}

TEST(misused_timers_are_bugchecks)
{
    PKTIMER timer = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(KTIMER) + 100, 'tseT');
    assert_non_null(timer);
    KeInitializeTimer(timer);
    expect_bugcheck(set_uninitialized, NULL, 0x0A, 0);
    expect_bugcheck(set_with_uninitialized_dpc, timer, 0xD1, 0);
    expect_bugcheck(set_above_dispatch, timer, 0x0A, 0);
    KeSetTimer(timer, in(-HOUR), NULL);
    expect_bugcheck(initialize_again, timer, 0xC7, 0);
    wdk_bugcheck record = expect_bugcheck(free_block, timer, 0xC7, 0);
    assert_int_equal(record.parameters[1], (ULONG_PTR)timer);
    assert_int_equal(record.parameters[2], (ULONG_PTR)timer);
    assert_int_equal(record.parameters[3], (ULONG_PTR)(timer + 1) + 100);
    assert_non_null(strstr(record.sentence, "KeCancelTimer"));
    assert_true(KeCancelTimer(timer));
    free_block(timer);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notification_timer_is_signalled_when_it_is_due_and_stays_so),
        cmocka_unit_test(a_synchronization_timer_lets_one_waiter_through),
        cmocka_unit_test(an_absolute_time_counts_and_a_past_one_is_due_at_once),
        cmocka_unit_test(setting_a_timer_clears_it_and_forgets_the_time_before),
        cmocka_unit_test(timers_are_due_in_their_order_and_not_in_that_of_setting),
        cmocka_unit_test(a_timer_queues_its_dpc_once),
        cmocka_unit_test(a_periodic_timer_is_due_again_and_again_until_it_is_cancelled),
        cmocka_unit_test(a_cancelled_timer_is_never_due),
        cmocka_unit_test(memory_may_go_as_soon_as_a_timer_is_over),
        cmocka_unit_test(misused_timers_are_bugchecks),
    };
    return RUN_TESTS(tests);
}
