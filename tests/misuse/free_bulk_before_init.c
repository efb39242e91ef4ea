/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees in bulk into a list that was never initialised.
 * Dies: bugcheck 0xCB: the list is used before lookaside_init (list LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    int number = 1;
    void *entries[1] = {&number};
    watch(&list, &number);
    lookaside_free_bulk(&list, entries, 1);
    return 0;
}
