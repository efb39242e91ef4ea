/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The arena alone: runs, buddies, chunks, and whose an address is.
 *
 * Caught: an owner found for granules that no run covers, merging that stops early, a lost upper
 * half at a split, OS pages kept after a free, free runs forgotten while others of their order
 * are left, a freed run's directory entries left behind, addresses beyond 48 bits folded onto
 * our own. */
#include "unit.h"

#include "arena.h"

#include <pthread.h>
#include <stdlib.h>

#define GRANULES (ARENA_CHUNK / ARENA_GRANULE)
#define MIB ((size_t)1 << 20)

void *real_os_map(size_t size, size_t alignment) REAL(os_map);
void *our_os_map(size_t size, size_t alignment) INSTEAD_OF(os_map);
void *real_os_reserve(size_t size, size_t alignment) REAL(os_reserve);
void *our_os_reserve(size_t size, size_t alignment) INSTEAD_OF(os_reserve);
bool real_os_commit(void *base, size_t size) REAL(os_commit);
bool our_os_commit(void *base, size_t size) INSTEAD_OF(os_commit);

static bool no_addresses;
static bool no_memory; /* behind addresses */

void *our_os_map(size_t size, size_t alignment)
{
    return no_addresses ? NULL : real_os_map(size, alignment);
}

void *our_os_reserve(size_t size, size_t alignment)
{
    return no_addresses ? NULL : real_os_reserve(size, alignment);
}

bool our_os_commit(void *base, size_t size)
{
    return no_memory ? false : real_os_commit(base, size);
}

static char owners[8]; /* addresses to be owners */

static char *chunk_of(void *run)
{
    return (char *)((uintptr_t)run & ~(uintptr_t)(ARENA_CHUNK - 1));
}

static void *alloc_run(size_t size, void *owner)
{
    void *run = arena_alloc(size, owner, false);
    assert_non_null(run);
    return run;
}

static void assert_owner(const void *base, size_t size, const void *owner)
{
    for (size_t at = 0; at < size; at += ARENA_GRANULE) {
        assert_ptr_equal(arena_owner((const char *)base + at), owner);
        assert_ptr_equal(arena_owner((const char *)base + at + ARENA_GRANULE - 1), owner);
    }
}

TEST(a_run_size_is_a_power_of_two_from_a_granule_to_a_chunk_or_whole_chunks)
{
    assert_int_equal(arena_run_size(0), ARENA_GRANULE);
    assert_int_equal(arena_run_size(1), ARENA_GRANULE);
    assert_int_equal(arena_run_size(ARENA_GRANULE), ARENA_GRANULE);
    assert_int_equal(arena_run_size(ARENA_GRANULE + 1), 2 * ARENA_GRANULE);
    assert_int_equal(arena_run_size(5000), 8192);
    assert_int_equal(arena_run_size(3 * MIB), ARENA_CHUNK);
    assert_int_equal(arena_run_size(ARENA_CHUNK), ARENA_CHUNK);
    assert_int_equal(arena_run_size(ARENA_CHUNK + 1), 2 * ARENA_CHUNK);
    assert_int_equal(arena_run_size(3 * ARENA_CHUNK), 3 * ARENA_CHUNK);
}

TEST(a_run_of_every_size_is_aligned_to_it_writable_and_owned_from_end_to_end)
{
    for (size_t size = ARENA_GRANULE; size <= ARENA_CHUNK; size *= 2) {
        char *run = alloc_run(size, &owners[0]);
        assert_int_equal((uintptr_t)run % size, 0);
        run[0] = 1;
        run[size - 1] = 1;
        assert_owner(run, size, &owners[0]);
        arena_free(run, size);
        assert_owner(run, size, NULL);
    }
    arena_trim();
}

