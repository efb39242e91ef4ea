/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What the tests of the magazine room share: a cache with fake pointers for entries, without memory
 * behind them. Each test has a fresh cache. */
#ifndef LOOKASIDE_TESTS_UNIT_MAGAZINE_FIXTURE_H
#define LOOKASIDE_TESTS_UNIT_MAGAZINE_FIXTURE_H

#include "unit.h"

#include "depth.h"
#include "magazine.h"

#define MAXIMUM_DEPTH 256u

void *real_meta_alloc(size_t size) REAL(meta_alloc);
void *our_meta_alloc(size_t size) INSTEAD_OF(meta_alloc);

static bool no_memory;

void *our_meta_alloc(size_t size)
{
    return no_memory ? NULL : real_meta_alloc(size);
}

static struct cache cache;

static int begin(void **state)
{
    (void)state;
    magazines_init();
    no_memory = false;
    cache_init(&cache, MAXIMUM_DEPTH, true);
    return 0;
}

static int end(void **state)
{
    (void)state;
    cache_close(&cache);
    cache_reopen(&cache);
    while (cache.depot.full != NULL) {
        (void)depot_take_one(&cache.depot);
    }
    cache_destroy(&cache);
    assert_int_equal(cache.metadata, 0);
    assert_int_equal(cache.depot.metadata, 0);
    return 0;
}

#define CACHE_TEST(test) cmocka_unit_test_setup_teardown(test, begin, end)

static inline uint32_t depth_of(const struct account *account)
{
    return (uint32_t)cache_loaded(account);
}

static inline uint64_t allocations_of(const struct account *account)
{
    return account->folded + (account->magazine->word >> LOOKASIDE_DEPTH_BITS);
}

/* The calling thread's account, with fake pointers 1 to count in its magazine. */
static inline struct account *loaded(uint32_t depth, uint32_t count)
{
    cache.depth = depth;
    struct account *account = cache_account(&cache);
    CHECK(account != NULL, "no account");
    for (uintptr_t i = 0; i < count; i++) {
        CHECK(cache_put_locked(account, fake_pointer(i + 1)), "no room for entry %zu", i);
    }
    return account;
}

/* The same, of a thread that has also allocated: its last entry was out meanwhile. */
static inline struct account *loaded_and_used(uint32_t depth, uint32_t count)
{
    struct account *account = loaded(depth, count);
    void *entry = cache_take_locked(account);
    CHECK(cache_put_locked(account, entry), "no room for the entry that was taken");
    return account;
}

#endif
