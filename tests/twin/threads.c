/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* System threads, their objects and handles, and the clocks. Caught: a thread object that was
 * signalled before the start routine had returned; a handle that kept no reference. */
#include "twin_test.h"

static LONG steps;

static void sleep_and_step(void *context)
{
    LARGE_INTEGER interval = {.QuadPart = -50000};
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_true(PsIsSystemThread(PsGetCurrentThread()));
    assert_int_equal(KeDelayExecutionThread(KernelMode, FALSE, &interval), STATUS_SUCCESS);
    (*(LONG *)context)++; /* plain: the wait for the thread orders it */
}

TEST(a_thread_object_is_signalled_when_the_thread_has_ended)
{
    steps = 0;
    PVOID thread = start_system_thread(sleep_and_step, &steps);
    LARGE_INTEGER none = {.QuadPart = 0};
    assert_ptr_not_equal(thread, KeGetCurrentThread());
    KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, NULL);
    assert_int_equal(steps, 1);
    assert_int_equal(KeWaitForSingleObject(thread, Executive, KernelMode, FALSE, &none),
                     STATUS_SUCCESS);
    ObDereferenceObject(thread);
}

__attribute__((noinline)) static void terminate_deep(LONG depth)
{
    if (depth == 0) {
        InterlockedIncrement(&steps);
        PsTerminateSystemThread(STATUS_SUCCESS);
    }
    if (depth > 0) {
        terminate_deep(depth - 1);
        InterlockedIncrement(&steps);
    }
}

static void terminate(void *unused)
{
    (void)unused;
    terminate_deep(10);
}

TEST(a_thread_ends_itself_from_however_deep)
{
    steps = 0;
    join_system_thread(start_system_thread(terminate, NULL));
    assert_int_equal(steps, 1);
    assert_int_equal(PsTerminateSystemThread(STATUS_SUCCESS), STATUS_INVALID_PARAMETER);
    assert_false(PsIsSystemThread(PsGetCurrentThread()));
}

TEST(many_threads_come_and_go)
{
    PVOID threads[16];
    LONG counters[16] = {0};
    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < 16; i++) {
            threads[i] = start_system_thread(sleep_and_step, &counters[i]);
        }
        for (int i = 0; i < 16; i++) {
            join_system_thread(threads[i]);
            assert_int_equal(counters[i], round + 1);
        }
    }
}

TEST(a_thread_that_cannot_be_created_is_a_status)
{
    HANDLE handle = NULL;
    wdk_fault_everyone(TRUE);
    wdk_fail_allocation(1);
    assert_int_equal(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, terminate, NULL),
                     STATUS_INSUFFICIENT_RESOURCES);
    wdk_fault_everyone(FALSE);
    assert_null(handle);
}

TEST(priorities_are_remembered)
{
    PKTHREAD thread = KeGetCurrentThread();
    KPRIORITY before = KeSetPriorityThread(thread, LOW_REALTIME_PRIORITY);
    assert_int_equal(KeQueryPriorityThread(thread), LOW_REALTIME_PRIORITY);
    assert_int_equal(KeSetPriorityThread(thread, before), LOW_REALTIME_PRIORITY);
}

/* ---- Misuse ---- */

static void close_twice(void *unused)
{
    HANDLE handle;
    (void)unused;
    assert_int_equal(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, terminate, NULL), 0);
    ZwClose(handle);
    ZwClose(handle);
}

static void reference_handle(void *handle)
{
    PVOID object;
    ObReferenceObjectByHandle(handle, 0, NULL, KernelMode, &object, NULL);
}

static void create_at_dispatch(void *unused)
{
    HANDLE handle;
    (void)unused;
    KeRaiseIrqlToDpcLevel();
    PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, terminate, NULL);
}

static void sleep_at_dispatch(void *unused)
{
    LARGE_INTEGER interval = {.QuadPart = -1};
    (void)unused;
    KeRaiseIrqlToDpcLevel();
    KeDelayExecutionThread(KernelMode, FALSE, &interval);
}

static void dereference_too_often(void *unused)
{
    (void)unused;
    for (int i = 0; i < 3; i++) {
        ObDereferenceObject(KeGetCurrentThread()); /* of a test thread: never freed */
    }
}

TEST(misused_threads_and_handles_are_bugchecks)
{
    HANDLE handle;
    PVOID object;
    expect_bugcheck(close_twice, NULL, 0x93, 4);
    expect_bugcheck(reference_handle, NULL, 0xC4, 0xF5);
    expect_bugcheck(reference_handle, (void *)0x4000, 0xC4, 0x3C);
    expect_bugcheck(create_at_dispatch, NULL, 0xC4, 0x2001C);
    expect_bugcheck(sleep_at_dispatch, NULL, 0x0A, 0);
    expect_bugcheck(dereference_too_often, NULL, 0xC4, 0x3F);
    assert_int_equal(PsCreateSystemThread(&handle, 0, NULL, NULL, NULL, terminate, NULL), 0);
    assert_int_equal(
        ObReferenceObjectByHandle(handle, 0, *IoFileObjectType, KernelMode, &object, NULL),
        STATUS_OBJECT_TYPE_MISMATCH);
    ZwClose(handle);
}

/* ---- Clocks and processors ---- */

TEST(clocks_go_forward_at_their_rate)
{
    LARGE_INTEGER frequency;
    LARGE_INTEGER count;
    LARGE_INTEGER ticks;
    LARGE_INTEGER system_time;
    ULONGLONG start = KeQueryInterruptTime();
    count = KeQueryPerformanceCounter(&frequency);
    KeQuerySystemTime(&system_time);
    KeStallExecutionProcessor(2000);
    assert_true(KeQueryInterruptTime() - start >= 20000);
    LONGLONG counted = KeQueryPerformanceCounter(NULL).QuadPart - count.QuadPart;
    assert_true(counted * 1000 >= 2 * frequency.QuadPart);
    ULONGLONG before = KeQueryInterruptTime() / KeQueryTimeIncrement();
    KeQueryTickCount(&ticks);
    ULONGLONG after = KeQueryInterruptTime() / KeQueryTimeIncrement();
    assert_in_range(ticks.QuadPart, before, after);
    assert_true(system_time.QuadPart > 132000000000000000ll); /* 2019 */
}

TEST(the_processors_number_is_below_their_count)
{
    PROCESSOR_NUMBER number;
    KAFFINITY all;
    ULONG count = KeQueryActiveProcessorCount(&all);
    assert_true(KeGetCurrentProcessorNumber() < count);
    assert_true(KeGetCurrentProcessorNumberEx(&number) < count && number.Group == 0);
    assert_int_equal(KeQueryActiveProcessorCountEx(ALL_PROCESSOR_GROUPS), count);
    assert_int_equal(KeQueryActiveProcessorCountEx(1), 0);
    assert_true((all & 1) != 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thread_object_is_signalled_when_the_thread_has_ended),
        cmocka_unit_test(a_thread_ends_itself_from_however_deep),
        cmocka_unit_test(many_threads_come_and_go),
        cmocka_unit_test(a_thread_that_cannot_be_created_is_a_status),
        cmocka_unit_test(priorities_are_remembered),
        cmocka_unit_test(misused_threads_and_handles_are_bugchecks),
        cmocka_unit_test(clocks_go_forward_at_their_rate),
        cmocka_unit_test(the_processors_number_is_below_their_count),
    };
    return RUN_TESTS(tests);
}
