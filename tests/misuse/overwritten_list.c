/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Overwrites the seal of a list.
 * Dies: bugcheck 0x1005: the list's own memory was overwritten or moved (list LIST) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;

int main(void)
{
    make(&list, "contexts", LOOKASIDE_CACHE_THREAD);
    list.seal ^= 0x10;
    watch(&list, NULL);
    return lookaside_alloc(&list) != NULL;
    return 0;
}
