/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Events, semaphores, kernel mutexes; waiting for one or several of them, with and without a
 * timeout. Caught: a synchronization event that let two waiters through; WaitAll that took the
 * objects one by one; a timeout in milliseconds instead of 100 ns. */
#include "twin_test.h"

#define MILLISECOND 10000ll

static NTSTATUS wait(PVOID object, LONGLONG timeout)
{
    LARGE_INTEGER limit = {.QuadPart = timeout};
    return KeWaitForSingleObject(object, Executive, KernelMode, FALSE, &limit);
}

TEST(a_notification_event_stays_a_synchronization_event_is_taken)
{
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    assert_int_equal(wait(&event, 0), STATUS_TIMEOUT);
    assert_int_equal(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 0);
    assert_int_equal(KeSetEvent(&event, IO_NO_INCREMENT, FALSE), 1);
    assert_int_equal(wait(&event, 0), STATUS_SUCCESS);
    assert_int_equal(wait(&event, 0), STATUS_SUCCESS);
    assert_int_equal(KeResetEvent(&event), 1);
    assert_int_equal(wait(&event, 0), STATUS_TIMEOUT);

    KeInitializeEvent(&event, SynchronizationEvent, TRUE);
    assert_int_equal(KeReadStateEvent(&event), 1);
    assert_int_equal(wait(&event, 0), STATUS_SUCCESS);
    assert_int_equal(KeReadStateEvent(&event), 0);
    assert_int_equal(wait(&event, 0), STATUS_TIMEOUT);
    KeSetEvent(&event, IO_NO_INCREMENT, FALSE);
    KeClearEvent(&event);
    assert_int_equal(wait(&event, 0), STATUS_TIMEOUT);
}

TEST(a_semaphore_counts_to_its_limit)
{
    KSEMAPHORE semaphore;
    KeInitializeSemaphore(&semaphore, 1, 3);
    assert_int_equal(wait(&semaphore, 0), STATUS_SUCCESS);
    assert_int_equal(wait(&semaphore, 0), STATUS_TIMEOUT);
    assert_int_equal(KeReleaseSemaphore(&semaphore, 0, 3, FALSE), 0);
    assert_int_equal(KeReadStateSemaphore(&semaphore), 3);
    volatile NTSTATUS status = STATUS_SUCCESS;
    __try {
        KeReleaseSemaphore(&semaphore, 0, 1, FALSE);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    assert_int_equal(status, STATUS_SEMAPHORE_LIMIT_EXCEEDED);
    assert_int_equal(KeReadStateSemaphore(&semaphore), 3);
}

static void try_mutex(void *mutex)
{
    KeRaiseIrqlToDpcLevel();
    assert_int_equal(wait(mutex, 0), STATUS_TIMEOUT);
    KeLowerIrql(PASSIVE_LEVEL);
    volatile NTSTATUS status = STATUS_SUCCESS;
    __try {
        KeReleaseMutex(mutex, FALSE);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        status = GetExceptionCode();
    }
    assert_int_equal(status, STATUS_MUTANT_NOT_OWNED);
}

TEST(a_mutex_is_its_owners_and_recursive)
{
    KMUTEX mutex;
    KeInitializeMutex(&mutex, 0);
    assert_int_equal(KeReadStateMutex(&mutex), 1);
    assert_int_equal(wait(&mutex, 0), STATUS_SUCCESS);
    assert_int_equal(wait(&mutex, 0), STATUS_SUCCESS);
    assert_int_equal(KeReadStateMutex(&mutex), -1);
    join_system_thread(start_system_thread(try_mutex, &mutex));
    assert_int_equal(KeReleaseMutex(&mutex, FALSE), -1);
    assert_int_equal(KeReleaseMutex(&mutex, FALSE), 0);
    assert_int_equal(KeReadStateMutex(&mutex), 1);
}

TEST(timeouts_are_in_units_of_100_ns_from_now_or_a_time)
{
    KEVENT event;
    LARGE_INTEGER now;
    LARGE_INTEGER limit;
    KeInitializeEvent(&event, NotificationEvent, FALSE);
    ULONGLONG start = KeQueryInterruptTime();
    assert_int_equal(wait(&event, -20 * MILLISECOND), STATUS_TIMEOUT);
    ULONGLONG passed = KeQueryInterruptTime() - start;
    assert_true(passed >= 20 * MILLISECOND && passed < 2000 * MILLISECOND);

    KeQuerySystemTime(&now);
    limit.QuadPart = now.QuadPart + 20 * MILLISECOND;
    start = KeQueryInterruptTime();
    assert_int_equal(wait(&event, limit.QuadPart), STATUS_TIMEOUT);
    passed = KeQueryInterruptTime() - start;
    assert_true(passed >= 15 * MILLISECOND && passed < 2000 * MILLISECOND);
    assert_int_equal(wait(&event, now.QuadPart), STATUS_TIMEOUT);
}

TEST(several_objects_are_waited_for_any_or_all)
{
    KEVENT first;
    KEVENT second;
    PVOID both[] = {&first, &second};
    LARGE_INTEGER none = {.QuadPart = 0};
    KeInitializeEvent(&first, SynchronizationEvent, FALSE);
    KeInitializeEvent(&second, SynchronizationEvent, TRUE);
    assert_int_equal(
        KeWaitForMultipleObjects(2, both, WaitAll, Executive, KernelMode, FALSE, &none, NULL),
        STATUS_TIMEOUT);
    assert_int_equal(KeReadStateEvent(&second), 1);
    assert_int_equal(
        KeWaitForMultipleObjects(2, both, WaitAny, Executive, KernelMode, FALSE, &none, NULL),
        STATUS_WAIT_1);
    KeSetEvent(&first, 0, FALSE);
    KeSetEvent(&second, 0, FALSE);
    assert_int_equal(
        KeWaitForMultipleObjects(2, both, WaitAll, Executive, KernelMode, FALSE, NULL, NULL),
        STATUS_SUCCESS);
    assert_int_equal(KeReadStateEvent(&first) + KeReadStateEvent(&second), 0);
}

/* ---- Two threads ---- */

#define ROUNDS 2000

static struct {
    KEVENT ping;
    KEVENT pong;
    LONG turns; /* plain: the events order it */
} game;

static void play(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        KeWaitForSingleObject(&game.ping, Executive, KernelMode, FALSE, NULL);
        game.turns++;
        KeSetEvent(&game.pong, 0, FALSE);
    }
}

