/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Callbacks of lists that are looked at: entries from malloc, or from the list's own slabs. */
#ifndef INSPECT_CALLBACKS_H
#define INSPECT_CALLBACKS_H

#include <lookaside/lookaside.h>

#include <stdlib.h>

static inline void *from_malloc(unsigned type, size_t size, uint32_t tag, lookaside_list *list,
                                void *context)
{
    (void)type, (void)tag, (void)list, (void)context;
    return malloc(size);
}

static inline void *from_slabs(unsigned type, size_t size, uint32_t tag, lookaside_list *list,
                               void *context)
{
    (void)type, (void)size, (void)tag, (void)context;
    return lookaside_backing_allocate(list);
}

static inline void to_malloc(void *entry, lookaside_list *list, void *context)
{
    (void)list, (void)context;
    free(entry);
}

#endif
