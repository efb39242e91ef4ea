/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* What lookaside_init accepts, checked before anything changes; the same in programs and drivers. */
#ifndef LA_OPTIONS_H
#define LA_OPTIONS_H

#include <stdbool.h>

#include <lookaside/lookaside.h>

/* Copies the options, which may be NULL, and fills in the defaults. Returns false when they do not
 * begin with a size that the struct has had in any version. */
bool options_fill_in(lookaside_options *filled, const lookaside_options *given);

/* What is wrong with the arguments of lookaside_init, in the order that it promises, or
 * LOOKASIDE_OK. The options are filled in. */
lookaside_status options_check(size_t size, lookaside_pool_type pool_type,
                               const lookaside_options *options, size_t page_size);

/* The pool type with the bits that the flags add, as an allocate callback sees it. */
unsigned options_type(lookaside_pool_type pool_type, uint32_t flags);

#endif
