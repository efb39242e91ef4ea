/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Pieces of text and figures. */
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
