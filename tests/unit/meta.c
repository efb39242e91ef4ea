/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Blocks for records alone: sizes, zeroes, reuse.
 *
 * Caught: a class one doubling too small, quarters of a doubling confused, a recycled block that
 * is not zeroed or stays in its list, overlapping cuts, a missing lock. */
#include "unit.h"

#include "meta.h"

#include <pthread.h>

#define LINE 64u

void *real_os_map(size_t size, size_t alignment) REAL(os_map);
void *our_os_map(size_t size, size_t alignment) INSTEAD_OF(os_map);

static bool no_memory;

void *our_os_map(size_t size, size_t alignment)
{
    return no_memory ? NULL : real_os_map(size, alignment);
}

static bool is_zero(const void *block, size_t size)
{
    const char *bytes = block;
    return bytes[0] == 0 && memcmp(bytes, bytes + 1, size - 1) == 0;
}

TEST(every_size_fits_its_class_and_wastes_at_most_a_fifth_above_256_bytes)
{
    size_t before = 0;
    for (size_t size = 1; size <= 1 << 20; size += size < 10000 ? 1 : 37) {
        size_t class = meta_size(size);
        assert_true(class >= size);
        assert_true(class >= before);
        assert_int_equal(class % LINE, 0);
        if (size > 256) {
            assert_true((class - size) * 5 <= class);
        } else {
            assert_true(class - size < LINE);
        }
        before = class;
    }
}

TEST(a_class_is_its_own_class)
{
    for (size_t size = 1; size <= 1 << 24; size += size / 3 + 1) {
        assert_int_equal(meta_size(meta_size(size)), meta_size(size));
    }
}

TEST(a_block_is_zeroed_aligned_and_as_large_as_promised)
{
    for (size_t size = 1; size <= 4 << 20; size += size / 2 + 1) {
        char *block = meta_alloc(size);
        assert_non_null(block);
        assert_int_equal((uintptr_t)block % LINE, 0);
        assert_true(is_zero(block, meta_size(size)));
        memset(block, 0xff, meta_size(size));
        meta_free(block, size);
    }
}

TEST(a_freed_block_is_the_next_of_its_size_and_zeroed_again)
{
    void *block = meta_alloc(1000);
    memset(block, 0xff, meta_size(1000));
    meta_free(block, 1000);
    void *other = meta_alloc(10);
    assert_ptr_not_equal(other, block);
    void *again = meta_alloc(meta_size(1000));
    assert_ptr_equal(again, block);
    assert_true(is_zero(again, meta_size(1000)));
    meta_free(again, 1000);
    meta_free(other, 10);
}

TEST(freeing_nothing_is_ignored)
{
    meta_free(NULL, 1000);
}

TEST(without_memory_there_is_no_block_and_recycled_ones_still_serve)
{
    void *kept = meta_alloc(300000);
    meta_free(kept, 300000);
    no_memory = true;
    assert_null(meta_alloc(3 << 20)); /* more than is left of a region */
    assert_ptr_equal(meta_alloc(300000), kept);
    no_memory = false;
    void *block = meta_alloc(3 << 20);
    assert_non_null(block);
    meta_free(block, 3 << 20);
    meta_free(kept, 300000);
}

/* ---- any sequence, in any thread: no two owners have one block ---- */

static void *own_blocks(void *argument)
{
    uint64_t random = *(const uint64_t *)argument;
    struct {
        void *block;
        size_t size;
        uint64_t owner;
    } held[50] = {{0}};
    size_t count = rounds(20000);

    for (size_t step = 0; step < count; step++) {
        size_t i = next_random(&random) % COUNT_OF(held);
        if (held[i].block != NULL) {
            check_entry(held[i].block, held[i].size, held[i].owner);
            meta_free(held[i].block, held[i].size);
            held[i].block = NULL;
        } else {
            held[i].size = 16 + (next_random(&random) >> 3) % (16u << next_random(&random) % 12);
            held[i].owner = next_random(&random);
            held[i].block = meta_alloc(held[i].size);
            CHECK(held[i].block != NULL, "no memory for %zu bytes", held[i].size);
            CHECK(is_zero(held[i].block, held[i].size), "a block of %zu is not zeroed",
                  held[i].size);
            mark_entry(held[i].block, held[i].size, held[i].owner);
        }
    }
    for (size_t i = 0; i < COUNT_OF(held); i++) {
        meta_free(held[i].block, held[i].size);
    }
    return NULL;
}

TEST(blocks_in_use_never_overlap_whichever_thread_asks)
{
    pthread_t threads[3];
    uint64_t seeds[] = {1, 2, 3};
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_create(&threads[i], NULL, own_blocks, &seeds[i]), 0);
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_size_fits_its_class_and_wastes_at_most_a_fifth_above_256_bytes),
        cmocka_unit_test(a_class_is_its_own_class),
        cmocka_unit_test(a_block_is_zeroed_aligned_and_as_large_as_promised),
        cmocka_unit_test(a_freed_block_is_the_next_of_its_size_and_zeroed_again),
        cmocka_unit_test(freeing_nothing_is_ignored),
        cmocka_unit_test(without_memory_there_is_no_block_and_recycled_ones_still_serve),
        cmocka_unit_test(blocks_in_use_never_overlap_whichever_thread_asks),
    };
    return RUN_TESTS(tests);
}
