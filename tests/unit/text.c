/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Text without printf, held against printf where there is one.
 *
 * Caught: a text that runs over its buffer by one, digits in the wrong order, padding on the wrong
 * side, a tag read from its high end. */
#include "unit.h"

#include <inttypes.h>
#include <stdio.h>

#include "text.h"

static const uint64_t numbers[] = {0, 1, 9, 10, 15, 16, 255, 4096, 1234567890, UINT64_MAX};

static void expect(const struct text *text, const char *wanted)
{
    assert_string_equal(text->start, wanted);
    assert_int_equal(text->length, strlen(wanted));
}

TEST(numbers_are_written_as_printf_writes_them)
{
    for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        char buffer[128];
        char wanted[128];
        struct text text = text_in(buffer, sizeof(buffer));

        text_add_decimal(&text, numbers[i], 10);
        text_add(&text, "|");
        text_add_hex(&text, numbers[i], 16);
        text_add(&text, "|");
        text_add_digits(&text, numbers[i], 4);
        text_add(&text, "|");
        text_add_code(&text, numbers[i]);
        (void)snprintf(wanted, sizeof(wanted),
                       "%10" PRIu64 "|0x%016" PRIx64 "|%04" PRIx64 "|0x%" PRIX64, numbers[i],
                       numbers[i], numbers[i], numbers[i]);
        expect(&text, wanted);
    }
}

TEST(strings_are_padded_on_the_right)
{
    char buffer[64];
    struct text text = text_in(buffer, sizeof(buffer));

    text_add_left(&text, "Size", 6);
    text_add_left(&text, "longer than that", 4);
    text_add_left(&text, "", 2);
    text_add(&text, "|");
    expect(&text, "Size  longer than that  |");
}

TEST(a_tag_is_written_in_memory_order_and_what_cannot_be_printed_as_dots)
{
    char buffer[16];
    struct text text = text_in(buffer, sizeof(buffer));

    text_add_tag(&text, 0x6b576343);
    text_add_tag(&text, 0x7e20007f);
    expect(&text, "CcWk.. ~");
}

TEST(a_text_is_cut_where_its_buffer_ends)
{
    for (size_t size = 1; size < 24; size++) {
        char buffer[32];
        memset(buffer, '#', sizeof(buffer));
        struct text text = text_in(buffer, size);

        text_add(&text, "abc");
        text_add_decimal(&text, 1234, 6);
        text_add_left(&text, "de", 8);
        assert_int_equal(text.length, size - 1 < 17 ? size - 1 : 17);
        assert_int_equal(buffer[text.length], '\0');
        assert_memory_equal(buffer, "abc  1234de      ", text.length);
        assert_int_equal(buffer[size], '#');
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_written_as_printf_writes_them),
        cmocka_unit_test(strings_are_padded_on_the_right),
        cmocka_unit_test(a_tag_is_written_in_memory_order_and_what_cannot_be_printed_as_dots),
        cmocka_unit_test(a_text_is_cut_where_its_buffer_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
