/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The kernel's dialect of printf, one conversion at a time.
 *
 * What differs from the C library's, and why its printf cannot be handed the format as it is:
 *   - long has 32 bits: %ld and %lu take an int from the argument list, %lld, %I64d 64 bits;
 *     %Id, %Iu and %Ix are as wide as a pointer
 *   - %p prints 16 upper-case digits without 0x
 *   - %ws, %ls and %S take a string of 16-bit characters, %hs a narrow one; in a wide format,
 *     %s is wide and %S narrow
 *   - %wZ takes a UNICODE_STRING, %Z an ANSI_STRING
 * A conversion is parsed into a struct; numbers then go through snprintf with flags, width and
 * precision passed on, strings are copied here. Floating point is not printed, as in the kernel:
 * the conversion appears as it was written, and its argument is skipped, so that what follows is
 * right. A wide character that a narrow text has no place for is shown as '?'.
 *
 * No state, no lock, no allocation; any thread, any IRQL. */
#include "format.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Widths and precisions are bounded, so that numbers are formatted without memory. */
#define LARGEST_FIELD 512

/* The format being read: narrow or wide. */
struct source {
    const char *narrow; /* NULL: wide */
    const WCHAR *wide;
};

/* The text being written: narrow or wide. */
struct target {
    char *narrow; /* NULL: wide */
    WCHAR *wide;
    size_t size;
    size_t length; /* may grow past size; only what fits is stored */
};

/* A va_list that can be passed by address. */
struct arguments {
    va_list list;
};

enum size { SIZE_DEFAULT, SIZE_BYTE, SIZE_SHORT, SIZE_LONG, SIZE_64 };

struct conversion {
    char flags[5 + 1]; /* each of "-+ #0" at most once, terminated */
    int width;
    int precision; /* negative: none */
    enum size size;
    bool wide;   /* marked w, or l */
    bool narrow; /* marked h */
    unsigned what;
};

static unsigned unit_at(const struct source *source, size_t at)
{
    return source->narrow != NULL ? (unsigned char)source->narrow[at] : source->wide[at];
}

/* ---- Writing --------------------------------------------------------------------------------- */

static void put(struct target *target, unsigned unit)
{
    if (target->length + 1 < target->size) {
        if (target->narrow != NULL) {
            target->narrow[target->length] = (char)unit;
        } else {
            target->wide[target->length] = (WCHAR)unit;
        }
    }
    target->length++;
}

static void put_wide(struct target *target, unsigned unit)
{
    put(target, target->narrow != NULL && unit > 0x7f ? (unsigned)'?' : unit);
}

static void terminate(struct target *target)
{
    size_t end = target->length < target->size ? target->length : target->size - 1;

    if (target->size == 0) {
        return;
    }
    if (target->narrow != NULL) {
        target->narrow[end] = '\0';
    } else {
        target->wide[end] = 0;
    }
}

static bool has_flag(const struct conversion *conversion, char flag)
{
    for (const char *have = conversion->flags; *have != '\0'; have++) {
        if (*have == flag) {
            return true;
        }
    }
    return false;
}

static void pad(struct target *target, const struct conversion *conversion, size_t length,
                bool on_the_left)
{
    if (has_flag(conversion, '-') == on_the_left) {
        return;
    }
    for (size_t width = (size_t)conversion->width; width > length; width--) {
        put(target, ' ');
    }
}

/* At most limit characters of a string, up to its end when it has one. */
static void put_string(struct target *target, const struct conversion *conversion,
                       const void *string, bool wide, size_t limit)
{
    const struct source text = {wide ? NULL : string, wide ? string : NULL};
    size_t length = 0;

    while (length < limit && unit_at(&text, length) != 0) {
        length++;
    }
    pad(target, conversion, length, true);
    for (size_t i = 0; i < length; i++) {
        if (wide) {
            put_wide(target, text.wide[i]);
        } else {
            put(target, unit_at(&text, i));
        }
    }
    pad(target, conversion, length, false);
}

/* ---- Parsing --------------------------------------------------------------------------------- */

static bool is_digit(unsigned unit)
{
    return unit >= '0' && unit <= '9';
}

static int clamp(int field)
{
    return field > LARGEST_FIELD ? LARGEST_FIELD : field;
}

/* A number or '*' at *at; moves *at behind it. */
static int parse_field(const struct source *format, size_t *at, struct arguments *arguments)
{
    int field = 0;

    if (unit_at(format, *at) == '*') {
        (*at)++;
        field = va_arg(arguments->list, int);
        return field < -LARGEST_FIELD ? -LARGEST_FIELD : clamp(field);
    }
    for (unsigned unit; is_digit(unit = unit_at(format, *at)); (*at)++) {
        field = clamp(field * 10 + (int)(unit - '0'));
    }
    return field;
}

