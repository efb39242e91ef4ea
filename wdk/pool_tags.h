/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* How much each tag has allocated and freed, as poolmon counts. */
#ifndef WDK_POOL_TAGS_H
#define WDK_POOL_TAGS_H

#include <wdk/inspect.h>

void tags_count_allocation(ULONG tag, BOOLEAN paged, SIZE_T bytes);
void tags_count_free(ULONG tag, BOOLEAN paged, SIZE_T bytes);

#endif