TEST(neighbours_have_their_own_owners)
{
    char *runs[4];
    const size_t sizes[] = {ARENA_GRANULE, 4 * ARENA_GRANULE, ARENA_GRANULE, 64 * ARENA_GRANULE};
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        runs[i] = alloc_run(sizes[i], &owners[i]);
    }
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        assert_owner(runs[i], sizes[i], &owners[i]);
    }
    for (size_t i = 0; i < COUNT_OF(runs); i++) {
        arena_free(runs[i], sizes[i]);
    }
}

TEST(what_was_never_handed_out_has_no_owner)
{
    arena_trim();
    char *run = alloc_run(ARENA_GRANULE, &owners[0]);
    char *chunk = chunk_of(run);
    for (size_t i = 0; i < GRANULES; i++) {
        char *granule = chunk + i * ARENA_GRANULE;
        assert_ptr_equal(arena_owner(granule), granule == run ? &owners[0] : NULL);
    }
    arena_free(run, ARENA_GRANULE);
}

TEST(what_is_left_of_a_freed_run_has_no_owner)
{
    arena_trim();
    char *large = alloc_run(8 * ARENA_GRANULE, &owners[0]);
    char *beside = alloc_run(8 * ARENA_GRANULE, &owners[2]);
    arena_free(large, 8 * ARENA_GRANULE);
    char *small = alloc_run(ARENA_GRANULE, &owners[1]);
    assert_ptr_equal(small, large);
    assert_owner(small, ARENA_GRANULE, &owners[1]);
    assert_owner(small + ARENA_GRANULE, 7 * ARENA_GRANULE, NULL);
    arena_free(small, ARENA_GRANULE);
    arena_free(beside, 8 * ARENA_GRANULE);
}

TEST(buddies_merge_until_the_chunk_is_whole)
{
    static char *runs[GRANULES];
    uint64_t random = 7;

    arena_trim();
    for (size_t i = 0; i < GRANULES; i++) {
        runs[i] = alloc_run(ARENA_GRANULE, &owners[i % 8]);
        assert_ptr_equal(chunk_of(runs[i]), chunk_of(runs[0])); /* one chunk is enough */
    }
    for (size_t left = GRANULES; left > 0; left--) {
        size_t i = next_random(&random) % left;
        arena_free(runs[i], ARENA_GRANULE);
        runs[i] = runs[left - 1];
    }
    /* The whole chunk was kept in hand, and serves the next run of its size. */
    char *whole = alloc_run(ARENA_CHUNK, &owners[0]);
    assert_ptr_equal(whole, chunk_of(runs[0]));
    arena_free(whole, ARENA_CHUNK);
    assert_false(is_mapped(whole));
}

TEST(every_free_run_of_a_chunk_is_used_before_another_chunk_is_mapped)
{
    static char *runs[GRANULES];

    arena_trim();
    for (size_t i = 0; i < GRANULES; i++) {
        runs[i] = alloc_run(ARENA_GRANULE, &owners[0]);
    }
    for (size_t i = 0; i < GRANULES; i += 2) {
        arena_free(runs[i], ARENA_GRANULE);
    }
    for (size_t i = 0; i < GRANULES; i += 2) {
        runs[i] = alloc_run(ARENA_GRANULE, &owners[0]);
        assert_ptr_equal(chunk_of(runs[i]), chunk_of(runs[1]));
    }
    for (size_t i = 0; i < GRANULES; i++) {
        arena_free(runs[i], ARENA_GRANULE);
    }
}

TEST(a_chunk_in_hand_serves_small_runs_again_and_goes_at_a_trim)
{
    arena_trim();
    char *run = alloc_run(ARENA_GRANULE, &owners[0]);
    arena_free(run, ARENA_GRANULE);
    assert_true(is_mapped(run));
    char *again = alloc_run(4 * ARENA_GRANULE, &owners[0]);
    assert_ptr_equal(chunk_of(again), chunk_of(run));
    arena_free(again, 4 * ARENA_GRANULE);
    arena_trim();
    assert_false(is_mapped(run));
    assert_null(arena_owner(run));
}

