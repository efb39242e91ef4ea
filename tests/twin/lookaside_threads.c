/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Several threads on one list, with the tuner beside them: every entry has one owner at a time, and
 * all come back. The counters may be off, as in Windows; the entries may not. Caught by
 * ThreadSanitizer: counters as plain variables. */
#include "twin_test.h"

#include <pthread.h>
#include <stdlib.h>

#define THREADS 4
#define ROUNDS 3000
#define HELD 16

static LOOKASIDE_LIST_EX list;
static LONG live; /* entries that the callbacks gave and did not get back */

static PVOID counting_allocate(POOL_TYPE type, SIZE_T size, ULONG tag, PLOOKASIDE_LIST_EX from)
{
    (void)from;
    (void)InterlockedIncrement(&live);
    return ExAllocatePoolWithTag(type, size, tag);
}

static VOID counting_free(PVOID entry, PLOOKASIDE_LIST_EX to)
{
    (void)to;
    (void)InterlockedDecrement(&live);
    ExFreePool(entry);
}

static void *traffic(void *name)
{
    PVOID entries[HELD];

    for (int round = 0; round < ROUNDS / 10; round++) {
        for (size_t i = 0; i < HELD; i++) {
            entries[i] = ExAllocateFromLookasideListEx(&list);
            ((PVOID *)entries[i])[1] = name;
        }
        for (size_t i = 0; i < HELD; i++) {
            if (((PVOID *)entries[i])[1] != name) {
                abort(); /* two threads have it */
            }
            ExFreeToLookasideListEx(&list, entries[i]);
        }
    }
    return NULL;
}

TEST(an_entry_has_one_owner_and_all_come_back)
{
    pthread_t threads[THREADS];
    static int names[THREADS];
    assert_int_equal(ExInitializeLookasideListEx(&list, counting_allocate, counting_free,
                                                 NonPagedPoolNx, 0, 64, 'Test', 0),
                     STATUS_SUCCESS);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, traffic, &names[i]), 0);
    }
    for (int i = 0; i < 300; i++) {
        wdk_tick();
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    assert_int_equal(live, ExQueryDepthSList(&list.L.ListHead));
    ExDeleteLookasideListEx(&list);
    assert_int_equal(live, 0);
}

/* Twice the start, twice the stop: the thread is one, and gone in the end. */
TEST(the_tuners_thread)
{
    wdk_tuner_start();
    wdk_tuner_start();
    wdk_tuner_stop();
    wdk_tuner_stop();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_has_one_owner_and_all_come_back),
        cmocka_unit_test(the_tuners_thread),
    };
    return RUN_TESTS(tests);
}
