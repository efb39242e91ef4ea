/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Allocates in bulk from a list that was never initialised.
 * Dies: bugcheck 0xCB: the list is used before lookaside_init (list LIST) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    void *entries[4];
    watch(&list, NULL);
    (void)lookaside_alloc_bulk(&list, entries, 4);
    return 0;
}