TEST(runs_of_several_chunks_are_whole_and_are_unmapped_when_freed)
{
    for (size_t chunks = 1; chunks <= 4; chunks++) {
        for (int huge = 0; huge <= 1; huge++) {
            size_t size = chunks * ARENA_CHUNK;
            char *run = arena_alloc(size, &owners[1], huge != 0);
            assert_non_null(run);
            assert_int_equal((uintptr_t)run % ARENA_CHUNK, 0);
            assert_owner(run, size, &owners[1]);
            run[0] = 1;
            run[size - 1] = 1;
            assert_int_equal(arena_free(run, size), size);
            assert_owner(run, size, NULL);
            assert_false(is_mapped(run));
            assert_false(is_mapped(run + size - 1));
        }
    }
}

TEST(a_freed_runs_addresses_are_forgotten_even_when_its_record_serves_again)
{
    const size_t size = 4 * ARENA_CHUNK;
    char *old = arena_alloc(size, &owners[1], true);
    assert_non_null(old);
    arena_free(old, size);
    char *fresh = arena_alloc(ARENA_CHUNK, &owners[2], true);
    assert_non_null(fresh);
    for (char *at = old; at < old + size; at += ARENA_CHUNK) {
        assert_ptr_equal(arena_owner(at), chunk_of(at) == fresh ? &owners[2] : NULL);
    }
    arena_free(fresh, ARENA_CHUNK);
}

TEST(freed_memory_goes_back_to_the_system_at_once)
{
    const size_t size = 64 * system_page_size();
    char *stays = alloc_run(ARENA_GRANULE, &owners[0]);
    char *run = alloc_run(size, &owners[1]);
    memset(run, 1, size);
    assert_int_equal(resident_pages(run, size), 64);
    assert_int_equal(arena_free(run, size), size);
    assert_int_equal(resident_pages(run, size), 0);
    arena_free(stays, ARENA_GRANULE);
}

TEST(an_os_page_of_small_runs_goes_back_with_the_last_of_them)
{
    const size_t page = system_page_size();
    const size_t in_page = page / ARENA_GRANULE;

    arena_trim();
    char *first = alloc_run(page, &owners[0]); /* so that the next runs begin an OS page */
    char *runs[64] = {NULL};
    for (size_t i = 0; i < in_page; i++) {
        runs[i] = alloc_run(ARENA_GRANULE, &owners[1]);
        runs[i][0] = 1;
        assert_ptr_equal(runs[i], runs[0] + i * ARENA_GRANULE);
    }
    for (size_t i = 0; i + 1 < in_page; i++) {
        assert_int_equal(arena_free(runs[i], ARENA_GRANULE), 0);
        assert_int_equal(resident_pages(runs[0], page), 1); /* others live there */
    }
    assert_true(arena_free(runs[in_page - 1], ARENA_GRANULE) >= ARENA_GRANULE);
    assert_int_equal(resident_pages(runs[0], page), 0);
    arena_free(first, page);
}

TEST(a_chunk_kept_in_hand_holds_no_memory)
{
    arena_trim();
    char *run = alloc_run(MIB, &owners[0]);
    memset(run, 1, MIB);
    assert_int_equal(arena_free(run, MIB), MIB);
    assert_int_equal(resident_pages(chunk_of(run), ARENA_CHUNK), 0);
}

TEST(foreign_addresses_have_no_owner)
{
    char *run = alloc_run(ARENA_GRANULE, &owners[0]);
    int on_the_stack = 0;
    char *from_malloc = malloc(100);
    const uintptr_t addresses[] = {
        0,
        1,
        (uintptr_t)&on_the_stack,
        (uintptr_t)from_malloc,
        (uintptr_t)owners,
        (uintptr_t)foreign_addresses_have_no_owner,
        UINT64_C(0x00007fffffffffff),
        UINT64_C(0x0000800000000000), /* the first that is not canonical */
        UINT64_C(0x8000000000000000),
        UINT64_C(0xffff800000000000), /* the kernel's half */
        UINT64_C(0xfffff80002c49280),
        UINTPTR_MAX,
        (uintptr_t)run | UINT64_C(1) << 48, /* ours but for one bit */
        (uintptr_t)run | UINT64_C(1) << 63,
        (uintptr_t)chunk_of(run) - 1,
        (uintptr_t)chunk_of(run) + ARENA_CHUNK,
    };
    for (size_t i = 0; i < COUNT_OF(addresses); i++) {
        assert_null(arena_owner((void *)addresses[i]));
    }
    free(from_malloc);
    arena_free(run, ARENA_GRANULE);
}

