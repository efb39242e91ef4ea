/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees an entry into another list than it came from.
 * Dies: bugcheck 0x1001: the entry that was freed belongs to another list
 *       (list "right", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;
static lookaside_list other = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "right", LOOKASIDE_CACHE_NONE);
    make(&other, "wrong", LOOKASIDE_CACHE_NONE);
    (void)!lookaside_alloc(&list);
    void *entry = lookaside_alloc(&other);
    watch(&list, entry);
    lookaside_free(&list, entry);
    return 0;
}
