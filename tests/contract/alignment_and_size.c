/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Promise: entries of every size from 1 byte to 16 MiB and every alignment up to the OS page are
 * aligned as asked, usable to their last byte, do not overlap, and are packed. Caught: a stride
 * that was not rounded up to the alignment. */
#include "cmocka_test.h"

#include <stdlib.h>

enum { ENTRIES = 9 };

static int by_address(const void *left, const void *right)
{
    uintptr_t a = *(const uintptr_t *)left;
    uintptr_t b = *(const uintptr_t *)right;
    return (a > b) - (a < b);
}

/* Writes and reads the whole of small entries, both ends of large ones. */
static void use(void *entry, size_t size)
{
    size_t part = size < 8192 ? size : 64;
    memset(entry, 0xa5, part);
    memset((char *)entry + size - part, 0x5a, part);
}

static void check_size_and_alignment(size_t size, size_t alignment, lookaside_cache cache)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.alignment = alignment;
    options.cache = cache;
    init_or_fail(&list, size, LOOKASIDE_PAGED, &options);

    void *entries[ENTRIES];
    size_t count = size > ((size_t)1 << 20) ? 2 : ENTRIES;
    take(&list, entries, count);
    for (size_t i = 0; i < count; i++) {
        assert_int_equal((uintptr_t)entries[i] % alignment, 0);
        use(entries[i], size);
    }
    qsort(entries, count, sizeof(*entries), by_address);
    for (size_t i = 1; i < count; i++) {
        assert_true((uintptr_t)entries[i] - (uintptr_t)entries[i - 1] >= size);
    }
    check_laws(&list, "entries out");
    give(&list, entries, count);
    destroy_checked(&list);
}

/* Around every border: the minimum, the OS page, a slab, 1 MiB, the maximum. */
static const size_t sizes[] = {
    1,    7,    8,    9,    15,    16,    17,    24,    64,      100,     1000,    4000,
    4095, 4096, 4097, 8191, 12288, 65535, 65536, 65537, 1000000, 1048576, 5242881, 16777216,
};

TEST(entries_of_every_size_and_alignment_are_aligned_and_do_not_overlap)
{
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        for (size_t alignment = 1; alignment <= system_page_size(); alignment *= 2) {
            check_size_and_alignment(sizes[i], alignment, LOOKASIDE_CACHE_THREAD);
        }
    }
}

TEST(the_same_holds_without_a_cache)
{
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        check_size_and_alignment(sizes[i], 16, LOOKASIDE_CACHE_NONE);
    }
}

TEST(the_default_alignment_is_16)
{
    for (size_t size = 1; size < 200; size++) {
        lookaside_list list = LOOKASIDE_LIST_INIT;
        init_or_fail(&list, size, LOOKASIDE_PAGED, NULL);
        void *entries[ENTRIES];
        take(&list, entries, ENTRIES);
        for (size_t i = 0; i < ENTRIES; i++) {
            assert_int_equal((uintptr_t)entries[i] % 16, 0);
        }
        give(&list, entries, ENTRIES);
        destroy_checked(&list);
    }
}

/* The lowest ratio of mapped to packed bytes while the list grows to `count` live entries: what a
 * list costs when its last slab is as good as full. */
static double best_ratio(size_t size, size_t alignment, size_t count)
{
    lookaside_list list = LOOKASIDE_LIST_INIT;
    lookaside_options options = LOOKASIDE_OPTIONS_INIT;
    options.alignment = alignment;
    init_or_fail(&list, size, LOOKASIDE_PAGED, &options);
    size_t stride = (size + alignment - 1) / alignment * alignment;
    void **entries = malloc(count * sizeof(*entries));
    double best = 1e9;
    for (size_t i = 0; i < count; i++) {
        entries[i] = lookaside_alloc(&list);
        assert_non_null(entries[i]);
        if (i > count / 2) {
            double ratio = (double)statistics_of(&list).mapped_bytes / (double)((i + 1) * stride);
            best = ratio < best ? ratio : best;
        }
    }
    give(&list, entries, count);
    free(entries);
    destroy_checked(&list);
    return best;
}

TEST(entries_up_to_4_KiB_are_packed_with_at_most_2_percent_overhead)
{
    const size_t packed[] = {16, 64, 100, 256, 1000, 1024, 2064, 3000, 4000, 4096};
    for (size_t i = 0; i < COUNT_OF(packed); i++) {
        double ratio = best_ratio(packed[i], 8, (size_t)(4 << 20) / packed[i]);
        if (ratio > 1.02) {
            fail_msg("%zu bytes: %.1f %% overhead", packed[i], 100 * (ratio - 1));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(entries_of_every_size_and_alignment_are_aligned_and_do_not_overlap),
        cmocka_unit_test(the_same_holds_without_a_cache),
        cmocka_unit_test(the_default_alignment_is_16),
        cmocka_unit_test(entries_up_to_4_KiB_are_packed_with_at_most_2_percent_overhead),
    };
    return RUN_TESTS(tests);
}