static void try_without(bool *what)
{
    arena_trim();
    char *warm = alloc_run(ARENA_CHUNK, &owners[0]); /* leaves a chunk record behind */
    arena_free(warm, ARENA_CHUNK);
    size_t mappings = mapping_count();
    *what = true;
    assert_null(arena_alloc(ARENA_GRANULE, &owners[0], false));
    assert_null(arena_alloc(ARENA_CHUNK, &owners[0], false));
    assert_null(arena_alloc(2 * ARENA_CHUNK, &owners[0], false));
    *what = false;
    char *run = alloc_run(ARENA_GRANULE, &owners[0]);
    assert_owner(run, ARENA_GRANULE, &owners[0]);
    arena_free(run, ARENA_GRANULE);
    arena_trim();
    assert_int_equal(mapping_count(), mappings);
}

TEST(without_addresses_there_is_no_run_and_nothing_is_lost)
{
    try_without(&no_addresses);
}

TEST(without_memory_there_is_no_run_and_nothing_is_lost)
{
    try_without(&no_memory);
}

TEST(a_run_that_got_no_memory_leaves_its_neighbours_alone)
{
    char *beside = alloc_run(4 * ARENA_GRANULE, &owners[0]);
    memset(beside, 1, 4 * ARENA_GRANULE);
    no_memory = true;
    for (size_t size = ARENA_GRANULE; size < ARENA_CHUNK; size *= 2) {
        assert_null(arena_alloc(size, &owners[1], false));
    }
    no_memory = false;
    assert_owner(beside, 4 * ARENA_GRANULE, &owners[0]);
    assert_null(arena_owner(beside + 4 * ARENA_GRANULE));
    for (size_t i = 0; i < 4 * ARENA_GRANULE; i++) {
        assert_int_equal(beside[i], 1);
    }
    arena_free(beside, 4 * ARENA_GRANULE);
}

/* ---- the model: a plain list of intervals ---- */

#define RUNS 300

struct run {
    char *base;
    size_t size;
    void *owner;
};

static void assert_no_overlap(const struct run *runs, size_t count, const struct run *fresh)
{
    for (size_t i = 0; i < count; i++) {
        assert_true(runs[i].base + runs[i].size <= fresh->base ||
                    fresh->base + fresh->size <= runs[i].base);
    }
}

/* Every granule of the chunk that the address lies in belongs to whom the model says. */
static void assert_chunk_is_as_modelled(const struct run *runs, size_t count, char *chunk)
{
    void *expected[GRANULES] = {NULL};
    for (size_t i = 0; i < count; i++) {
        if (chunk_of(runs[i].base) != chunk) {
            continue;
        }
        size_t first = (size_t)(runs[i].base - chunk) / ARENA_GRANULE;
        for (size_t j = 0; j < runs[i].size / ARENA_GRANULE && j < GRANULES; j++) {
            expected[first + j] = runs[i].owner;
        }
    }
    for (size_t i = 0; i < GRANULES; i++) {
        assert_ptr_equal(arena_owner(chunk + i * ARENA_GRANULE + 5), expected[i]);
    }
}

