/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees malloc's memory into a list; a flush brings it to the slabs.
 * Dies: bugcheck 0x10: the pointer that was freed is not an entry of any list
 *       (list "contexts", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "contexts", LOOKASIDE_CACHE_THREAD);
    (void)!lookaside_alloc(&list);
    void *foreign = malloc(64);
    watch(&list, foreign);
    lookaside_free(&list, foreign);
    lookaside_flush(&list);
    return 0;
}
