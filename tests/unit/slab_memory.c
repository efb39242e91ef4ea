/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The memory under a slab pool: how it grows, what it keeps, reserves and locks, what it costs.
 *
 * Caught: no empty slab kept, empty slabs given back at once, or never, runs that do not double,
 * resident slabs that share OS pages or stay locked, a last OS page left unlocked, no huge pages, a
 * reserve that is never used up or is taken too early, a run or a record lost when locking is
 * refused. */
#include "slab_fixture.h"

#include "os.h"

#define GROWN 1024

/* Takes all entries of so many new slabs; returns how many entries that is. */
static size_t fill_slabs(struct slab_pool *pool, void **entries, size_t room, uint64_t slabs)
{
    const uint64_t target = pool->slab_count + slabs;
    size_t count = 0;
    while (pool->slab_count < target || pool->free > 0) {
        assert_true(count < room);
        take_entries(pool, &entries[count++], 1);
    }
    return count;
}

/* ---- growth ---- */

TEST(a_pool_doubles_with_every_slab_and_then_grows_by_chunks)
{
    static void *entries[200000];
    struct slab_pool pool;
    uint64_t expected = 1024; /* the smallest run that holds eight entries of 64 bytes */
    slab_pool_init(&pool, 64, 16, false);
    while (expected < 12 * MIB) {
        (void)fill_slabs(&pool, entries, COUNT_OF(entries), 1);
        assert_int_equal(pool.bytes, expected);
        expected += expected < ARENA_CHUNK ? expected : ARENA_CHUNK;
    }
    destroy_pool(&pool);
}

TEST(a_slab_holds_at_least_seven_entries_while_they_fit_a_chunk)
{
    for (size_t size = 8; size <= ARENA_CHUNK / 8; size += size / 16 + 8) {
        struct slab_pool pool;
        void *entry;
        slab_pool_init(&pool, size, 1, false);
        take_entries(&pool, &entry, 1);
        assert_true(pool.used + pool.free >= 7); /* eight, less what steps cost */
        destroy_pool(&pool);
    }
}

TEST(huge_pages_are_asked_for_from_the_third_chunk_on)
{
    struct slab_pool pool;
    static void *entries[64];
    slab_pool_init(&pool, MIB / 2, 16, false);
    (void)fill_slabs(&pool, entries, COUNT_OF(entries), 2);
    assert_int_equal(pool.bytes, 2 * ARENA_CHUNK);
    assert_int_equal(huge_runs, 0);
    (void)fill_slabs(&pool, entries, COUNT_OF(entries), 1);
    assert_int_equal(huge_runs, 1);
    destroy_pool(&pool);
}

TEST(with_many_live_entries_slabs_cost_at_most_two_percent)
{
    static void *entries[GROWN];
    for (size_t size = 8; size <= 4096; size += size < 256 ? 8 : 72) {
        struct slab_pool pool;
        slab_pool_init(&pool, size, 8, false);
        while (pool.bytes < 32 * MIB || pool.free > 0) {
            size_t count = pool.free > 0 && pool.free < GROWN ? (size_t)pool.free : GROWN;
            take_entries(&pool, entries, count);
        }
        uint64_t packed = pool.used * size;
        assert_true((pool.bytes + pool.metadata - packed) * 50 <= packed);
        destroy_pool(&pool);
    }
}

/* ---- what is kept ---- */

TEST(slabs_that_lie_empty_for_a_period_go_back_but_one)
{
    struct slab_pool pool;
    static void *entries[GROWN];
    slab_pool_init(&pool, 512, 16, false); /* slabs of 4, 4, 8 and 16 KiB */
    size_t count = fill_slabs(&pool, entries, COUNT_OF(entries), 4);
    assert_int_equal(pool.slab_count, 4);
    give_entries(&pool, entries, count);
    assert_int_equal(pool.used, 0);
    assert_int_equal(pool.empty_count, 4);
    slab_give_back_idle(&pool, NOW + WORKING_SET_PERIOD - 1);
    assert_int_equal(pool.empty_count, 4);
    slab_give_back_idle(&pool, NOW + WORKING_SET_PERIOD);
    slab_give_back_idle(&pool, NOW + 2 * WORKING_SET_PERIOD);
    assert_int_equal(pool.empty_count, 1);
    assert_int_equal(pool.slab_count, 1);
    assert_true(pool.released > 0);
    destroy_pool(&pool);
}