static void add_flag(struct conversion *conversion, char flag)
{
    if (!has_flag(conversion, flag)) {
        conversion->flags[strlen(conversion->flags)] = flag;
    }
}

static void parse_flags(const struct source *format, size_t *at, struct conversion *conversion)
{
    for (unsigned unit; (unit = unit_at(format, *at)) == '-' || unit == '+' || unit == ' ' ||
                        unit == '#' || unit == '0';
         (*at)++) {
        add_flag(conversion, (char)unit);
    }
}

static void parse_size(const struct source *format, size_t *at, struct conversion *conversion)
{
    unsigned unit = unit_at(format, *at);
    unsigned second = unit == 0 ? 0 : unit_at(format, *at + 1);

    if (unit == 'h' || unit == 'l') {
        bool twice = second == unit;
        bool is_short = unit == 'h';
        conversion->size =
            is_short ? (twice ? SIZE_BYTE : SIZE_SHORT) : (twice ? SIZE_64 : SIZE_LONG);
        conversion->narrow = is_short;
        conversion->wide = !is_short;
        *at += twice ? 2 : 1;
    } else if (unit == 'w') {
        conversion->wide = true;
        (*at)++;
    } else if (unit == 'I' && second == '3' && unit_at(format, *at + 2) == '2') {
        conversion->size = SIZE_LONG;
        *at += 3;
    } else if (unit == 'I' && second == '6' && unit_at(format, *at + 2) == '4') {
        conversion->size = SIZE_64;
        *at += 3;
    } else if (unit == 'I' || unit == 'z' || unit == 't' || unit == 'j') {
        conversion->size = SIZE_64;
        (*at)++;
    }
}

/* The conversion that begins behind a '%'; returns the place behind it. */
static size_t parse(const struct source *format, size_t at, struct arguments *arguments,
                    struct conversion *conversion)
{
    *conversion = (struct conversion){.precision = -1};
    parse_flags(format, &at, conversion);
    conversion->width = parse_field(format, &at, arguments);
    if (conversion->width < 0) {
        add_flag(conversion, '-');
        conversion->width = -conversion->width;
    }
    if (unit_at(format, at) == '.') {
        at++;
        conversion->precision = parse_field(format, &at, arguments);
    }
    parse_size(format, &at, conversion);
    conversion->what = unit_at(format, at);
    return conversion->what == 0 ? at : at + 1;
}

/* ---- Conversions ----------------------------------------------------------------------------- */

static int64_t next_signed(enum size size, struct arguments *arguments)
{
    switch (size) {
    case SIZE_64:
        return va_arg(arguments->list, int64_t);
    case SIZE_BYTE:
        return (signed char)va_arg(arguments->list, int);
    case SIZE_SHORT:
        return (short)va_arg(arguments->list, int);
    default:
        return va_arg(arguments->list, int);
    }
}

static uint64_t next_unsigned(enum size size, struct arguments *arguments)
{
    switch (size) {
    case SIZE_64:
        return va_arg(arguments->list, uint64_t);
    case SIZE_BYTE:
        return (unsigned char)va_arg(arguments->list, unsigned);
    case SIZE_SHORT:
        return (unsigned short)va_arg(arguments->list, unsigned);
    default:
        return va_arg(arguments->list, unsigned);
    }
}

static void put_number(struct target *target, const struct conversion *conversion,
                       struct arguments *arguments)
{
    char digits[2 * LARGEST_FIELD];
    char specification[24];
    unsigned what = conversion->what;

    if (what == 'p') {
        struct conversion as_hex = {.width = conversion->width};
        (void)snprintf(digits, sizeof(digits), "%016llX",
                       (unsigned long long)next_unsigned(SIZE_64, arguments));
        as_hex.flags[0] = has_flag(conversion, '-') ? '-' : '\0';
        put_string(target, &as_hex, digits, false, SIZE_MAX);
        return;
    }
    (void)snprintf(specification, sizeof(specification), "%%%s*.*ll%c", conversion->flags,
                   (char)what);
    if (what == 'd' || what == 'i') {
        (void)snprintf(digits, sizeof(digits), specification, conversion->width,
                       conversion->precision, (long long)next_signed(conversion->size, arguments));
    } else {
        (void)snprintf(digits, sizeof(digits), specification, conversion->width,
                       conversion->precision,
                       (unsigned long long)next_unsigned(conversion->size, arguments));
    }
    for (const char *digit = digits; *digit != '\0'; digit++) {
        put(target, (unsigned char)*digit);
    }
}

