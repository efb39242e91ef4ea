/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees twice what was the slab's only entry, so that the slab has begun anew.
 * Dies: bugcheck 0x13: the entry was freed twice (list "twice", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "twice", LOOKASIDE_CACHE_NONE);
    void *entry = lookaside_alloc(&list);
    watch(&list, entry);
    lookaside_free(&list, entry);
    lookaside_free(&list, entry);
    return 0;
}
