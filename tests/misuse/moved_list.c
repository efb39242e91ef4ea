/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Copies an initialised list and uses the copy.
 * Dies: bugcheck 0x1005: the list's own memory was overwritten or moved (list LIST) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;
static lookaside_list copy;

int main(void)
{
    make(&list, "here", LOOKASIDE_CACHE_THREAD);
    memcpy(&copy, &list, sizeof(copy));
    watch(&copy, NULL);
    return lookaside_alloc(&copy) != NULL;
    return 0;
}
