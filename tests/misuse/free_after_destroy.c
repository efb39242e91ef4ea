/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees an entry into a list that was abandoned with it.
 * Dies: bugcheck 0x1004: the list is used after lookaside_destroy (list LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "gone", LOOKASIDE_CACHE_THREAD);
    void *entry = lookaside_alloc(&list);
    lookaside_abandon(&list);
    watch(&list, entry);
    lookaside_free(&list, entry);
    return 0;
}
