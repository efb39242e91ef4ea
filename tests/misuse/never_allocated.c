/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees the neighbour of an entry, which nobody was given yet.
 * Dies: bugcheck 0x1003: the entry that was freed has never been allocated
 *       (list "contexts", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "contexts", LOOKASIDE_CACHE_NONE);
    char *first = lookaside_alloc(&list);
    char *second = lookaside_alloc(&list);
    char *third = second + (second - first);
    watch(&list, third);
    lookaside_free(&list, third);
    return 0;
}
