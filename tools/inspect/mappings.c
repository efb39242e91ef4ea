/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* The files that a target has mapped, as a list. */
#include "source.h"

#include "basics.h"

#include <stdlib.h>
#include <string.h>

void mappings_add(struct mappings *mappings, const struct mapping *mapping)
{
    mappings->items =
        must_grow(mappings->items, mappings->count, &mappings->capacity, sizeof(*mappings->items));
    struct mapping *item = &mappings->items[mappings->count++];
    *item = *mapping;
    item->path = must_copy(mapping->path);
}

bool mappings_are_equal(const struct mappings *a, const struct mappings *b)
{
    bool equal = a->count == b->count;

    for (size_t i = 0; equal && i < a->count; i++) {
        equal = a->items[i].start == b->items[i].start && a->items[i].end == b->items[i].end &&
                a->items[i].offset == b->items[i].offset &&
                a->items[i].writable == b->items[i].writable &&
                strcmp(a->items[i].path, b->items[i].path) == 0;
    }
    return equal;
}

void mappings_free(struct mappings *mappings)
{
    for (size_t i = 0; i < mappings->count; i++) {
        free(mappings->items[i].path);
    }
    free(mappings->items);
    *mappings = (struct mappings){0};
}