TEST(a_pool_that_swings_pays_for_its_slabs_once_and_gives_them_up_when_idle)
{
    struct slab_pool pool;
    static void *entries[GROWN];
    slab_pool_init(&pool, 512, 16, false);
    size_t count = fill_slabs(&pool, entries, COUNT_OF(entries), 4);
    give_entries(&pool, entries, count);
    for (int swing = 0; swing < 10; swing++) {
        take_entries(&pool, entries, count);
        give_entries(&pool, entries, count);
        assert_int_equal(pool.slab_count, 4);
    }
    assert_int_equal(pool.released, 0);
    /* Now only one entry comes and goes: its slab and one more are enough. */
    for (uint64_t later = 1; later < 5; later++) {
        uint64_t now = NOW + later * (WORKING_SET_PERIOD + 1);
        assert_int_equal(slab_alloc(&pool, entries, 1, now), 1);
        assert_int_equal(slab_free(&pool, entries[0], now), SLAB_TAKEN);
    }
    assert_true(pool.slab_count <= 2);
    destroy_pool(&pool);
}

TEST(a_trim_leaves_no_empty_slab)
{
    struct slab_pool pool;
    void *entry;
    slab_pool_init(&pool, 64, 16, false);
    take_entries(&pool, &entry, 1);
    give_entries(&pool, &entry, 1);
    slab_trim(&pool);
    assert_int_equal(pool.bytes, 0);
    assert_int_equal(pool.metadata, 0);
    assert_int_equal(pool.slab_count, 0);
    take_entries(&pool, &entry, 1); /* the pool still works */
    destroy_pool(&pool);
}

TEST(memory_given_back_is_not_resident)
{
    struct slab_pool pool;
    void *entries[64];
    slab_pool_init(&pool, 4096, 4096, false);
    take_entries(&pool, entries, COUNT_OF(entries));
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        memset(entries[i], 1, 4096);
        assert_true(resident_pages(entries[i], 4096) > 0);
    }
    give_entries(&pool, entries, COUNT_OF(entries));
    slab_trim(&pool);
    arena_trim();
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        assert_int_equal(resident_pages(entries[i], 4096), 0);
    }
    destroy_pool(&pool);
}

/* ---- out of memory, and the reserve ---- */

TEST(without_memory_the_pool_gives_what_it_has_and_says_why_no_more)
{
    struct slab_pool pool;
    void *entries[GROWN];
    slab_pool_init(&pool, 64, 16, false);
    no_memory = true;
    assert_int_equal(slab_alloc(&pool, entries, 4, NOW), 0);
    assert_int_equal(pool.failure, LOOKASIDE_NO_MEMORY);
    assert_int_equal(pool.metadata, 0);
    no_memory = false;
    take_entries(&pool, entries, 1);
    uint64_t left = pool.free;
    no_memory = true;
    assert_int_equal(slab_alloc(&pool, entries, GROWN, NOW), left);
    assert_int_equal(slab_alloc(&pool, entries, 1, NOW), 0);
    destroy_pool(&pool);
}

TEST(reserved_entries_come_when_no_slab_can_be_made_and_are_used_up)
{
    struct slab_pool pool;
    void *entries[100];
    slab_pool_init(&pool, 64, 16, false);
    assert_int_equal(slab_reserve(&pool, COUNT_OF(entries)), LOOKASIDE_OK);
    assert_int_equal(pool.reserved, COUNT_OF(entries));
    no_memory = true;
    uint64_t spare = pool.free - pool.reserved;
    for (uint64_t i = 0; i < spare; i++) {
        take_entries(&pool, entries, 1);
    }
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        take_entries(&pool, &entries[i], 1);
        assert_int_equal(pool.reserved, COUNT_OF(entries) - 1 - i);
    }
    assert_int_equal(slab_alloc(&pool, entries, 1, NOW), 0);
    destroy_pool(&pool);
}

TEST(a_reserve_is_not_touched_while_slabs_can_be_made)
{
    struct slab_pool pool;
    static void *entries[GROWN];
    slab_pool_init(&pool, 64, 16, false);
    assert_int_equal(slab_reserve(&pool, 100), LOOKASIDE_OK);
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        take_entries(&pool, &entries[i], 1);
        assert_int_equal(pool.reserved, 100);
        assert_true(pool.free >= 100);
    }
    give_entries(&pool, entries, COUNT_OF(entries));
    slab_trim(&pool);
    assert_true(pool.free >= 100); /* a trim leaves it, too */
    assert_int_equal(slab_reserve(&pool, 0), LOOKASIDE_OK);
    slab_trim(&pool);
    assert_int_equal(pool.bytes, 0);
    destroy_pool(&pool);
}

