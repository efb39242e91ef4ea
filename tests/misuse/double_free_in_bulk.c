/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Has the same entry twice in one bulk.
 * Dies: bugcheck 0x13: the entry was freed twice (list "twice", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "twice", LOOKASIDE_CACHE_NONE);
    (void)!lookaside_alloc(&list);
    void *entry = lookaside_alloc(&list);
    void *entries[2] = {entry, entry};
    watch(&list, entry);
    lookaside_free_bulk(&list, entries, 2);
    return 0;
}
