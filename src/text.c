/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Everything goes through add_character, which alone knows the buffer's end: a text is cut there
 * and stays a string. Numbers are made from their last digit on, in a small array. */
#include "text.h"

#define MOST_DIGITS 20 /* of a 64-bit number in base 10 */

struct text text_in(char *buffer, size_t size)
{
    buffer[0] = '\0';
    return (struct text){buffer, 0, size};
}

static void add_character(struct text *text, char character)
{
    if (text->length + 1 < text->size) {
        text->start[text->length++] = character;
        text->start[text->length] = '\0';
    }
}

static void add_repeated(struct text *text, char character, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        add_character(text, character);
    }
}

void text_add(struct text *text, const char *string)
{
    text_add_left(text, string, 0);
}

void text_add_left(struct text *text, const char *string, size_t width)
{
    size_t length = 0;

    for (; string[length] != '\0'; length++) {
        add_character(text, string[length]);
    }
    add_repeated(text, ' ', width > length ? width - length : 0);
}

static void add_number(struct text *text, uint64_t number, const char *digits, unsigned base,
                       char padding, size_t width)
{
    char reversed[MOST_DIGITS];
    size_t count = 0;

    do {
        reversed[count++] = digits[number % base];
        number /= base;
    } while (number != 0);
    add_repeated(text, padding, width > count ? width - count : 0);
    while (count > 0) {
        add_character(text, reversed[--count]);
    }
}

void text_add_decimal(struct text *text, uint64_t number, size_t width)
{
    add_number(text, number, "0123456789", 10, ' ', width);
}

void text_add_digits(struct text *text, uint64_t number, size_t digits)
{
    add_number(text, number, "0123456789abcdef", 16, '0', digits);
}

void text_add_hex(struct text *text, uint64_t number, size_t digits)
{
    text_add(text, "0x");
    text_add_digits(text, number, digits);
}

void text_add_code(struct text *text, uint64_t code)
{
    text_add(text, "0x");
    add_number(text, code, "0123456789ABCDEF", 16, '0', 1);
}

void text_add_tag(struct text *text, uint32_t tag)
{
    for (unsigned i = 0; i < 4; i++) {
        char c = (char)(tag >> (8 * i) & 0xff);
        if (c < ' ' || c > '~') {
            c = '.';
        }
        add_character(text, c);
    }
}
