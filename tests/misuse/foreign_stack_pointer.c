/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees a variable.
 * Dies: bugcheck 0x10: the pointer that was freed is not an entry of any list
 *       (list "contexts", tag "srLL", LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    int number = 1;
    make(&list, "contexts", LOOKASIDE_CACHE_NONE);
    lookaside_free(&list, lookaside_alloc(&list));
    watch(&list, &number);
    lookaside_free(&list, &number);
    return 0;
}
