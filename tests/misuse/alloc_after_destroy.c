/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Allocates from a list that was destroyed.
 * Dies: bugcheck 0x1004: the list is used after lookaside_destroy (list LIST) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "gone", LOOKASIDE_CACHE_THREAD);
    lookaside_free(&list, lookaside_alloc(&list));
    lookaside_destroy(&list);
    watch(&list, NULL);
    return lookaside_alloc(&list) != NULL;
    return 0;
}
