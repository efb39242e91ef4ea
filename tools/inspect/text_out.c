/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Pieces of text and figures.
 *
 * Names come out of memory that anybody may have written. What reaches a terminal or a JSON
 * document is printable UTF-8: inspect_text_clean sees to it, at the reader's border. */
#include "text_out.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void print_list(const struct inspect_text *to, const char *format, va_list arguments)
{
    char *text;
    int length = vasprintf(&text, format, arguments);

    if (length < 0) {
        fputs("lookaside: out of memory\n", stderr);
        abort();
    }
    if (length > 0) {
        to->write(to->context, text, (size_t)length);
    }
    free(text);
}

void text_print(const struct inspect_text *to, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    print_list(to, format, arguments);
    va_end(arguments);
}

void text_paint(const struct inspect_text *to, const char *colour, const char *format, ...)
{
    static const char plain[] = "\033[0m";
    bool painted = to->colour && colour[0] != '\0';
    va_list arguments;

    if (painted) {
        to->write(to->context, colour, strlen(colour));
    }
    va_start(arguments, format);
    print_list(to, format, arguments);
    va_end(arguments);
    if (painted) {
        to->write(to->context, plain, strlen(plain));
    }
}

/* ---- Printable names ------------------------------------------------------------------------- */

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

void inspect_text_clean(char *text)
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

size_t text_character(const char *text, size_t *columns)
{
    uint32_t character;
    size_t length = decode((const unsigned char *)text, &character);

    *columns = length == 0 ? 1 : columns_of(character);
    return length == 0 ? 1 : length;
}

size_t text_width(const char *text)
{
    size_t width = 0;
    size_t columns;

    while (*text != '\0') {
        text += text_character(text, &columns);
        width += columns;
    }
    return width;
}

/* ---- Figures --------------------------------------------------------------------------------- */

const char *text_bytes(char *buffer, uint64_t bytes)
{
    static const char units[] = {'B', 'K', 'M', 'G', 'T', 'P', 'E'};
    double value = (double)bytes;
    size_t unit = 0;

    while (value >= 999.5 && unit + 1 < sizeof(units)) {
        value /= 1024;
        unit++;
    }
    if (unit == 0) {
        snprintf(buffer, TEXT_FIGURE, "%" PRIu64, bytes);
    } else {
        int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
        snprintf(buffer, TEXT_FIGURE, "%.*f%c", decimals, value, units[unit]);
    }
    return buffer;
}

const char *text_hit_rate(char *buffer, uint64_t total, uint64_t misses, int decimals)
{
    if (total == 0) {
        snprintf(buffer, TEXT_FIGURE, "-");
    } else if (misses == 0) {
        snprintf(buffer, TEXT_FIGURE, "100%%");
    } else {
        /* More misses than operations means that entries were fetched ahead: nothing was hit. */
        double hits = misses >= total ? 0 : (double)(total - misses) / (double)total;
        uint64_t scale = 1;
        for (int i = 0; i < decimals; i++) {
            scale *= 10;
        }
        uint64_t cut = (uint64_t)(hits * 100 * (double)scale);
        cut -= cut == 100 * scale;
        snprintf(buffer, TEXT_FIGURE, "%" PRIu64 ".%0*" PRIu64 "%%", cut / scale, decimals,
                 cut % scale);
    }
    return buffer;
}

const char *text_tag(char *buffer, uint32_t tag)
{
    for (size_t i = 0; i < 4; i++) {
        unsigned character = tag >> (8 * i) & 0xFF;
        buffer[i] = (char)(character >= ' ' && character < 0x7F ? character : '.');
    }
    buffer[4] = '\0';
    return buffer;
}

const char *text_duration(char *buffer, uint64_t milliseconds)
{
    uint64_t seconds = milliseconds / 1000;

    if (seconds == 0) {
        snprintf(buffer, TEXT_FIGURE, "%" PRIu64 " ms", milliseconds);
    } else if (seconds < 60) {
        snprintf(buffer, TEXT_FIGURE, "%" PRIu64 ".%" PRIu64 " s", seconds,
                 milliseconds / 100 % 10);
    } else if (seconds < 3600) {
        snprintf(buffer, TEXT_FIGURE, "%" PRIu64 " min %" PRIu64 " s", seconds / 60, seconds % 60);
    } else {
        snprintf(buffer, TEXT_FIGURE, "%" PRIu64 " h %" PRIu64 " min", seconds / 3600,
                 seconds / 60 % 60);
    }
    return buffer;
}

const char *text_plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}
