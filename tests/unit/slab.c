/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The slab pool alone: which entries it hands out, and what it says to those that come back.
 *
 * Caught: a hint that skips freed words, an emptied slab that keeps its bitmap, each verdict's
 * check left out, a remembered slab that is gone, entries handed out highest first, a reserve
 * that lets empties go. */
#include "slab_fixture.h"

#include <stdlib.h>

TEST(a_pool_maps_nothing_before_the_first_entry)
{
    struct slab_pool pool;
    slab_pool_init(&pool, 64, 16, false);
    assert_int_equal(pool.bytes, 0);
    assert_int_equal(pool.metadata, 0);
    destroy_pool(&pool);
}

TEST(entries_lie_side_by_side_rounded_up_to_their_alignment)
{
    const struct {
        size_t size;
        size_t alignment;
        size_t stride;
    } cases[] = {{8, 16, 16},   {8, 8, 8},       {1, 1, 1},         {17, 16, 32},
                 {100, 4, 100}, {100, 64, 128},  {4096, 16, 4096},  {24, 4096, 4096},
                 {48, 16, 48},  {5000, 8, 5000}, {5000, 256, 5120}, {4097, 4096, 8192}};
    for (size_t i = 0; i < COUNT_OF(cases); i++) {
        struct slab_pool pool;
        void *entries[6];
        slab_pool_init(&pool, cases[i].size, cases[i].alignment, false);
        assert_int_equal(pool.layout.stride, cases[i].stride);
        take_entries(&pool, entries, COUNT_OF(entries));
        for (size_t j = 0; j < COUNT_OF(entries); j++) {
            assert_int_equal((uintptr_t)entries[j] % cases[i].alignment, 0);
            assert_int_equal((char *)entries[0] - (char *)entries[j], j * cases[i].stride);
        }
        destroy_pool(&pool);
    }
}

TEST(the_lowest_entry_comes_last_so_that_a_stack_hands_it_out_first)
{
    struct slab_pool pool;
    void *entries[3];
    slab_pool_init(&pool, 64, 16, false);
    take_entries(&pool, entries, 3);
    assert_true(entries[0] > entries[1] && entries[1] > entries[2]);
    destroy_pool(&pool);
}

TEST(fresh_entries_are_not_touched)
{
    struct slab_pool pool;
    void *entries[256];
    slab_pool_init(&pool, 4096, 16, false);
    take_entries(&pool, entries, COUNT_OF(entries));
    for (size_t i = 0; i < COUNT_OF(entries); i++) {
        assert_int_equal(resident_pages(entries[i], 4096), 0);
    }
    destroy_pool(&pool);
}

TEST(a_cached_entry_keeps_its_content)
{
    struct slab_pool pool;
    void *entries[2];
    slab_pool_init(&pool, 64, 16, false);
    take_entries(&pool, entries, 2); /* one stays out, so that the slab does not begin anew */
    memset(entries[0], 0x5a, 64);
    assert_int_equal(slab_free(&pool, entries[0], NOW), SLAB_TAKEN);
    char expected[64];
    memset(expected, 0x5a, sizeof(expected));
    assert_memory_equal(entries[0], expected, sizeof(expected));
    destroy_pool(&pool);
}

/* ---- verdicts ---- */

/* Frees what must not be freed; the pool must not have changed. */
static void assert_refused(struct slab_pool *pool, void *entry, enum slab_verdict expected)
{
    const struct slab_pool before = *pool;
    assert_int_equal(slab_free(pool, entry, NOW), expected);
    assert_memory_equal(pool, &before, sizeof(before));
}

TEST(a_pointer_of_no_slab_is_not_an_entry)
{
    struct slab_pool pool;
    void *entry;
    int on_the_stack;
    void *from_malloc = malloc(64);
    slab_pool_init(&pool, 64, 16, false);
    assert_refused(&pool, &on_the_stack, SLAB_NOT_AN_ENTRY);
    take_entries(&pool, &entry, 1);
    assert_refused(&pool, &on_the_stack, SLAB_NOT_AN_ENTRY);
    assert_refused(&pool, from_malloc, SLAB_NOT_AN_ENTRY);
    assert_refused(&pool, (void *)UINTPTR_MAX, SLAB_NOT_AN_ENTRY);
    free(from_malloc);
    destroy_pool(&pool);
}

TEST(an_entry_of_another_pool_is_told_from_a_stranger)
{
    struct slab_pool pool;
    struct slab_pool other;
    void *entry;
    slab_pool_init(&pool, 64, 16, false);
    slab_pool_init(&other, 64, 16, false);
    take_entries(&other, &entry, 1);
    assert_refused(&pool, entry, SLAB_OF_ANOTHER_LIST);
    assert_int_equal(slab_free(&other, entry, NOW), SLAB_TAKEN);
    destroy_pool(&pool);
    destroy_pool(&other);
}

