/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What every file of the reader needs: to allocate, and to say what is wrong. */
#ifndef INSPECT_BASICS_H
#define INSPECT_BASICS_H

#include "inspect.h"

/* Zeroed memory; there is no return without it. */
__attribute__((returns_nonnull)) void *must_allocate(size_t count, size_t size);

/* Makes room for one more in an array that has count of *capacity elements. */
__attribute__((returns_nonnull)) void *must_grow(void *array, size_t count, size_t *capacity,
                                                 size_t size);

/* A copy of the text. */
__attribute__((returns_nonnull)) char *must_copy(const char *text);

/* Fills *error in, and returns false, so that a caller can return what it returns. */
__attribute__((format(printf, 3, 4))) bool
fail_with(struct inspect_error *error, enum inspect_result result, const char *format, ...);

#endif
