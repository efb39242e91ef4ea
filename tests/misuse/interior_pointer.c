/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees a member of an entry instead of the entry.
 * Dies: bugcheck 0x1002: the pointer that was freed is not the start of an entry
 *       (list "contexts", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "contexts", LOOKASIDE_CACHE_NONE);
    char *entry = lookaside_alloc(&list);
    watch(&list, entry + 8);
    lookaside_free(&list, entry + 8);
    return 0;
}
