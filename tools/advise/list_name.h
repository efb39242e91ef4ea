/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* A name for the list of a call site, and the call site as text. */
#ifndef LOOKASIDE_ADVISE_LIST_NAME_H
#define LOOKASIDE_ADVISE_LIST_NAME_H

#include "symbols.h"

#include <stdbool.h>

/* From the function, or else from module and offset: "make_edge" gives "edge_list". */
char *list_name(const struct location *location, uint32_t size);
bool list_names_equal(const char *left, const char *right);

/* "function at file.c:12 (module)", or as much of it as is known. */
char *location_text(const struct location *location);

#endif