TEST(any_sequence_agrees_with_a_list_of_intervals)
{
    static struct run runs[RUNS];
    size_t count = 0;
    uint64_t random = 42;
    const size_t steps = rounds(30000);

    for (size_t step = 0; step < steps; step++) {
        bool grow = next_random(&random) % RUNS >= count;
        if (grow && count < RUNS) {
            unsigned order = (unsigned)(next_random(&random) % 13); /* granule to chunk */
            size_t size =
                next_random(&random) % 200 == 0 ? 2 * ARENA_CHUNK : ARENA_GRANULE << order;
            void *owner = &owners[next_random(&random) % 8];
            runs[count] = (struct run){arena_alloc(size, owner, false), size, owner};
            assert_non_null(runs[count].base);
            assert_no_overlap(runs, count, &runs[count]);
            count++;
        } else if (count > 0) {
            size_t i = next_random(&random) % count;
            char *chunk = chunk_of(runs[i].base);
            assert_owner(runs[i].base, runs[i].size, runs[i].owner);
            arena_free(runs[i].base, runs[i].size);
            runs[i] = runs[--count];
            if (step % 16 == 0) {
                assert_chunk_is_as_modelled(runs, count, chunk);
            }
        }
    }
    while (count > 0) {
        count--;
        arena_free(runs[count].base, runs[count].size);
        assert_null(arena_owner(runs[count].base));
    }
    arena_trim();
}

/* ---- threads ---- */

static void *churn(void *argument)
{
    uint64_t random = *(const uint64_t *)argument;
    size_t count = rounds(3000);
    char mine;

    for (size_t i = 0; i < count; i++) {
        size_t size = ARENA_GRANULE << next_random(&random) % 13;
        char *run = arena_alloc(size, &mine, false);
        CHECK(run != NULL, "no run of %zu bytes", size);
        CHECK(arena_owner(run + size - 1) == &mine, "a run is somebody else's");
        arena_free(run, size);
    }
    return NULL;
}

TEST(an_owner_is_found_while_other_threads_come_and_go)
{
    pthread_t threads[2];
    uint64_t seeds[] = {1, 2};
    char *run = alloc_run(ARENA_GRANULE, &owners[0]);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, churn, &seeds[i]), 0);
    }
    for (size_t i = 0; i < rounds(100000); i++) {
        CHECK(arena_owner(run) == &owners[0], "the owner went away");
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
    arena_free(run, ARENA_GRANULE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_run_size_is_a_power_of_two_from_a_granule_to_a_chunk_or_whole_chunks),
        cmocka_unit_test(a_run_of_every_size_is_aligned_to_it_writable_and_owned_from_end_to_end),
        cmocka_unit_test(neighbours_have_their_own_owners),
        cmocka_unit_test(what_was_never_handed_out_has_no_owner),
        cmocka_unit_test(what_is_left_of_a_freed_run_has_no_owner),
        cmocka_unit_test(buddies_merge_until_the_chunk_is_whole),
        cmocka_unit_test(every_free_run_of_a_chunk_is_used_before_another_chunk_is_mapped),
        cmocka_unit_test(a_chunk_in_hand_serves_small_runs_again_and_goes_at_a_trim),
        cmocka_unit_test(runs_of_several_chunks_are_whole_and_are_unmapped_when_freed),
        cmocka_unit_test(a_freed_runs_addresses_are_forgotten_even_when_its_record_serves_again),
        cmocka_unit_test(freed_memory_goes_back_to_the_system_at_once),
        cmocka_unit_test(an_os_page_of_small_runs_goes_back_with_the_last_of_them),
        cmocka_unit_test(a_chunk_kept_in_hand_holds_no_memory),
        cmocka_unit_test(foreign_addresses_have_no_owner),
        cmocka_unit_test(without_addresses_there_is_no_run_and_nothing_is_lost),
        cmocka_unit_test(without_memory_there_is_no_run_and_nothing_is_lost),
        cmocka_unit_test(a_run_that_got_no_memory_leaves_its_neighbours_alone),
        cmocka_unit_test(any_sequence_agrees_with_a_list_of_intervals),
        cmocka_unit_test(an_owner_is_found_while_other_threads_come_and_go),
    };
    return RUN_TESTS(tests);
}
