/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* DPCs: how often, where, with what and in which order their routines run; and memory that is
 * reused while one is queued. A gate, a DPC that spins until the test opens it, holds up the queue,
 * so that no test depends on time. Caught: a routine that ran although its DPC was removed; a flush
 * that did not wait for a routine that had begun; arguments of the second insertion. */
#include "twin_test.h"

#include <pthread.h>

/* ---- A gate ---- */

static KDPC gate;
static LONG is_open;
static LONG is_reached;

static void wait_at_gate(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    (void)dpc;
    (void)context;
    (void)argument1;
    (void)argument2;
    InterlockedExchange(&is_reached, 1);
    while (InterlockedCompareExchange(&is_open, 0, 0) == 0) {
        KeStallExecutionProcessor(50);
    }
}

/* The thread of the DPCs stands at the gate when this returns. */
static void close_gate(void)
{
    is_open = 0;
    is_reached = 0;
    KeInitializeDpc(&gate, wait_at_gate, NULL);
    assert_true(KeInsertQueueDpc(&gate, NULL, NULL));
    while (InterlockedCompareExchange(&is_reached, 0, 0) == 0) {
        KeStallExecutionProcessor(50);
    }
}

static void open_gate(void)
{
    InterlockedExchange(&is_open, 1);
}

/* ---- What has run ---- */

#define MOST 8

static struct {
    LONG count; /* plain, like the rest: a flush orders it */
    PKDPC dpc[MOST];
    PVOID context;
    PVOID argument1;
    PVOID argument2;
    KIRQL irql;
} ran;

static void note(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    ran.dpc[ran.count++ % MOST] = dpc;
    ran.context = context;
    ran.argument1 = argument1;
    ran.argument2 = argument2;
    ran.irql = KeGetCurrentIrql();
}

static int prepare(void **unused)
{
    (void)unused;
    memset(&ran, 0, sizeof(ran));
    return 0;
}

TEST(a_routine_runs_once_at_DISPATCH_LEVEL_with_its_arguments)
{
    KDPC dpc;
    int context = 0;
    KeInitializeDpc(&dpc, note, &context);
    assert_true(KeInsertQueueDpc(&dpc, &ran, &dpc));
    KeFlushQueuedDpcs();
    assert_int_equal(ran.count, 1);
    assert_ptr_equal(ran.dpc[0], &dpc);
    assert_ptr_equal(ran.context, &context);
    assert_ptr_equal(ran.argument1, &ran);
    assert_ptr_equal(ran.argument2, &dpc);
    assert_int_equal(ran.irql, DISPATCH_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
}

TEST(a_queued_dpc_is_not_queued_again_and_keeps_its_arguments)
{
    KDPC dpc;
    KeInitializeDpc(&dpc, note, NULL);
    close_gate();
    assert_true(KeInsertQueueDpc(&dpc, &dpc, NULL));
    assert_false(KeInsertQueueDpc(&dpc, NULL, NULL));
    open_gate();
    KeFlushQueuedDpcs();
    assert_int_equal(ran.count, 1);
    assert_ptr_equal(ran.argument1, &dpc);
    assert_true(KeInsertQueueDpc(&dpc, NULL, NULL));
    KeFlushQueuedDpcs();
    assert_int_equal(ran.count, 2);
}

TEST(a_removed_dpc_does_not_run)
{
    KDPC dpc;
    KeInitializeDpc(&dpc, note, NULL);
    assert_false(KeRemoveQueueDpc(&dpc));
    close_gate();
    assert_true(KeInsertQueueDpc(&dpc, NULL, NULL));
    assert_true(KeRemoveQueueDpc(&dpc));
    assert_false(KeRemoveQueueDpc(&dpc));
    open_gate();
    KeFlushQueuedDpcs();
    assert_int_equal(ran.count, 0);
}

TEST(dpcs_run_in_the_order_of_insertion_and_important_ones_first)
{
    KDPC dpcs[3];
    for (int i = 0; i < 3; i++) {
        KeInitializeDpc(&dpcs[i], note, NULL);
    }
    KeSetImportanceDpc(&dpcs[2], HighImportance);
    close_gate();
    for (int i = 0; i < 3; i++) {
        assert_true(KeInsertQueueDpc(&dpcs[i], NULL, NULL));
    }
    open_gate();
    KeFlushQueuedDpcs();
    assert_int_equal(ran.count, 3);
    assert_ptr_equal(ran.dpc[0], &dpcs[2]);
    assert_ptr_equal(ran.dpc[1], &dpcs[0]);
    assert_ptr_equal(ran.dpc[2], &dpcs[1]);
}

static void free_itself(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    note(dpc, context, argument1, argument2);
    ExFreePoolWithTag(dpc, 'tseT');
}

static void queue_itself_again(PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2)
{
    note(dpc, context, argument1, argument2);
    if (ran.count < 5) {
        (void)KeInsertQueueDpc(dpc, NULL, NULL);
    }
}

TEST(a_routine_may_free_its_dpc_or_queue_it_again)
{
    PKDPC dpc = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(KDPC), 'tseT');
    KDPC again;
    assert_non_null(dpc);
    KeInitializeDpc(dpc, free_itself, NULL);
    assert_true(KeInsertQueueDpc(dpc, NULL, NULL));
    KeFlushQueuedDpcs();
    assert_int_equal(wdk_pool_blocks('tseT'), 0);

    ran.count = 0;
    KeInitializeDpc(&again, queue_itself_again, NULL);
    assert_true(KeInsertQueueDpc(&again, NULL, NULL));
    for (int i = 0; i < 5; i++) {
        KeFlushQueuedDpcs();
    }
    assert_int_equal(ran.count, 5);
}