TEST(every_address_of_a_slab_but_the_start_of_an_entry_is_interior)
{
    struct slab_pool pool;
    void *entries[32];
    size_t count = 0;
    slab_pool_init(&pool, 96, 32, false);
    do {
        take_entries(&pool, &entries[count++], 1);
    } while (pool.free > 0);
    const size_t size = (size_t)pool.bytes; /* of the one run, which is aligned to it */
    char *base = (char *)((uintptr_t)entries[0] & ~(size - 1));
    for (char *at = base; at < base + size; at++) {
        size_t i = 0;
        while (i < count && entries[i] != at) {
            i++;
        }
        if (i == count) {
            assert_refused(&pool, at, SLAB_INTERIOR);
        }
    }
    destroy_pool(&pool);
}

TEST(an_entry_that_was_never_handed_out_is_refused)
{
    struct slab_pool pool;
    void *entries[2];
    slab_pool_init(&pool, 64, 16, false);
    take_entries(&pool, entries, 2);
    assert_refused(&pool, (char *)entries[0] + 64, SLAB_NEVER_ALLOCATED);
    destroy_pool(&pool);
}

TEST(an_entry_is_taken_back_once)
{
    struct slab_pool pool;
    void *entries[2];
    slab_pool_init(&pool, 64, 16, false);
    take_entries(&pool, entries, 2);
    assert_int_equal(slab_free(&pool, entries[0], NOW), SLAB_TAKEN);
    assert_refused(&pool, entries[0], SLAB_ALREADY_FREE);
    void *again;
    take_entries(&pool, &again, 1);
    assert_ptr_equal(again, entries[0]);
    assert_int_equal(slab_free(&pool, again, NOW), SLAB_TAKEN); /* handed out anew: fine */
    destroy_pool(&pool);
}

TEST(an_entry_of_a_slab_that_went_back_is_not_an_entry)
{
    struct slab_pool pool;
    void *entry;
    slab_pool_init(&pool, 64, 16, false);
    take_entries(&pool, &entry, 1);
    give_entries(&pool, &entry, 1);
    slab_trim(&pool);
    assert_refused(&pool, entry, SLAB_NOT_AN_ENTRY);
    destroy_pool(&pool);
}

/* ---- what is handed out again ---- */

TEST(an_empty_slab_begins_anew)
{
    struct slab_pool pool;
    void *entries[6]; /* fewer than the first slab holds */
    void *again[3];
    slab_pool_init(&pool, 64, 16, false);
    take_entries(&pool, entries, COUNT_OF(entries));
    give_entries(&pool, entries, COUNT_OF(entries));
    assert_refused(&pool, entries[4], SLAB_ALREADY_FREE);
    take_entries(&pool, again, COUNT_OF(again));
    for (size_t i = 0; i < COUNT_OF(again); i++) {
        assert_ptr_equal(again[i], entries[COUNT_OF(entries) - COUNT_OF(again) + i]);
    }
    destroy_pool(&pool);
}

TEST(freed_entries_come_back_exactly_once_in_every_word_of_the_bitmap)
{
    static void *entries[8192];
    static void *freed[8192];
    struct slab_pool pool;
    size_t held = 0;
    uint64_t random = 9;
    slab_pool_init(&pool, 16, 16, false);
    while (held < 4000 || pool.free > 0) { /* slabs of about 64 to 2048 entries, all full */
        take_entries(&pool, &entries[held++], 1);
    }
    const uint64_t slabs = pool.slab_count;

    for (int turn = 0; turn < 20; turn++) {
        size_t count = 0;
        for (size_t i = 0; i < held; i++) {
            if (next_random(&random) % 3 == 0) {
                freed[count++] = entries[i];
                give_entries(&pool, &entries[i], 1);
                entries[i] = NULL;
            }
        }
        assert_int_equal(pool.free, count);
        for (size_t i = 0; i < held; i++) {
            if (entries[i] == NULL) {
                take_entries(&pool, &entries[i], 1);
                *(void **)entries[i] = &entries[i]; /* says who has it */
            }
        }
        assert_int_equal(pool.slab_count, slabs);
        for (size_t i = 0; i < count; i++) {
            void **taken_by = *(void ***)freed[i];
            assert_ptr_equal(*taken_by, freed[i]);
        }
    }
    destroy_pool(&pool);
}

TEST(entries_larger_than_an_os_page_work_up_to_16_mib)
{
    const size_t sizes[] = {5000, 65536, MIB, MIB + 16, 3 * MIB, 4 * MIB, 4 * MIB + 16, 16 * MIB};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        struct slab_pool pool;
        void *entries[3];
        slab_pool_init(&pool, sizes[i], 16, false);
        take_entries(&pool, entries, COUNT_OF(entries));
        for (size_t j = 0; j < COUNT_OF(entries); j++) {
            mark_entry(entries[j], sizes[i], j);
        }
        for (size_t j = 0; j < COUNT_OF(entries); j++) {
            check_entry(entries[j], sizes[i], j);
        }
        assert_refused(&pool, (char *)entries[1] + sizes[i] / 2, SLAB_INTERIOR);
        give_entries(&pool, entries, COUNT_OF(entries));
        assert_refused(&pool, entries[1],
                       arena_owner(entries[1]) == NULL ? SLAB_NOT_AN_ENTRY : SLAB_ALREADY_FREE);
        destroy_pool(&pool);
    }
}

/* ---- the model: two pools and a plain array of what is out ---- */

