/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Text built piece by piece, for reports and sentences: the few forms they need, the same
 * everywhere. A kernel has no printf of the C standard's dialect. */
#ifndef LA_TEXT_H
#define LA_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* A text that grows in a buffer; always ended by a 0, and cut where the buffer is full. */
struct text {
    char *start;
    size_t length;
    size_t size; /* of the buffer, at least 1 */
};

/* An empty text in a buffer of so many bytes. */
struct text text_in(char *buffer, size_t size);

void text_add(struct text *text, const char *string);
void text_add_left(struct text *text, const char *string, size_t width); /* blanks after it */
void text_add_decimal(struct text *text, uint64_t number, size_t width); /* blanks before it */

/* Hexadecimal in at least so many digits: bare, as an address or a tag, or in upper case as a code. */
void text_add_digits(struct text *text, uint64_t number, size_t digits); /* 0011 */
void text_add_hex(struct text *text, uint64_t number, size_t digits);    /* 0x6b576343 */
void text_add_code(struct text *text, uint64_t code);                    /* 0xCB */

/* A tag's four characters in memory order, those that cannot be printed as dots. */
void text_add_tag(struct text *text, uint32_t tag);

#endif
