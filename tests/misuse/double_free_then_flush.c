/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees an entry twice: seen when both reach the slab, here by a flush.
 * Dies: bugcheck 0x13: the entry was freed twice (list "twice", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "twice", LOOKASIDE_CACHE_THREAD);
    (void)!lookaside_alloc(&list);
    void *entry = lookaside_alloc(&list);
    lookaside_free(&list, entry);
    lookaside_free(&list, entry);
    watch(&list, entry);
    lookaside_flush(&list);
    return 0;
}
