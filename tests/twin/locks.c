/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Spin locks, fast and guarded mutexes: that they exclude, what they do to the IRQL, and each way
 * to misuse them, with the code that Driver Verifier documents. Caught: a lock that lets two
 * threads in; a mutex without the hand-over to a waiter (a lost wake-up, hence a hang). */
#include "twin_test.h"

#include <pthread.h>

#define THREADS 4
#define ROUNDS 5000

/* ---- Exclusion ---- */

static struct {
    KSPIN_LOCK spin;
    FAST_MUTEX fast;
    KGUARDED_MUTEX guarded;
    LONG counter; /* plain: only the lock keeps it right */
} shared;

static void *with_spin_lock(void *unused)
{
    KIRQL irql;
    for (int i = 0; i < ROUNDS; i++) {
        KeAcquireSpinLock(&shared.spin, &irql);
        shared.counter++;
        KeReleaseSpinLock(&shared.spin, irql);
    }
    return unused;
}

static void *with_queued_spin_lock(void *unused)
{
    KLOCK_QUEUE_HANDLE handle;
    for (int i = 0; i < ROUNDS; i++) {
        KeAcquireInStackQueuedSpinLock(&shared.spin, &handle);
        shared.counter++;
        KeReleaseInStackQueuedSpinLock(&handle);
    }
    return unused;
}

static void *with_fast_mutex(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        ExAcquireFastMutex(&shared.fast);
        shared.counter++;
        ExReleaseFastMutex(&shared.fast);
    }
    return unused;
}

static void *with_guarded_mutex(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        KeAcquireGuardedMutex(&shared.guarded);
        shared.counter++;
        KeReleaseGuardedMutex(&shared.guarded);
    }
    return unused;
}

static void *with_try(void *unused)
{
    for (int done = 0; done < ROUNDS;) {
        KIRQL irql = KeRaiseIrqlToDpcLevel();
        if (KeTryToAcquireSpinLockAtDpcLevel(&shared.spin)) {
            shared.counter++;
            KeReleaseSpinLockFromDpcLevel(&shared.spin);
            done++;
        }
        KeLowerIrql(irql);
    }
    return unused;
}

static void assert_excludes(void *(*body)(void *unused))
{
    pthread_t threads[THREADS];
    shared.counter = 0;
    KeInitializeSpinLock(&shared.spin);
    ExInitializeFastMutex(&shared.fast);
    KeInitializeGuardedMutex(&shared.guarded);
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, body, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(shared.counter, THREADS * ROUNDS);
}

TEST(one_thread_at_a_time_is_inside)
{
    assert_excludes(with_spin_lock);
    assert_excludes(with_queued_spin_lock);
    assert_excludes(with_fast_mutex);
    assert_excludes(with_guarded_mutex);
    assert_excludes(with_try);
}

/* ---- The IRQL ---- */

TEST(spin_locks_raise_and_restore_the_irql)
{
    KSPIN_LOCK lock;
    KLOCK_QUEUE_HANDLE handle;
    KIRQL before;
    KeInitializeSpinLock(&lock);
    KfRaiseIrql(APC_LEVEL);
    KeAcquireSpinLock(&lock, &before);
    assert_int_equal(before, APC_LEVEL);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    assert_false(KeTestSpinLock(&lock));
    KeReleaseSpinLock(&lock, before);
    assert_int_equal(KeGetCurrentIrql(), APC_LEVEL);
    assert_true(KeTestSpinLock(&lock));
    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    assert_int_equal(KeGetCurrentIrql(), DISPATCH_LEVEL);
    KeReleaseInStackQueuedSpinLock(&handle);
    assert_int_equal(KeGetCurrentIrql(), APC_LEVEL);
    KeLowerIrql(PASSIVE_LEVEL);
}