TEST(a_reserve_that_cannot_be_had_leaves_the_earlier_one)
{
    struct slab_pool pool;
    slab_pool_init(&pool, 64, 16, false);
    assert_int_equal(slab_reserve(&pool, 10), LOOKASIDE_OK);
    no_memory = true;
    assert_int_equal(slab_reserve(&pool, 100000), LOOKASIDE_NO_MEMORY);
    assert_int_equal(pool.reserved, 10);
    no_memory = false;
    const unsigned before = asked.count;
    assert_int_equal(slab_reserve(&pool, UINT64_MAX), LOOKASIDE_NO_MEMORY);
    assert_int_equal(asked.count, before); /* at once */
    assert_int_equal(pool.reserved, 10);
    destroy_pool(&pool);
}

/* ---- resident pools ---- */

TEST(entries_of_a_resident_pool_are_in_memory_before_they_are_touched)
{
    skip_where_locking_does_nothing();
    const size_t sizes[] = {8, 64, 3000, 5000, 200000};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct slab_pool pool;
        void *entries[20];
        slab_pool_init(&pool, sizes[i], 8, true);
        take_entries(&pool, entries, COUNT_OF(entries));
        for (size_t j = 0; j < COUNT_OF(entries); j++) {
            char *first_page = (char *)((uintptr_t)entries[j] & ~(system_page_size() - 1));
            size_t size = (size_t)((char *)entries[j] + sizes[i] - first_page);
            assert_int_equal(resident_pages(first_page, size),
                             (size + system_page_size() - 1) / system_page_size());
        }
        assert_locked(>=, COUNT_OF(entries) * sizes[i]);
        destroy_pool(&pool);
        assert_locked(==, 0);
    }
}

TEST(resident_pools_share_no_os_page)
{
    skip_where_locking_does_nothing();
    struct slab_pool pools[2];
    void *entries[2];
    for (size_t i = 0; i < COUNT_OF(pools); i++) {
        slab_pool_init(&pools[i], 8, 8, true);
        take_entries(&pools[i], &entries[i], 1);
    }
    assert_true((uintptr_t)entries[0] / system_page_size() !=
                (uintptr_t)entries[1] / system_page_size());
    destroy_pool(&pools[0]);
    assert_int_equal(resident_pages((void *)((uintptr_t)entries[1] & ~(system_page_size() - 1)),
                                    system_page_size()),
                     1);
    destroy_pool(&pools[1]);
}

TEST(when_locking_is_refused_there_is_no_slab_and_the_reason_is_told)
{
    struct slab_pool pool;
    void *entry;
    slab_pool_init(&pool, 64, 16, true);
    no_locking = true;
    assert_int_equal(slab_alloc(&pool, &entry, 1, NOW), 0);
    assert_int_equal(pool.failure, LOOKASIDE_LOCKED_MEMORY_LIMIT);
    assert_int_equal(pool.bytes + pool.metadata + pool.slab_count, 0);
    assert_null(arena_owner(asked.run)); /* the run went back, and so did the record */
    const void *record = asked.owner;
    assert_int_equal(slab_reserve(&pool, 5), LOOKASIDE_LOCKED_MEMORY_LIMIT);
    assert_ptr_equal(asked.owner, record);
    no_locking = false;
    take_entries(&pool, &entry, 1);
    assert_int_equal(pool.failure, LOOKASIDE_OK);
    destroy_pool(&pool);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SLAB_TEST(a_pool_doubles_with_every_slab_and_then_grows_by_chunks),
        SLAB_TEST(a_slab_holds_at_least_seven_entries_while_they_fit_a_chunk),
        SLAB_TEST(huge_pages_are_asked_for_from_the_third_chunk_on),
        SLAB_TEST(with_many_live_entries_slabs_cost_at_most_two_percent),
        SLAB_TEST(slabs_that_lie_empty_for_a_period_go_back_but_one),
        SLAB_TEST(a_pool_that_swings_pays_for_its_slabs_once_and_gives_them_up_when_idle),
        SLAB_TEST(a_trim_leaves_no_empty_slab),
        SLAB_TEST(memory_given_back_is_not_resident),
        SLAB_TEST(without_memory_the_pool_gives_what_it_has_and_says_why_no_more),
        SLAB_TEST(reserved_entries_come_when_no_slab_can_be_made_and_are_used_up),
        SLAB_TEST(a_reserve_is_not_touched_while_slabs_can_be_made),
        SLAB_TEST(a_reserve_that_cannot_be_had_leaves_the_earlier_one),
        SLAB_TEST(entries_of_a_resident_pool_are_in_memory_before_they_are_touched),
        SLAB_TEST(resident_pools_share_no_os_page),
        SLAB_TEST(when_locking_is_refused_there_is_no_slab_and_the_reason_is_told),
    };
    return RUN_TESTS(tests);
}
