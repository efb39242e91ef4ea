/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Allocates from a list that was never initialised.
 * Dies: bugcheck 0xCB: the list is used before lookaside_init (list LIST) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    watch(&list, NULL);
    return lookaside_alloc(&list) != NULL;
    return 0;
}