TEST(fast_mutexes_raise_to_APC_LEVEL_and_guarded_ones_do_not)
{
    FAST_MUTEX mutex;
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    assert_int_equal(KeGetCurrentIrql(), APC_LEVEL);
    ExReleaseFastMutex(&mutex);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeAcquireGuardedMutex(&mutex);
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    assert_true(KeAreApcsDisabled());
    assert_false(ExTryToAcquireFastMutex(&mutex));
    assert_int_equal(KeGetCurrentIrql(), PASSIVE_LEVEL);
    KeReleaseGuardedMutex(&mutex);
    assert_false(KeAreApcsDisabled());
    assert_true(KeTryToAcquireGuardedMutex(&mutex));
    KeReleaseGuardedMutex(&mutex);
    KeEnterCriticalRegion();
    ExAcquireFastMutexUnsafe(&mutex);
    ExReleaseFastMutexUnsafe(&mutex);
    KeLeaveCriticalRegion();
}

TEST(list_operations_under_a_lock_tell_what_was_there)
{
    KSPIN_LOCK lock;
    LIST_ENTRY head;
    LIST_ENTRY a;
    LIST_ENTRY b;
    SINGLE_LIST_ENTRY single = {NULL};
    SINGLE_LIST_ENTRY c;
    KeInitializeSpinLock(&lock);
    InitializeListHead(&head);
    assert_null(ExInterlockedInsertTailList(&head, &a, &lock));
    assert_ptr_equal(ExInterlockedInsertHeadList(&head, &b, &lock), &a);
    assert_ptr_equal(ExInterlockedRemoveHeadList(&head, &lock), &b);
    assert_ptr_equal(ExInterlockedRemoveHeadList(&head, &lock), &a);
    assert_null(ExInterlockedRemoveHeadList(&head, &lock));
    assert_null(ExInterlockedPushEntryList(&single, &c, &lock));
    assert_ptr_equal(ExInterlockedPopEntryList(&single, &lock), &c);
    assert_null(ExInterlockedPopEntryList(&single, &lock));
}

/* ---- Misuse of spin locks ---- */

static KSPIN_LOCK lock;

static void acquire_twice(void *unused)
{
    KIRQL irql;
    (void)unused;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &irql);
    KeAcquireSpinLock(&lock, &irql);
}

static void release_free(void *unused)
{
    (void)unused;
    KeInitializeSpinLock(&lock);
    KfRaiseIrql(DISPATCH_LEVEL);
    KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
}

static void release_below_dispatch(void *unused)
{
    KIRQL irql;
    (void)unused;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &irql);
    KeLowerIrql(PASSIVE_LEVEL);
    KeReleaseSpinLock(&lock, irql);
}

static void acquire_above_dispatch(void *unused)
{
    KIRQL irql;
    (void)unused;
    KeInitializeSpinLock(&lock);
    KfRaiseIrql(HIGH_LEVEL);
    KeAcquireSpinLock(&lock, &irql);
}

static void acquire_dpc_at_passive(void *unused)
{
    (void)unused;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLockAtDpcLevel(&lock);
}

static void release_dpc_at_passive(void *unused)
{
    KIRQL irql;
    (void)unused;
    KeInitializeSpinLock(&lock);
    KeAcquireSpinLock(&lock, &irql);
    KeLowerIrql(irql);
    KeReleaseSpinLockFromDpcLevel(&lock);
}

static void release_queued_as_plain(void *unused)
{
    KLOCK_QUEUE_HANDLE handle;
    (void)unused;
    KeInitializeSpinLock(&lock);
    KeAcquireInStackQueuedSpinLock(&lock, &handle);
    KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
}

static void *acquire_and_keep(void *unused)
{
    KIRQL irql;
    KeAcquireSpinLock(&lock, &irql);
    return unused;
}

