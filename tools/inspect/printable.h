/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Names that may be shown: UTF-8, and as wide as a terminal makes them. */
#ifndef INSPECT_PRINTABLE_H
#define INSPECT_PRINTABLE_H

#include <stddef.h>

/* Makes a text printable in place: control characters, marks that turn the direction of a line, and
 * bytes that are no UTF-8 become '?'. */
void printable_make(char *text);

/* Bytes of the character that a text begins with, and how many columns of a terminal it takes. */
size_t printable_character(const char *text, size_t *columns);

/* Columns of a terminal that a text takes. */
size_t printable_width(const char *text);

#endif
