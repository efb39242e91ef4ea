/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The reader has its own words for what the library writes down, and its own arithmetic for where
 * entries lie: both are the library's. */
#include "cmocka_test.h"

#include "format.h"
#include "grid.h"
#include "inspection.h"
#include "layout.h"

#define SAME_PLACE(reader, library, member)                                                        \
    assert_int_equal(offsetof(struct reader, member), offsetof(struct library, member))

TEST(the_structs_have_the_same_members_at_the_same_places)
{
    assert_int_equal(sizeof(struct format_inspection), sizeof(struct inspection));
    SAME_PLACE(format_inspection, inspection, magic);
    SAME_PLACE(format_inspection, inspection, self);
    SAME_PLACE(format_inspection, inspection, format);
    SAME_PLACE(format_inspection, inspection, size);
    SAME_PLACE(format_inspection, inspection, version);
    SAME_PLACE(format_inspection, inspection, records);
    SAME_PLACE(format_inspection, inspection, record_count);
    SAME_PLACE(format_inspection, inspection, record_size);
    SAME_PLACE(format_inspection, inspection, field_size);
    SAME_PLACE(format_inspection, inspection, registry);
    SAME_PLACE(format_inspection, inspection, threads);
    assert_int_equal(sizeof(struct format_record), sizeof(struct inspection_record));
    SAME_PLACE(format_record, inspection_record, name);
    SAME_PLACE(format_record, inspection_record, fields);
    SAME_PLACE(format_record, inspection_record, size);
    SAME_PLACE(format_record, inspection_record, field_count);
    assert_int_equal(sizeof(struct format_field), sizeof(struct inspection_field));
    SAME_PLACE(format_field, inspection_field, name);
    SAME_PLACE(format_field, inspection_field, offset);
    SAME_PLACE(format_field, inspection_field, size);
    SAME_PLACE(format_field, inspection_field, shift);
    SAME_PLACE(format_field, inspection_field, bits);
    SAME_PLACE(format_field, inspection_field, type);
    SAME_PLACE(format_field, inspection_field, unit);
    SAME_PLACE(format_field, inspection_field, kind);
}

TEST(the_numbers_mean_the_same)
{
    assert_int_equal(FORMAT_KNOWN, INSPECTION_FORMAT);
    assert_string_equal(FORMAT_MAGIC, INSPECTION_MAGIC);
    assert_int_equal(FORMAT_NUMBER, INSPECTION_NUMBER);
    assert_int_equal(FORMAT_ADDRESS, INSPECTION_ADDRESS);
    assert_int_equal(FORMAT_TEXT, INSPECTION_TEXT);
    assert_int_equal(FORMAT_INLINE, INSPECTION_INLINE);
    assert_int_equal(FORMAT_NO_UNIT, INSPECTION_NO_UNIT);
    assert_int_equal(FORMAT_ENTRIES, INSPECTION_ENTRIES);
    assert_int_equal(FORMAT_BYTES, INSPECTION_BYTES);
    assert_int_equal(FORMAT_MILLISECONDS, INSPECTION_MILLISECONDS);
    assert_int_equal(FORMAT_RECORDS, INSPECTION_RECORDS);
    assert_int_equal(FORMAT_CONSTANT, INSPECTION_CONSTANT);
    assert_int_equal(FORMAT_COUNTER, INSPECTION_COUNTER);
    assert_int_equal(FORMAT_GAUGE, INSPECTION_GAUGE);
    assert_int_equal(FORMAT_LINK, INSPECTION_LINK);
    assert_int_equal(FORMAT_LOCK, INSPECTION_LOCK);
}

TEST(entries_lie_where_the_library_puts_them)
{
    for (size_t size = 8; size < 200000; size += size / 7 + 8) {
        for (size_t alignment = 16; alignment <= 4096; alignment *= 4) {
            struct layout layout = layout_of(size, alignment);
            struct grid grid = {layout.stride, layout.group_size, layout.group_shift};
            assert_true(grid_makes_sense(&grid));
            for (uint64_t index = 0; index < 5000; index += 1 + index / 3) {
                uint64_t offset = layout_offset(&layout, index);
                uint64_t found;
                assert_int_equal(grid_offset(&grid, index), offset);
                assert_true(grid_index(&grid, offset + layout.stride - 1, &found));
                assert_int_equal(found, index);
            }
        }
    }
}

TEST(what_lies_between_two_groups_is_no_entry)
{
    struct layout layout = layout_of(64, 16);
    struct grid grid = {layout.stride, layout.group_size, layout.group_shift};
    uint64_t index;

    assert_false(grid_index(&grid, layout.group_size - 1, &index));
    assert_true(grid_index(&grid, layout.group_size, &index));
    assert_int_equal(index, 1u << layout.group_shift);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_structs_have_the_same_members_at_the_same_places),
        cmocka_unit_test(the_numbers_mean_the_same),
        cmocka_unit_test(entries_lie_where_the_library_puts_them),
        cmocka_unit_test(what_lies_between_two_groups_is_no_entry),
    };
    return RUN_TESTS(tests);
}
