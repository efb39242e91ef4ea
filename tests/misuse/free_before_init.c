/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Frees into a list that was never initialised.
 * Dies: bugcheck 0xCB: the list is used before lookaside_init (list LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    int number = 1;
    watch(&list, &number);
    lookaside_free(&list, &number);
    return 0;
}
