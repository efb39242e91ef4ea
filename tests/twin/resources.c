/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Executive resources: who may have one together with whom, who overtakes whom, and each way to
 * misuse them, with the documented code. Caught: a release that served only the first of several
 * waiting readers; a reader let in past a waiting writer; one given to a writer while others had
 * it. */
#include "twin_test.h"

#include <pthread.h>

#define THREADS 4
#define ROUNDS 2000
#define TAG 'seRE'

static ERESOURCE resource;
static LONG counter; /* plain: only the resource keeps it right */

/* ---- One thread ---- */

TEST(an_owner_gets_it_again_and_gives_each_back)
{
    ExInitializeResourceLite(&resource);
    KeEnterCriticalRegion();
    assert_true(ExAcquireResourceExclusiveLite(&resource, TRUE));
    assert_true(ExAcquireResourceExclusiveLite(&resource, FALSE));
    assert_true(ExAcquireResourceSharedLite(&resource, FALSE));
    assert_true(ExIsResourceAcquiredExclusiveLite(&resource));
    assert_int_equal(ExIsResourceAcquiredSharedLite(&resource), 3);
    ExReleaseResourceLite(&resource);
    ExReleaseResourceLite(&resource);
    assert_true(ExIsResourceAcquiredExclusiveLite(&resource));
    ExReleaseResourceLite(&resource);
    assert_int_equal(ExIsResourceAcquiredSharedLite(&resource), 0);
    assert_true(ExAcquireResourceSharedLite(&resource, FALSE));
    assert_false(ExTryToAcquireResourceExclusiveLite(&resource));
    ExReleaseResourceLite(&resource);
    KeLeaveCriticalRegion();
    assert_int_equal(ExDeleteResourceLite(&resource), STATUS_SUCCESS);
}

/* ---- Several threads ---- */

struct peer {
    pthread_t thread;
    BOOLEAN (*acquire)(PERESOURCE resource, BOOLEAN wait);
    BOOLEAN wait;
    BOOLEAN acquired;
};

static void *acquire_and_release(void *argument)
{
    struct peer *peer = argument;
    KeEnterCriticalRegion();
    peer->acquired = peer->acquire(&resource, peer->wait);
    if (peer->acquired) {
        ExReleaseResourceLite(&resource);
    }
    KeLeaveCriticalRegion();
    return NULL;
}

static void start(struct peer *peer, BOOLEAN (*acquire)(PERESOURCE, BOOLEAN), BOOLEAN wait)
{
    *peer = (struct peer){.acquire = acquire, .wait = wait};
    assert_int_equal(pthread_create(&peer->thread, NULL, acquire_and_release, peer), 0);
}

static BOOLEAN join(struct peer *peer)
{
    assert_int_equal(pthread_join(peer->thread, NULL), 0);
    return peer->acquired;
}

/* Whether another thread gets it at once. */
static BOOLEAN another_gets_it(BOOLEAN (*acquire)(PERESOURCE, BOOLEAN))
{
    struct peer peer;
    start(&peer, acquire, FALSE);
    return join(&peer);
}

TEST(readers_share_it_and_a_writer_has_it_alone)
{
    ExInitializeResourceLite(&resource);
    ExEnterCriticalRegionAndAcquireResourceShared(&resource);
    assert_true(another_gets_it(ExAcquireResourceSharedLite));
    assert_false(another_gets_it(ExAcquireResourceExclusiveLite));
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
    assert_false(another_gets_it(ExAcquireResourceSharedLite));
    assert_false(another_gets_it(ExAcquireSharedStarveExclusive));
    assert_false(another_gets_it(ExAcquireResourceExclusiveLite));
    ExConvertExclusiveToSharedLite(&resource);
    assert_true(another_gets_it(ExAcquireResourceSharedLite));
    assert_false(another_gets_it(ExAcquireResourceExclusiveLite));
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    assert_true(another_gets_it(ExAcquireResourceExclusiveLite));
    ExDeleteResourceLite(&resource);
}

TEST(nobody_shares_past_a_waiting_writer_but_who_may)
{
    struct peer writer;
    ExInitializeResourceLite(&resource);
    ExEnterCriticalRegionAndAcquireResourceShared(&resource);
    start(&writer, ExAcquireResourceExclusiveLite, TRUE);
    while (ExGetExclusiveWaiterCount(&resource) == 0) {
        KeStallExecutionProcessor(50);
    }
    assert_false(another_gets_it(ExAcquireResourceSharedLite));
    assert_true(another_gets_it(ExAcquireSharedStarveExclusive));
    assert_false(ExAcquireSharedWaitForExclusive(&resource, FALSE));
    assert_true(ExAcquireResourceSharedLite(&resource, FALSE));
    ExReleaseResourceLite(&resource);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    assert_true(join(&writer));
    ExDeleteResourceLite(&resource);
}

TEST(all_waiting_readers_come_in_when_the_writer_leaves)
{
    struct peer readers[6]; /* more than a table of owners holds at first */
    ExInitializeResourceLite(&resource);
    ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
    for (int i = 0; i < 6; i++) {
        start(&readers[i], ExAcquireResourceSharedLite, TRUE);
    }
    while (ExGetSharedWaiterCount(&resource) < 6) {
        KeStallExecutionProcessor(50);
    }
    ExConvertExclusiveToSharedLite(&resource);
    assert_int_equal(ExGetSharedWaiterCount(&resource), 0);
    ExReleaseResourceAndLeaveCriticalRegion(&resource);
    for (int i = 0; i < 6; i++) {
        assert_true(join(&readers[i]));
    }
    ExDeleteResourceLite(&resource);
}