TEST(the_dpc_of_a_device_has_the_device_as_its_context)
{
    DEVICE_OBJECT device;
    memset(&device, 0, sizeof(device));
    IoInitializeDpcRequest(&device, note);
    IoRequestDpc(&device, NULL, &device);
    KeFlushQueuedDpcs();
    assert_int_equal(ran.count, 1);
    assert_ptr_equal(ran.context, &device);
    assert_null(ran.argument1);
    assert_ptr_equal(ran.argument2, &device);
}

/* ---- Several threads ---- */

#define THREADS 4
#define ROUNDS 500

static LONG inserted;
static KDPC shared;

static void *insert_many(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        if (KeInsertQueueDpc(&shared, NULL, NULL)) {
            InterlockedIncrement(&inserted);
        }
    }
    return unused;
}

TEST(each_insertion_is_one_run)
{
    pthread_t threads[THREADS];
    inserted = 0;
    KeInitializeDpc(&shared, note, NULL);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, insert_many, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    KeFlushQueuedDpcs();
    assert_int_equal(ran.count, inserted);
}

/* ---- Misuse ---- */

static void insert_uninitialized(void *unused)
{
    KDPC dpc;
    (void)unused;
    memset(&dpc, 0, sizeof(dpc));
    KeInsertQueueDpc(&dpc, NULL, NULL);
}

static void initialize_again(void *dpc)
{
    KeInitializeDpc(dpc, note, NULL);
}

static void free_block(void *block)
{
    ExFreePoolWithTag(block, 'tseT');
}

static void flush_at_dispatch(void *unused)
{
    (void)unused;
    KeRaiseIrqlToDpcLevel();
    KeFlushQueuedDpcs();
}

static void aim_too_high(void *dpc)
{
    KeSetTargetProcessorDpc(dpc, 127);
}

TEST(misused_dpcs_are_bugchecks)
{
    PKDPC dpc = ExAllocatePoolWithTag(NonPagedPoolNx, 2 * sizeof(KDPC), 'tseT');
    assert_non_null(dpc);
    expect_bugcheck(insert_uninitialized, NULL, 0xD1, 0);
    expect_bugcheck(flush_at_dispatch, NULL, 0x0A, 0);
    KeInitializeDpc(dpc + 1, note, NULL);
    close_gate();
    assert_true(KeInsertQueueDpc(dpc + 1, NULL, NULL));
    expect_bugcheck(initialize_again, dpc + 1, 0xC7, 1);
    wdk_bugcheck record = expect_bugcheck(free_block, dpc, 0xC7, 1);
    assert_int_equal(record.parameters[1], (ULONG_PTR)(dpc + 1));
    assert_int_equal(record.parameters[2], (ULONG_PTR)dpc);
    assert_int_equal(record.parameters[3], (ULONG_PTR)(dpc + 2));
    open_gate();
    KeFlushQueuedDpcs();
    free_block(dpc);
}

TEST(a_processor_must_exist)
{
    KDPC dpc;
    PROCESSOR_NUMBER first = {0, 0, 0};
    PROCESSOR_NUMBER other_group = {7, 0, 0};
    KeInitializeDpc(&dpc, note, NULL);
    KeSetTargetProcessorDpc(&dpc, 0);
    assert_int_equal(KeSetTargetProcessorDpcEx(&dpc, &first), STATUS_SUCCESS);
    assert_int_equal(KeSetTargetProcessorDpcEx(&dpc, &other_group), STATUS_INVALID_PARAMETER);
    if (KeQueryActiveProcessorCount(NULL) <= 127) {
        expect_bugcheck(aim_too_high, &dpc, 0xC7, 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(a_routine_runs_once_at_DISPATCH_LEVEL_with_its_arguments, prepare),
        cmocka_unit_test_setup(a_queued_dpc_is_not_queued_again_and_keeps_its_arguments, prepare),
        cmocka_unit_test_setup(a_removed_dpc_does_not_run, prepare),
        cmocka_unit_test_setup(dpcs_run_in_the_order_of_insertion_and_important_ones_first,
                               prepare),
        cmocka_unit_test_setup(a_routine_may_free_its_dpc_or_queue_it_again, prepare),
        cmocka_unit_test_setup(the_dpc_of_a_device_has_the_device_as_its_context, prepare),
        cmocka_unit_test_setup(each_insertion_is_one_run, prepare),
        cmocka_unit_test_setup(misused_dpcs_are_bugchecks, prepare),
        cmocka_unit_test(a_processor_must_exist),
    };
    return RUN_TESTS(tests);
}