static void watch(void *unused)
{
    (void)unused;
    for (int i = 0; i < ROUNDS; i++) {
        KEVENT *events[] = {&game.pong};
        LONG before = game.turns;
        KeSetEvent(&game.ping, 0, FALSE);
        assert_int_equal(KeWaitForMultipleObjects(1, (PVOID *)events, WaitAny, Executive,
                                                  KernelMode, FALSE, NULL, NULL),
                         STATUS_WAIT_0);
        assert_int_equal(game.turns, before + 1);
    }
}

TEST(two_threads_take_turns)
{
    HANDLE handle;
    KeInitializeEvent(&game.ping, SynchronizationEvent, FALSE);
    KeInitializeEvent(&game.pong, SynchronizationEvent, FALSE);
    game.turns = 0;
    assert_int_equal(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, play, NULL), 0);
    watch(NULL);
    ZwClose(handle);
    assert_int_equal(game.turns, ROUNDS);
}

static KSEMAPHORE gate;
static KEVENT one_only;
static LONG passed;

static void pass_once(void *unused)
{
    LARGE_INTEGER limit = {.QuadPart = -100 * MILLISECOND};
    (void)unused;
    if (KeWaitForSingleObject(&one_only, Executive, KernelMode, FALSE, &limit) == STATUS_SUCCESS) {
        InterlockedIncrement(&passed);
    }
    KeReleaseSemaphore(&gate, 0, 1, FALSE);
}

TEST(a_synchronization_event_lets_one_waiter_through)
{
    KeInitializeSemaphore(&gate, 0, 8);
    KeInitializeEvent(&one_only, SynchronizationEvent, FALSE);
    passed = 0;
    for (int i = 0; i < 8; i++) {
        HANDLE handle;
        assert_int_equal(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, pass_once, NULL), 0);
        ZwClose(handle);
    }
    KeSetEvent(&one_only, 0, FALSE);
    for (int i = 0; i < 8; i++) {
        KeWaitForSingleObject(&gate, Executive, KernelMode, FALSE, NULL);
    }
    assert_int_equal(InterlockedCompareExchange(&passed, 0, 0), 1);
}

/* ---- Misuse ---- */

static void wait_for_ever_at_dispatch(void *event)
{
    KeRaiseIrqlToDpcLevel();
    KeWaitForSingleObject(event, Executive, KernelMode, FALSE, NULL);
}

static void wait_a_while_at_dispatch(void *event)
{
    KeRaiseIrqlToDpcLevel();
    wait(event, -MILLISECOND);
}

static void wait_above_dispatch(void *event)
{
    KfRaiseIrql(HIGH_LEVEL);
    wait(event, 0);
}

static void set_above_dispatch(void *event)
{
    KfRaiseIrql(HIGH_LEVEL);
    KeSetEvent(event, 0, FALSE);
}

static void wait_without_init(void *unused)
{
    KEVENT event;
    (void)unused;
    memset(&event, 0, sizeof(event));
    wait(&event, 0);
}

static void wait_for_four(void *event)
{
    PVOID objects[] = {event, event, event, event};
    KeWaitForMultipleObjects(4, objects, WaitAny, Executive, KernelMode, FALSE, NULL, NULL);
}

TEST(misused_waits_are_bugchecks)
{
    KEVENT event;
    KeInitializeEvent(&event, NotificationEvent, TRUE);
    expect_bugcheck(wait_for_ever_at_dispatch, &event, 0xC4, 0x121);
    (void)wdk_set_action(0xC4, 0x121, WDK_IGNORE);
    wait_for_ever_at_dispatch(&event); /* it is signalled */
    (void)wdk_set_action(0xC4, 0x121, WDK_BUGCHECK);
    KeLowerIrql(PASSIVE_LEVEL);
    expect_bugcheck(wait_a_while_at_dispatch, &event, 0xC4, 0x122);
    expect_bugcheck(wait_above_dispatch, &event, 0xC4, 0x120);
    expect_bugcheck(set_above_dispatch, &event, 0xC4, 0x80);
    expect_bugcheck(wait_without_init, NULL, 0xA, 0);
    expect_bugcheck(wait_for_four, &event, 0xC, 4);
    KeRaiseIrqlToDpcLevel();
    assert_int_equal(wait(&event, 0), STATUS_SUCCESS);
    KeLowerIrql(PASSIVE_LEVEL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_notification_event_stays_a_synchronization_event_is_taken),
        cmocka_unit_test(a_semaphore_counts_to_its_limit),
        cmocka_unit_test(a_mutex_is_its_owners_and_recursive),
        cmocka_unit_test(timeouts_are_in_units_of_100_ns_from_now_or_a_time),
        cmocka_unit_test(several_objects_are_waited_for_any_or_all),
        cmocka_unit_test(two_threads_take_turns),
        cmocka_unit_test(a_synchronization_event_lets_one_waiter_through),
        cmocka_unit_test(misused_waits_are_bugchecks),
    };
    return RUN_TESTS(tests);
}