#define LIVE 3000

struct live {
    void *entry;
    unsigned pool;
    uint64_t owner;
};

static struct {
    struct slab_pool pools[2];
    struct live live[LIVE];
    size_t count;
    uint64_t out[2];
    uint64_t now;
    size_t size;
} model;

static void model_take(uint64_t random)
{
    void *entries[40];
    unsigned which = (unsigned)(random & 1);
    size_t wanted = 1 + (random >> 8) % COUNT_OF(entries);
    if (model.count + wanted > LIVE) {
        return;
    }
    size_t taken = slab_alloc(&model.pools[which], entries, wanted, model.now);
    assert_int_equal(taken, wanted);
    for (size_t i = 0; i < taken; i++) {
        struct live *live = &model.live[model.count++];
        *live = (struct live){entries[i], which, next_random(&random)};
        mark_entry(live->entry, model.size, live->owner);
    }
    model.out[which] += taken;
}

static void model_give(uint64_t random)
{
    if (model.count == 0) {
        return;
    }
    struct live *chosen = &model.live[(random >> 8) % model.count];
    struct slab_pool *pool = &model.pools[chosen->pool];
    struct live live = *chosen;
    check_entry(live.entry, model.size, live.owner);
    assert_refused(&model.pools[1 - live.pool], live.entry, SLAB_OF_ANOTHER_LIST);
    assert_refused(pool, (char *)live.entry + 1, SLAB_INTERIOR);
    assert_int_equal(slab_free(pool, live.entry, model.now), SLAB_TAKEN);
    *chosen = model.live[--model.count];
    model.out[live.pool]--;
    const struct slab_pool before = *pool;
    assert_int_not_equal(slab_free(pool, live.entry, model.now), SLAB_TAKEN);
    assert_memory_equal(pool, &before, sizeof(before));
}

/* Takes more than it gives for some thousand steps, then the other way round. */
static void model_step(size_t step, uint64_t random)
{
    struct slab_pool *pool = &model.pools[random & 1];
    unsigned choice = (unsigned)(random >> 40) % 1000;

    if (choice < 3) {
        slab_trim(pool);
    } else if (choice < 6) {
        assert_int_equal(slab_reserve(pool, (random >> 8) % 500), LOOKASIDE_OK);
    } else if (choice < 10) {
        model.now += (random >> 8) % 2000;
    } else if (choice < (step / 3000 % 2 == 0 ? 100u : 20u)) {
        model_take(random);
    } else {
        model_give(random);
    }
}

static void check_pool(const struct slab_pool *pool, uint64_t out)
{
    assert_int_equal(pool->used, out);
    assert_true(pool->free >= pool->reserved);
    assert_true((pool->used + pool->free) * pool->layout.stride <= pool->bytes);
    assert_true((pool->bytes == 0) == (pool->slab_count == 0));
    assert_true((pool->metadata == 0) == (pool->slab_count == 0));
    assert_true(pool->empty_count <= pool->slab_count);
}

TEST(any_sequence_agrees_with_a_plain_array)
{
    const size_t sizes[] = {16, 40, 500, 5000};
    uint64_t random = 77;
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        memset(&model, 0, sizeof(model));
        model.now = NOW;
        model.size = sizes[i];
        slab_pool_init(&model.pools[0], sizes[i], 8, false);
        slab_pool_init(&model.pools[1], sizes[i], 8, false);
        for (size_t step = 0; step < rounds(20000); step++) {
            model_step(step, next_random(&random));
            check_pool(&model.pools[0], model.out[0]);
            check_pool(&model.pools[1], model.out[1]);
        }
        for (size_t j = 0; j < model.count; j++) {
            check_entry(model.live[j].entry, model.size, model.live[j].owner);
        }
        destroy_pool(&model.pools[0]);
        destroy_pool(&model.pools[1]);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        SLAB_TEST(a_pool_maps_nothing_before_the_first_entry),
        SLAB_TEST(entries_lie_side_by_side_rounded_up_to_their_alignment),
        SLAB_TEST(the_lowest_entry_comes_last_so_that_a_stack_hands_it_out_first),
        SLAB_TEST(fresh_entries_are_not_touched),
        SLAB_TEST(a_cached_entry_keeps_its_content),
        SLAB_TEST(a_pointer_of_no_slab_is_not_an_entry),
        SLAB_TEST(an_entry_of_another_pool_is_told_from_a_stranger),
        SLAB_TEST(every_address_of_a_slab_but_the_start_of_an_entry_is_interior),
        SLAB_TEST(an_entry_that_was_never_handed_out_is_refused),
        SLAB_TEST(an_entry_is_taken_back_once),
        SLAB_TEST(an_entry_of_a_slab_that_went_back_is_not_an_entry),
        SLAB_TEST(an_empty_slab_begins_anew),
        SLAB_TEST(freed_entries_come_back_exactly_once_in_every_word_of_the_bitmap),
        SLAB_TEST(entries_larger_than_an_os_page_work_up_to_16_mib),
        SLAB_TEST(any_sequence_agrees_with_a_plain_array),
    };
    return RUN_TESTS(tests);
}