static void *write_often(void *unused)
{
    for (int i = 0; i < ROUNDS; i++) {
        ExEnterCriticalRegionAndAcquireResourceShared(&resource);
        LONG seen = counter;
        assert_true(seen >= 0);
        ExReleaseResourceAndLeaveCriticalRegion(&resource);
        ExEnterCriticalRegionAndAcquireResourceExclusive(&resource);
        counter++;
        ExReleaseResourceAndLeaveCriticalRegion(&resource);
    }
    return unused;
}

TEST(one_writer_at_a_time_is_inside)
{
    pthread_t threads[THREADS];
    ExInitializeResourceLite(&resource);
    counter = 0;
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, write_often, NULL), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(counter, THREADS * ROUNDS);
    ExDeleteResourceLite(&resource);
}

/* ---- Misuse ---- */

static void initialize_twice(void *unused)
{
    (void)unused;
    ExInitializeResourceLite(&resource);
    ExInitializeResourceLite(&resource);
}

static void delete_it(void *unused)
{
    (void)unused;
    ExDeleteResourceLite(&resource);
}

static void acquire(void *unused)
{
    (void)unused;
    ExAcquireResourceSharedLite(&resource, TRUE);
}

static void acquire_in_region(void *unused)
{
    KeEnterCriticalRegion();
    acquire(unused);
}

static void acquire_at_dispatch(void *unused)
{
    KeRaiseIrqlToDpcLevel();
    acquire(unused);
}

static void release(void *unused)
{
    (void)unused;
    ExReleaseResourceLite(&resource);
}

static void share_and_want_it_alone(void *unused)
{
    acquire(unused);
    ExAcquireResourceExclusiveLite(&resource, TRUE);
}

static void convert(void *unused)
{
    (void)unused;
    ExConvertExclusiveToSharedLite(&resource);
}

static void free_memory_of_a_live_one(void *memory)
{
    ExFreePoolWithTag(memory, TAG);
}

TEST(misused_resources_are_bugchecks)
{
    expect_bugcheck(initialize_twice, NULL, 0xC4, 0xD0);
    expect_bugcheck(acquire, NULL, 0xC4, 0x37);
    expect_bugcheck(acquire_at_dispatch, NULL, 0x0A, (ULONG_PTR)0);
    KeEnterCriticalRegion();
    expect_bugcheck(release, NULL, 0xE3, (ULONG_PTR)&resource);
    expect_bugcheck(convert, NULL, 0xE3, (ULONG_PTR)&resource);
    expect_bugcheck(share_and_want_it_alone, NULL, 0xC4, 0x1000);
    KeLeaveCriticalRegion();
    expect_bugcheck(release, NULL, 0xC4, 0x38);
    delete_it(NULL);
    expect_bugcheck(delete_it, NULL, 0xC4, 0xD1);
    expect_bugcheck(acquire_in_region, NULL, 0xC4, 0xD1);
    KeLeaveCriticalRegion();
    PERESOURCE in_pool = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*in_pool), TAG);
    ExInitializeResourceLite(in_pool);
    expect_bugcheck(free_memory_of_a_live_one, in_pool, 0xC4, 0xD2);
    ExDeleteResourceLite(in_pool);
    ExFreePoolWithTag(in_pool, TAG);
}

/* ---- In a driver ---- */

static void unload(PDRIVER_OBJECT driver)
{
    UNREFERENCED_PARAMETER(driver);
}

static NTSTATUS entry(PDRIVER_OBJECT driver, PUNICODE_STRING registry_path)
{
    UNREFERENCED_PARAMETER(registry_path);
    driver->DriverUnload = unload;
    return ExInitializeResourceLite(&resource);
}

static void load_and_unload(void *unused)
{
    PDRIVER_OBJECT driver;
    UNREFERENCED_PARAMETER(unused);
    assert_int_equal(wdk_load_driver(entry, "Resource", &driver), STATUS_SUCCESS);
    wdk_unload_driver(driver);
}

TEST(one_that_is_left_at_unload_is_a_bugcheck)
{
    PDRIVER_OBJECT driver;
    wdk_leftovers left;
    assert_int_equal(wdk_load_driver(entry, "Resource", &driver), STATUS_SUCCESS);
    assert_int_equal(wdk_unload_driver_report(driver, &left), STATUS_SUCCESS);
    assert_int_equal(left.resources, 1);
    expect_bugcheck(load_and_unload, NULL, 0xCE, (ULONG_PTR)entry);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_owner_gets_it_again_and_gives_each_back),
        cmocka_unit_test(readers_share_it_and_a_writer_has_it_alone),
        cmocka_unit_test(nobody_shares_past_a_waiting_writer_but_who_may),
        cmocka_unit_test(all_waiting_readers_come_in_when_the_writer_leaves),
        cmocka_unit_test(one_writer_at_a_time_is_inside),
        cmocka_unit_test(misused_resources_are_bugchecks),
        cmocka_unit_test(one_that_is_left_at_unload_is_a_bugcheck),
    };
    return RUN_TESTS(tests);
}
