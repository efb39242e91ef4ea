/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* SLISTs in several threads, which give the memory of what they popped back at once: the pop that
 * reads a freed entry is found by AddressSanitizer, one that publishes too early by
 * ThreadSanitizer, a lost or doubled entry by the sums. Caught: pops without their lock
 * (AddressSanitizer, within a second), a compare-exchange of the entry's half alone. */
#include "twin_test.h"

#include <pthread.h>
#include <stdlib.h>

#define THREADS 4
#define ROUNDS 20000

struct item {
    SLIST_ENTRY link;
    ULONGLONG number;
};

static SLIST_HEADER head;
static ULONGLONG pushed;
static ULONGLONG popped;

static struct item *item_new(ULONGLONG number)
{
    struct item *item = NULL;

    if (posix_memalign((void **)&item, 16, sizeof(*item)) != 0) {
        abort();
    }
    item->number = number;
    return item;
}

static void count_chain(PSLIST_ENTRY chain, ULONGLONG *sum)
{
    while (chain != NULL) {
        struct item *item = CONTAINING_RECORD(chain, struct item, link);
        chain = chain->Next;
        *sum += item->number;
        free(item);
    }
}

static void *traffic(void *argument)
{
    ULONGLONG seed = (ULONG_PTR)argument;
    ULONGLONG in = 0;
    ULONGLONG out = 0;

    for (ULONG i = 0; i < ROUNDS; i++) {
        ULONGLONG number = seed * ROUNDS + i;
        in += number;
        (void)InterlockedPushEntrySList(&head, &item_new(number)->link);
        if (i % 1000 == 999) {
            count_chain(InterlockedFlushSList(&head), &out);
        } else {
            PSLIST_ENTRY entry = InterlockedPopEntrySList(&head);
            if (entry != NULL) {
                entry->Next = NULL;
                count_chain(entry, &out);
            }
        }
    }
    (void)__atomic_fetch_add(&pushed, in, __ATOMIC_SEQ_CST);
    (void)__atomic_fetch_add(&popped, out, __ATOMIC_SEQ_CST);
    return NULL;
}

TEST(what_goes_in_comes_out_once_while_memory_is_freed)
{
    pthread_t threads[THREADS];
    InitializeSListHead(&head);
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, traffic, (void *)(i + 1)), 0);
    }
    for (size_t i = 0; i < THREADS; i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    count_chain(InterlockedFlushSList(&head), &popped);
    assert_int_equal(QueryDepthSList(&head), 0);
    assert_int_equal(popped, pushed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_goes_in_comes_out_once_while_memory_is_freed),
    };
    return RUN_TESTS(tests);
}
