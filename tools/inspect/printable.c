/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Names come out of memory that anybody may have written. What reaches a terminal or a JSON
 * document is printable UTF-8: the reader makes it so where a name enters, so that nobody behind it
 * has to think of that. */
#include "printable.h"

#include <stdbool.h>
#include <stdint.h>

/* Whether a code point is a character that stands alone in a line: no surrogate, no end of a line,
 * and nothing that turns the direction of what follows. The caller knows the control characters. */
static bool stands_in_line(uint32_t character)
{
    bool surrogate = character >= 0xD800 && character < 0xE000;
    bool turns = (character >= 0x2028 && character <= 0x202E) ||
                 (character >= 0x2066 && character <= 0x2069);

    return character <= 0x10FFFF && !surrogate && !turns;
}

/* Bytes of the printable character that begins here; 0 when there is none. Overlong forms and the
 * control characters from U+0080 on are none. */
static size_t decode(const unsigned char *at, uint32_t *character)
{
    static const uint32_t least[] = {0, 0x20, 0xA0, 0x800, 0x10000};
    size_t length = at[0] < 0x80 ? 1 : at[0] < 0xC0 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;

    if (length == 0 || at[0] >= 0xF8 || at[0] == 0x7F) {
        return 0;
    }
    *character = length == 1 ? at[0] : at[0] & (0x7Fu >> length);
    for (size_t i = 1; i < length; i++) {
        if ((at[i] & 0xC0) != 0x80) {
            return 0;
        }
        *character = *character << 6 | (at[i] & 0x3Fu);
    }
    return *character >= least[length] && stands_in_line(*character) ? length : 0;
}

void printable_make(char *text)
{
    uint32_t character;

    for (size_t length; *text != '\0'; text += length) {
        length = decode((const unsigned char *)text, &character);
        if (length == 0) {
            *text = '?';
            length = 1;
        }
    }
}

/* Columns of a terminal that a character takes, as most terminals have it: none for accents that
 * stand on the one before, two for those of East Asia and for pictures. */
static size_t columns_of(uint32_t character)
{
    static const struct {
        uint32_t first, last;
        size_t columns;
    } ranges[] = {{0x0300, 0x036F, 0},   {0x1100, 0x115F, 2},   {0x200B, 0x200F, 0},
                  {0x20D0, 0x20FF, 0},   {0x2E80, 0xA4CF, 2},   {0xAC00, 0xD7A3, 2},
                  {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},   {0xFE30, 0xFE6F, 2},
                  {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},   {0x1F300, 0x1F64F, 2},
                  {0x1F680, 0x1F6FF, 2}, {0x1F900, 0x1FAFF, 2}, {0x20000, 0x3FFFD, 2}};

    for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
        if (character >= ranges[i].first && character <= ranges[i].last) {
            return ranges[i].columns;
        }
    }
    return 1;
}

size_t printable_character(const char *text, size_t *columns)
{
    uint32_t character;
    size_t length = decode((const unsigned char *)text, &character);

    *columns = length == 0 ? 1 : columns_of(character);
    return length == 0 ? 1 : length;
}

size_t printable_width(const char *text)
{
    size_t width = 0;
    size_t columns;

    while (*text != '\0') {
        text += printable_character(text, &columns);
        width += columns;
    }
    return width;
}