/* Whether the string or character of a conversion is wide: as marked, or as the format itself; a
 * capital turns the latter round. */
static bool is_wide(const struct conversion *conversion, bool wide_format)
{
    bool capital = conversion->what == 'S' || conversion->what == 'C';

    return conversion->wide || (!conversion->narrow && wide_format != capital);
}

static void put_character(struct target *target, const struct conversion *conversion, bool wide,
                          unsigned unit)
{
    pad(target, conversion, 1, true);
    if (wide) {
        put_wide(target, unit);
    } else {
        put(target, (unsigned char)unit);
    }
    pad(target, conversion, 1, false);
}

static void put_counted(struct target *target, const struct conversion *conversion,
                        struct arguments *arguments)
{
    size_t limit = conversion->precision < 0 ? SIZE_MAX : (size_t)conversion->precision;
    const void *buffer = NULL;
    size_t length = 0;

    if (conversion->wide) {
        const UNICODE_STRING *string = va_arg(arguments->list, const UNICODE_STRING *);
        buffer = string == NULL ? NULL : string->Buffer;
        length = string == NULL ? 0 : string->Length / sizeof(WCHAR);
    } else {
        const ANSI_STRING *string = va_arg(arguments->list, const ANSI_STRING *);
        buffer = string == NULL ? NULL : string->Buffer;
        length = string == NULL ? 0 : string->Length;
    }
    if (buffer == NULL) {
        put_string(target, conversion, "(null)", false, limit);
    } else {
        put_string(target, conversion, buffer, conversion->wide, length < limit ? length : limit);
    }
}

/* False: not a conversion of the kernel's; nothing was printed. */
static bool put_conversion(struct target *target, const struct conversion *conversion,
                           bool wide_format, struct arguments *arguments)
{
    size_t limit = conversion->precision < 0 ? SIZE_MAX : (size_t)conversion->precision;
    bool wide = is_wide(conversion, wide_format);

    switch (conversion->what) {
    case 'd':
    case 'i':
    case 'u':
    case 'x':
    case 'X':
    case 'o':
    case 'p':
        put_number(target, conversion, arguments);
        return true;
    case 'c':
    case 'C':
        put_character(target, conversion, wide, va_arg(arguments->list, unsigned));
        return true;
    case 's':
    case 'S': {
        const void *string = va_arg(arguments->list, const void *);
        bool none = string == NULL;
        put_string(target, conversion, none ? "(null)" : string, !none && wide, limit);
        return true;
    }
    case 'Z':
        put_counted(target, conversion, arguments);
        return true;
    case '%':
        put(target, '%');
        return true;
    case 'n':
        (void)va_arg(arguments->list, void *); /* never written through */
        return true;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
        (void)va_arg(arguments->list, double);
        return false;
    default:
        return false;
    }
}

static void format_text(struct target *target, const struct source *format,
                        struct arguments *arguments)
{
    size_t at = 0;

    for (unsigned unit; (unit = unit_at(format, at)) != 0;) {
        if (unit != '%') {
            put(target, unit);
            at++;
            continue;
        }
        struct conversion conversion;
        size_t behind = parse(format, at + 1, arguments, &conversion);
        if (!put_conversion(target, &conversion, format->narrow == NULL, arguments)) {
            for (; at < behind; at++) {
                put(target, unit_at(format, at));
            }
        }
        at = behind;
    }
    terminate(target);
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the target writes through it */
size_t format_narrow(char *buffer, size_t size, const char *format, va_list list)
{
    const struct source source = {format, NULL};
    struct target target = {.narrow = buffer, .size = size};
    struct arguments arguments;
    char nowhere;

    if (size == 0) {
        target.narrow = &nowhere;
    }
    va_copy(arguments.list, list);
    format_text(&target, &source, &arguments);
    va_end(arguments.list);
    return target.length;
}

/* NOLINTNEXTLINE(readability-non-const-parameter): the target writes through it */
size_t format_wide(WCHAR *buffer, size_t size, const WCHAR *format, va_list list)
{
    const struct source source = {NULL, format};
    struct target target = {.wide = buffer, .size = size};
    struct arguments arguments;

    va_copy(arguments.list, list);
    format_text(&target, &source, &arguments);
    va_end(arguments.list);
    return target.length;
}
