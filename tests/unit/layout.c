/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Where entries lie: the arithmetic alone, for every size up to a page and some large ones.
 *
 * Caught: a group that is one entry too long, a rest that counts the step as an entry, an offset
 * inside a step taken for an entry, a step that breaks the alignment. */
#include "unit.h"

#include "layout.h"

static const size_t alignments[] = {1, 8, 16, 64, 128, 256, 512, 4096};

static void for_each_layout(void (*check)(const struct layout *layout, size_t alignment))
{
    for (size_t a = 0; a < sizeof(alignments) / sizeof(alignments[0]); a++) {
        for (size_t size = 8; size <= 200000; size += size < 600 ? 1 : size / 3 + 7) {
            struct layout layout = layout_of(size, alignments[a]);
            check(&layout, alignments[a]);
        }
    }
}

static void check_round_trip(const struct layout *layout, size_t alignment)
{
    size_t before = 0;

    for (size_t index = 0; index < 20000; index += 1 + index / 7) {
        size_t offset = layout_offset(layout, index);
        size_t found = 0;
        assert_int_equal(offset % alignment, 0);
        assert_true(index == 0 || offset >= before + layout->stride);
        assert_true(layout_index(layout, offset, &found));
        assert_int_equal(found, index);
        before = offset;
    }
}

TEST(every_entry_is_aligned_and_found_again_and_overlaps_none)
{
    for_each_layout(check_round_trip);
}

static void check_strangers(const struct layout *layout, size_t alignment)
{
    size_t last = ((size_t)1 << layout->group_shift) - 1;
    size_t end_of_group = layout_offset(layout, last) + layout->stride;
    size_t next_group = layout_offset(layout, last + 1);
    size_t index;

    assert_false(layout->stride > 1 && layout_index(layout, 1, &index));
    assert_int_equal(next_group - end_of_group,
                     last == 0 && next_group == end_of_group ? 0 : layout->step);
    for (size_t offset = end_of_group; offset < next_group; offset++) {
        assert_false(layout_index(layout, offset, &index));
    }
    (void)alignment;
}

TEST(what_is_not_the_start_of_an_entry_is_none)
{
    for_each_layout(check_strangers);
}

static void check_capacity(const struct layout *layout, size_t alignment)
{
    for (size_t bytes = layout->stride; bytes < ((size_t)1 << 22); bytes += bytes / 2 + 61) {
        size_t capacity = layout_capacity(layout, bytes);
        assert_true(capacity >= 1);
        assert_true(layout_offset(layout, capacity - 1) + layout->stride <= bytes);
        assert_true(layout_offset(layout, capacity) + layout->stride > bytes);
    }
    (void)alignment;
}

TEST(the_capacity_is_what_fits_and_not_one_more)
{
    for_each_layout(check_capacity);
}

static void check_overhead(const struct layout *layout, size_t alignment)
{
    size_t bytes = (size_t)4 << 20;
    size_t lost = bytes - layout_capacity(layout, bytes) * layout->stride;

    assert_true(layout->stride > 4096 || lost * 100 <= bytes);
    (void)alignment;
}

TEST(groups_cost_less_than_a_percent_of_a_chunk)
{
    for_each_layout(check_overhead);
}

TEST(slabs_begin_at_eight_different_steps_as_far_as_there_is_room)
{
    struct layout layout = layout_of(64, 16);
    for (uint32_t number = 0; number < 32; number++) {
        assert_int_equal(layout_start(&layout, number, 1000), number % 8 * 64);
        assert_true(layout_start(&layout, number, 128) <= 128);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_entry_is_aligned_and_found_again_and_overlaps_none),
        cmocka_unit_test(what_is_not_the_start_of_an_entry_is_none),
        cmocka_unit_test(the_capacity_is_what_fits_and_not_one_more),
        cmocka_unit_test(groups_cost_less_than_a_percent_of_a_chunk),
        cmocka_unit_test(slabs_begin_at_eight_different_steps_as_far_as_there_is_room),
    };
    return RUN_TESTS(tests);
}
