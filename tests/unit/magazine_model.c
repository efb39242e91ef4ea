/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The cache of one list against a model: every pointer has one holder, and what each step moved is
 * counted on the side.
 *
 * Caught: withdrawn not kept up at a deposit, a spill or a flush, a fold that forgets, a
 * capacity beyond the array, the recent half beyond its array, an empty array lost at a load. */
#include "magazine_fixture.h"

#define POINTERS 2000

enum holder { BACKING, USER, CACHE };

static struct {
    enum holder holder[POINTERS];
    uint64_t count[3];
    uint64_t allocations;
    uint64_t frees;
} model;

static void hand(void *pointer, enum holder from, enum holder to)
{
    size_t number = (uintptr_t)pointer / 16;
    assert_true(number < POINTERS);
    assert_int_equal(model.holder[number], from);
    model.holder[number] = to;
    model.count[from]--;
    model.count[to]++;
}

static void *some_pointer_of(enum holder holder, uint64_t random)
{
    for (size_t i = 0; i < POINTERS; i++) {
        size_t number = (random + i) % POINTERS;
        if (model.holder[number] == holder && number != 0) {
            return fake_pointer(number);
        }
    }
    return NULL;
}

static void allocate(struct account *account, uint64_t random)
{
    bool hit = depth_of(account) != 0;
    void *pointer = hit ? lookaside_alloc_at(NULL, cache.place) : NULL;
    if (!hit && cache_load_locked(account)) {
        pointer = cache_take_locked(account);
    }
    if (pointer != NULL) {
        hand(pointer, CACHE, USER);
        model.allocations++;
    } else if ((pointer = some_pointer_of(BACKING, random)) != NULL) {
        hand(pointer, BACKING, USER);
        cache_passed_allocation_locked(&cache, account);
        model.allocations++;
    }
}

static void give_back_spilled(struct magazine *spilled)
{
    for (uint32_t i = 0; i < spilled->count; i++) {
        hand(spilled->entries[i], CACHE, BACKING);
    }
    depot_put_empty(&cache.depot, spilled);
}

static void release(struct account *account, uint64_t random)
{
    void *pointer = some_pointer_of(USER, random);
    if (pointer == NULL) {
        return;
    }
    model.frees++;
    if (depth_of(account) < account->magazine->capacity) {
        lookaside_free_at(NULL, cache.place, pointer);
        hand(pointer, USER, CACHE);
        return;
    }
    struct magazine *spilled = NULL;
    if (!cache_put_locked(account, pointer)) {
        no_memory = random % 8 == 0;
        bool made = cache_make_room_locked(account, &spilled) && cache_put_locked(account, pointer);
        no_memory = false;
        if (spilled != NULL && !cache_keep_locked(&cache, spilled)) {
            give_back_spilled(spilled);
        }
        if (!made) {
            cache_passed_free_locked(&cache, account);
            hand(pointer, USER, BACKING);
            return;
        }
    }
    hand(pointer, USER, CACHE);
}

static void fetch(struct account *account, uint64_t random)
{
    size_t count = cache.depth / 2;
    if (depth_of(account) != 0) {
        return;
    }
    void **space = cache_space_locked(account, &count);
    size_t fetched = 0;
    while (fetched < count && (space[fetched] = some_pointer_of(BACKING, random)) != NULL) {
        hand(space[fetched++], BACKING, CACHE);
    }
    cache_filled_locked(account, fetched);
}

static struct account *step(struct account *account, uint64_t random)
{
    unsigned choice = (unsigned)(random >> 32) % 100;

    if (choice < 45) {
        /* Waves, so that the cache both fills up and runs dry. */
        (model.allocations + model.frees) / 700 % 2 == 0 ? allocate(account, random)
                                                         : release(account, random);
    } else if (choice < 68) {
        allocate(account, random);
    } else if (choice < 90) {
        release(account, random);
    } else if (choice < 94) {
        fetch(account, random);
    } else if (choice < 96) {
        void *flushed = cache_flush_one_locked(&cache, account);
        if (flushed != NULL) {
            hand(flushed, CACHE, BACKING);
        }
    } else if (choice < 98) {
        cache.depth = DEPTH_FLOOR + (uint32_t)random % (MAXIMUM_DEPTH - DEPTH_FLOOR);
        cache.kept.limit = random % 400;
    } else if (choice < 99) {
        account->magazine->word += UINT64_C(1) << 59;
        model.allocations += UINT64_C(1) << 43;
        model.frees += UINT64_C(1) << 43;
    } else {
        cache_close(&cache);
        cache_reopen(&cache);
        account = cache_account(&cache);
    }
    return account;
}

TEST(after_any_step_the_counts_are_those_of_the_model)
{
    struct account *account = cache_account(&cache);
    uint64_t random = 11;
    memset(&model, 0, sizeof(model));
    model.count[BACKING] = POINTERS;

    for (size_t i = 0; i < rounds(100000); i++) {
        account = step(account, next_random(&random));
        uint64_t word = account->magazine->word;
        assert_int_equal(cache.frees + allocations_of(account) + (word & LOOKASIDE_DEPTH_MASK) +
                             account->withdrawn,
                         model.frees);
        struct cache_totals totals = cache_totals_locked(&cache);
        assert_int_equal(totals.allocates, model.allocations);
        assert_int_equal(totals.frees, model.frees);
        assert_int_equal(totals.in_magazines + cache.depot.entries, model.count[CACHE]);
        assert_true(depth_of(account) <= magazine_of(account->magazine->entries)->room);
        assert_true(account->magazine->capacity <= magazine_of(account->magazine->entries)->room);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CACHE_TEST(after_any_step_the_counts_are_those_of_the_model),
    };
    return RUN_TESTS(tests);
}