static void release_of_another_thread(void *unused)
{
    pthread_t thread;
    (void)unused;
    KeInitializeSpinLock(&lock);
    assert_int_equal(pthread_create(&thread, NULL, acquire_and_keep, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    KfRaiseIrql(DISPATCH_LEVEL);
    KeReleaseSpinLock(&lock, PASSIVE_LEVEL);
}

TEST(misused_spin_locks_are_bugcheck_C4)
{
    expect_bugcheck(acquire_twice, NULL, 0xC4, 0x1000);
    expect_bugcheck(release_free, NULL, 0xC4, 0x1007);
    expect_bugcheck(release_below_dispatch, NULL, 0xC4, 0x32);
    expect_bugcheck(acquire_above_dispatch, NULL, 0xC4, 0x42);
    expect_bugcheck(acquire_dpc_at_passive, NULL, 0xC4, 0x40);
    expect_bugcheck(release_dpc_at_passive, NULL, 0xC4, 0x41);
    expect_bugcheck(release_queued_as_plain, NULL, 0xC4, 0x1009);
    expect_bugcheck(release_of_another_thread, NULL, 0xC4, 0x1004);
}

/* ---- Misuse of mutexes ---- */

static FAST_MUTEX mutex;

static void mutex_acquire_twice(void *unused)
{
    (void)unused;
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
}

static void mutex_acquire_at_dispatch(void *unused)
{
    (void)unused;
    ExInitializeFastMutex(&mutex);
    KfRaiseIrql(DISPATCH_LEVEL);
    ExAcquireFastMutex(&mutex);
}

static void mutex_release_at_passive(void *unused)
{
    (void)unused;
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutex(&mutex);
    KeLowerIrql(PASSIVE_LEVEL);
    ExReleaseFastMutex(&mutex);
}

static void mutex_release_free(void *unused)
{
    (void)unused;
    ExInitializeFastMutex(&mutex);
    KfRaiseIrql(APC_LEVEL);
    ExReleaseFastMutex(&mutex);
}

static void *mutex_acquire_and_keep(void *unused)
{
    ExAcquireFastMutex(&mutex);
    return unused;
}

static void mutex_release_of_another_thread(void *unused)
{
    pthread_t thread;
    (void)unused;
    ExInitializeFastMutex(&mutex);
    assert_int_equal(pthread_create(&thread, NULL, mutex_acquire_and_keep, NULL), 0);
    assert_int_equal(pthread_join(thread, NULL), 0);
    KfRaiseIrql(APC_LEVEL);
    ExReleaseFastMutex(&mutex);
}

static void mutex_unsafe_acquire(void *unused)
{
    (void)unused;
    ExInitializeFastMutex(&mutex);
    ExAcquireFastMutexUnsafe(&mutex);
}

static void leave_region(void *unused)
{
    (void)unused;
    KeLeaveCriticalRegion();
}

TEST(misused_fast_mutexes_are_bugcheck_C4)
{
    expect_bugcheck(mutex_acquire_twice, NULL, 0xC4, 0x1000);
    expect_bugcheck(mutex_acquire_at_dispatch, NULL, 0xC4, 0x33);
    expect_bugcheck(mutex_release_at_passive, NULL, 0xC4, 0x34);
    expect_bugcheck(mutex_release_free, NULL, 0xC4, 0x1007);
    expect_bugcheck(mutex_release_of_another_thread, NULL, 0xC4, 0x1004);
    expect_bugcheck(mutex_unsafe_acquire, NULL, 0xC4, 0x39);
    expect_bugcheck(leave_region, NULL, 0xC4, 0x3E);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_thread_at_a_time_is_inside),
        cmocka_unit_test(spin_locks_raise_and_restore_the_irql),
        cmocka_unit_test(fast_mutexes_raise_to_APC_LEVEL_and_guarded_ones_do_not),
        cmocka_unit_test(list_operations_under_a_lock_tell_what_was_there),
        cmocka_unit_test(misused_spin_locks_are_bugcheck_C4),
        cmocka_unit_test(misused_fast_mutexes_are_bugcheck_C4),
    };
    return RUN_TESTS(tests);
}
