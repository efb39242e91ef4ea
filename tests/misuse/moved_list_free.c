/* SPDX-License-Identifier: MIT
 * SPDX-FileCopyrightText: 2026 The lookaside authors */

/* Copies an initialised list and frees into the copy.
 * Dies: bugcheck 0x1005: the list's own memory was overwritten or moved (list LIST; entry ENTRY) */
#include "misuse.h"

static lookaside_list list = LOOKASIDE_LIST_INIT;
static lookaside_list copy;

int main(void)
{
    make(&list, "here", LOOKASIDE_CACHE_NONE);
    void *entry = lookaside_alloc(&list);
    memcpy(&copy, &list, sizeof(copy));
    watch(&copy, entry);
    lookaside_free(&copy, entry);
    return 0;
}
